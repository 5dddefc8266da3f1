// One client of the broker, from its first octet to the end of its connection. MQTT 5 §3.1, §3.2, §3.14 and §4.13.
import { Refused, type Stream, Violated } from "../../endpoint/index.ts";
import { Malformed } from "../../wire/index.ts";
import { type DraftOf, type Packet, type PacketDraft, type PacketOf, packet } from "../format.ts";
import { Frames } from "../frames.ts";
import { Property, propertyOf } from "../properties.ts";
import { Reason, ReturnCode, reasonsIn } from "../reasons.ts";
import { rules } from "../rules.ts";
import type { Broker } from "../server.ts";
import { levelsOf } from "../topics.ts";
import { maySend, Type, typeName } from "../types.ts";
import { Version } from "../versions.ts";
import { type Acknowledgement, acknowledgement } from "./acknowledgements.ts";
import { Answers } from "./answers.ts";
import type { Appointment } from "./later.ts";
import { brief, connected, offended, received, unknown } from "./log.ts";
import { forwarded, Message } from "./messages.ts";
import { connectIn, judged, Offence, secondsOf, termsOf, versionSpoken, welcome } from "./opening.ts";
import { Outbox } from "./outbox.ts";
import type { Session, Will } from "./session.ts";

/** What the broker needs of a stream. */
export type Line = Omit<Stream, "duplex">;

/** What is known of a client before it has said anything. */
export interface About {
  /** The port it came to. */
  readonly port: number;
  /** From its certificate: it counts, whatever CONNECT says, and no password is asked for. */
  readonly userName?: string;
}

/** What a client that does not read may hold up the end of its connection, in milliseconds. */
const lastWords = 2000;

export class Connection {
  id: string = unknown;
  version: number = Version["MQTT 3.1.1"];
  /** Messages of QoS 1 and 2 that may be on their way to it. */
  window = 0;
  session: Session | undefined;
  /** When it said something last, in nanoseconds of the broker's elapsed time: what came together was heard together. */
  heard: bigint;
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  #answers: Answers | undefined;
  /** The end of its patience with a client that says nothing. */
  #watch: Appointment | undefined;
  /** Silence that is one and a half times keep alive, in milliseconds [MQTT-3.1.2-22]. */
  #patience = Number.POSITIVE_INFINITY;
  /** The largest packet that the client takes [MQTT-3.1.2-24]. */
  #largest = Number.POSITIVE_INFINITY;
  /** What the session was to last when it began: DISCONNECT may change it, but not from nothing. */
  #expiry = 0;
  #ended = false;
  #interrupt = () => {};

  constructor(
    readonly broker: Broker,
    readonly stream: Line,
    readonly about: About,
  ) {
    const { limits, turn, budget } = broker;
    this.#frames = new Frames(limits.packet);
    this.#outbox = new Outbox(stream, limits.outgoing, { turn, budget, taken: this.#taken });
    this.heard = broker.clock.elapsed();
  }

  /** Resolves when the connection has ended. */
  async run(): Promise<void> {
    const { broker, stream } = this;
    broker.log?.(
      `New connection from ${stream.remote.address}:${stream.remote.port} on port ${this.about.port}.`,
    );
    this.#watch = broker.later.after(broker.limits.connect, () =>
      this.#offended(new Offence(rules.keepAlive.reason, "no CONNECT came in time")),
    );
    try {
      while (!this.#ended) {
        const octets = await this.#next();
        if (octets) {
          broker.turn.spoken(this);
          const at = this.#takePlain(octets);
          if (at < octets.length || !this.#outbox.hasRoom) await this.#take(octets.subarray(at));
        } else if (stream.ended) break;
      }
      if (!this.#ended) broker.log?.(`Client ${this.id} closed its connection.`);
    } catch (error) {
      if (!(error instanceof Offence)) throw error;
      this.#offended(error);
    } finally {
      this.#leave(true);
      const enough = new AbortController();
      await Promise.race([this.#outbox.empty(), broker.clock.sleep(lastWords, enough.signal)]);
      enough.abort();
      this.#outbox.abandon();
      await stream.close();
    }
  }

  /** Ends the connection from the broker's side. */
  end(reason: number): void {
    if (this.#ended) return;
    if (this.session && this.version >= 5) this.send({ type: Type.DISCONNECT, reasonCode: reason });
    this.#leave(true);
  }

  /** Sends an answer. */
  send(draft: PacketDraft): void {
    this.put(packet.encode(draft, { version: this.version }));
  }

  /** Sends the octets of an answer. */
  put(octets: Uint8Array): void {
    this.broker.counts.sent++;
    this.#outbox.put(octets);
  }

  acknowledge(type: Acknowledgement, packetIdentifier: number, reasonCode = 0): void {
    this.put(acknowledgement(type, packetIdentifier, reasonCode, this.version));
  }

  /** Whether the client takes packets of that size. */
  takes(octets: number): boolean {
    return octets <= this.#largest;
  }

  /** Takes a message for the client; false if that reads too slowly. */
  offer(octets: Uint8Array): boolean {
    if (this.#ended || !this.#outbox.offer(octets)) return false;
    this.broker.counts.sent++;
    return true;
  }

  /**
   * What can be answered without waiting: packets behind CONNECT with short lengths, as long as there is room for
   * answers. Returns where the rest begins. @throws Offence
   */
  #takePlain(octets: Uint8Array): number {
    const { broker } = this;
    broker.counts.octetsReceived += octets.length;
    const answers = this.#answers;
    if (!answers) return 0;
    const reading = broker.reading(this.version);
    let at = 0;
    for (let size = this.#frames.plainSize(octets, at); size > 0; size = this.#frames.plainSize(octets, at)) {
      if (at === 0) this.heard = broker.clock.elapsed();
      const end = at + size;
      this.#exchange(reading.packet(octets, at, end), answers, octets, at, end);
      if (this.#ended) return octets.length;
      at = end;
      if (!this.#outbox.hasRoom) break;
    }
    return at;
  }

  /** Everything that is whole in the rest. @throws Offence */
  async #take(octets: Uint8Array): Promise<void> {
    if (!this.#outbox.hasRoom) await this.#unlessEnded(this.#outbox.room());
    const whole = this.#frames.feed(octets);
    for (let next = this.#ended ? undefined : cut(whole); next; next = cut(whole)) {
      this.heard = this.broker.clock.elapsed();
      if (this.#answers) this.#exchange(judged(next, this.version), this.#answers, next, 0, next.length);
      else await this.#open(next);
      if (!this.#outbox.hasRoom) await this.#unlessEnded(this.#outbox.room());
      if (this.#ended) return;
    }
  }

  /** CONNECT and CONNACK. */
  async #open(octets: Uint8Array): Promise<void> {
    const { broker, about, stream } = this;
    const { limits } = broker;
    broker.counts.received++;
    this.version = versionSpoken(octets, stream.remote.address);
    const { version } = this;
    const connect = connectIn(octets, version);
    const userName = about.userName ?? connect.userName;
    const will = this.#willOf(connect);
    const assigned =
      connect.clientIdentifier === "" ? `auto-${crypto.randomUUID().toUpperCase()}` : undefined;
    const id = assigned ?? connect.clientIdentifier;
    if (about.userName === undefined) await this.#admit(id, connect.userName, connect.password);
    if (this.#ended) return;

    const terms = termsOf(connect, version, limits);
    const begun = broker.enter(id, userName, connect.flags.cleanStart === 1, version);
    if (!begun)
      throw new Offence(Reason["Quota exceeded"], "there are too many sessions", {
        returnCode: ReturnCode["Connection refused, server unavailable"],
      });
    const { session, isPresent } = begun;
    this.id = id;
    this.session = session;
    ({ window: this.window, largest: this.#largest, expiry: this.#expiry } = terms);
    this.#keepAlive(terms.keepAlive);
    this.#answers = new Answers(broker, this, session);
    session.attach(this, will, terms.expiry);

    if (broker.log)
      for (const line of connected(connect, { ...stream.remote, id, version, userName })) broker.log(line);
    this.#connack(welcome(connect, { version, assigned, limits, terms, isPresent }));
    session.resume();
  }

  /** @throws Offence unless the client may come in */
  async #admit(id: string, userName: string | undefined, password: Uint8Array | undefined): Promise<void> {
    const { access } = this.broker;
    if (!access) return;
    // What it was read from may be overwritten while we wait.
    const admitted = await this.#unlessEnded(access.admits(userName, password?.slice()));
    if (admitted || this.#ended) return;
    this.id = id;
    if (userName === undefined)
      throw new Offence(
        Reason["Not authorized"],
        "a user name and a password, or a certificate, are needed",
        {
          returnCode: ReturnCode["Connection refused, not authorized"],
        },
      );
    throw new Offence(Reason["Bad User Name or Password"], "the user name or the password is wrong", {
      returnCode: ReturnCode["Connection refused, bad user name or password"],
    });
  }

  /** One packet, which lies in `octets`, and its answer. @throws Offence */
  #exchange(packet: Packet, answers: Answers, octets: Uint8Array, at: number, end: number): void {
    const { broker } = this;
    broker.counts.received++;
    if (!maySend("client", packet.type, this.version))
      throw new Offence(rules.direction.reason, `a client sent ${typeName(packet.type)}`);
    if (packet.type === Type.CONNECT)
      throw new Offence(rules.connectOnce.reason, "a second CONNECT", {
        line: `Bad client ${this.id} sending multiple CONNECT messages.`,
      });
    broker.log?.(received(packet, this.id));
    if (packet.type === Type.DISCONNECT) this.#disconnected(packet);
    else answers.to(packet, octets, at, end);
  }

  #disconnected({ reasonCode, properties }: PacketOf<"DISCONNECT">): void {
    const expiry = propertyOf(properties, Property.sessionExpiryInterval);
    if (expiry !== undefined) this.#lasting(secondsOf(expiry));
    this.broker.log?.(`Client ${this.id} disconnected.`);
    this.#leave(reasonCode === Reason["Disconnect with Will Message"]);
  }

  /** §3.14.2.2.2 */
  #lasting(seconds: number): void {
    if (this.#expiry === 0 && seconds > 0)
      throw new Offence(
        rules.propertyValue.reason,
        "a session that was to end with its connection can't last",
      );
    const session = this.session!;
    const expiry = Math.min(seconds, this.broker.limits.sessionExpiry);
    if (expiry === 0) session.forget();
    session.expiry = expiry;
  }

  #willOf({ willTopic: topic, willPayload, willProperties, flags }: PacketOf<"CONNECT">): Will | undefined {
    if (topic === undefined || willPayload === undefined) return undefined;
    const { clock, limits } = this.broker;
    if (levelsOf(topic) > limits.levels)
      throw new Offence(Reason["Topic Name invalid"], `a topic of more than ${limits.levels} levels`);
    const message = new Message({
      topic,
      payload: willPayload,
      qos: flags.willQoS,
      retain: flags.willRetain === 1,
      properties: forwarded(willProperties),
      at: clock.elapsed(),
    });
    return { message: message.keep(), delay: propertyOf(willProperties, Property.willDelayInterval) ?? 0 };
  }

  #keepAlive(seconds: number): void {
    this.broker.later.callOff(this.#watch);
    this.#patience = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1500;
    this.#watch = this.broker.later.after(this.#patience, this.#silent);
  }

  /** Looks only when it may have been too long: what comes in between costs nothing. */
  readonly #silent = (): void => {
    const { later } = this.broker;
    const left = this.#patience - (later.now - Number(this.heard) / 1e6);
    if (left > 0.5) this.#watch = later.after(left, this.#silent);
    else this.#offended(new Offence(rules.keepAlive.reason, "nothing came in time"));
  };

  readonly #taken = (): void => {
    if (this.session?.connection === this) this.session.outgoing.pump();
  };

  /** The next octets; none once the connection is ended, or its stream has failed, which has ended then. */
  #next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      this.stream.read().then(resolve, (error: unknown) => {
        if (error instanceof Refused) resolve(undefined);
        else reject(error);
      });
    });
  }

  /** `work`, or nothing as soon as the connection is ended; one at a time. (A race with a promise that stays would hold on to every loser.) */
  #unlessEnded<T>(work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      if (this.#ended) this.#interrupt();
      work.then(resolve, reject);
    });
  }

  /** It is over for the session; what is on its way out may still go. */
  #leave(isWillDue: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.broker.later.callOff(this.#watch);
    if (this.session?.connection === this) this.session.detach(isWillDue);
    this.#interrupt();
  }

  #offended({ reason, detail, also: { returnCode, line } }: Offence): void {
    if (this.#ended) return;
    const { broker, session, version } = this;
    if (line) broker.log?.(line);
    if (session && version >= 5) {
      this.#explained({ type: Type.DISCONNECT, reasonCode: reason }, detail);
    } else if (!session && version >= 5) {
      const reasonCode = reasonsIn[Type.CONNACK]!.includes(reason) ? reason : Reason["Protocol Error"];
      this.#connack({ type: Type.CONNACK, flags: {}, reasonCode }, detail);
    } else if (!session && returnCode !== undefined) {
      this.#connack({ type: Type.CONNACK, flags: {}, reasonCode: returnCode });
    }
    broker.log?.(offended(this.id, reason));
    this.#leave(true);
  }

  #connack(connack: DraftOf<"CONNACK">, detail?: string): void {
    const who = this.session ? this.id : this.stream.remote.address;
    const { flags, reasonCode } = connack;
    this.broker.log?.(`Sending CONNACK to ${who} (${flags.sessionPresent ?? 0}, ${reasonCode})`);
    if (detail === undefined) this.send(connack);
    else this.#explained(connack, detail);
  }

  /** With the reason in words, unless the client takes no packet of that size [MQTT-3.2.2-19, MQTT-3.14.2-3]. */
  #explained(draft: DraftOf<"CONNACK"> | DraftOf<"DISCONNECT">, detail: string): void {
    const said = { ...draft, properties: [{ identifier: Property.reasonString, value: brief(detail) }] };
    const fits = packet.encode(said, { version: this.version }).length <= this.#largest;
    this.send(fits ? said : draft);
  }
}

/** @throws Offence */
function cut(whole: Generator<Uint8Array>): Uint8Array | undefined {
  try {
    return whole.next().value;
  } catch (error) {
    if (error instanceof Malformed) throw new Offence(rules.malformed.reason, `${error}`);
    if (error instanceof Violated) throw new Offence(rules.packetSize.reason, error.message);
    throw error;
  }
}
