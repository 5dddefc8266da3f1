// One client of the broker, from its first octet to the end of its connection. MQTT 5 §3.1, §3.2, §3.14 and §4.13.
import { Refused, type Stream, Violated } from "../endpoint/index.ts";
import { Malformed } from "../wire/index.ts";
import { Answers } from "./answers.ts";
import { type DraftOf, type PacketDraft, type PacketOf, packet } from "./format.ts";
import { Frames } from "./frames.ts";
import { brief, connected, offended, received, unknown } from "./log.ts";
import { forwarded, type Message } from "./messages.ts";
import { connectIn, judged, Offence, versionSpoken, welcome } from "./opening.ts";
import { Outbox } from "./outbox.ts";
import { Property, propertyOf } from "./properties.ts";
import { Reason, reasonsIn } from "./reasons.ts";
import { rules } from "./rules.ts";
import type { Broker } from "./server.ts";
import { levelsOf } from "./topics.ts";
import { maySend, Type, typeName } from "./types.ts";
import { Version } from "./versions.ts";

/** What is known of a client before it has said anything. */
export interface About {
  /** The port it came to. */
  readonly port: number;
  /** From its certificate: it counts, whatever CONNECT says. */
  readonly userName?: string;
}

/** What a client that does not read may hold up the end of its connection, in milliseconds. */
const lastWords = 2000;

export class Connection {
  id: string = unknown;
  version: number = Version["MQTT 3.1.1"];
  /** The last message for it was lost: it reads too slowly. */
  isDropping = false;
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  readonly #answers: Answers;
  #whole: Generator<Uint8Array> | undefined;
  /** Silence that is one and a half times keep alive, in milliseconds [MQTT-3.1.2-22]; `undefined`: none is too long. */
  #patience: number | undefined;
  /** The largest packet that the client takes [MQTT-3.1.2-24]. */
  #largest = Number.POSITIVE_INFINITY;
  #will: Message | undefined;
  #accepted = false;
  #ended = false;
  #interrupt = () => {};

  constructor(
    readonly broker: Broker,
    readonly stream: Stream,
    readonly about: About,
  ) {
    this.#frames = new Frames(broker.limits.packet);
    this.#outbox = new Outbox(stream, broker.limits.outgoing);
    this.#answers = new Answers(broker, this);
  }

  /** Resolves when the connection has ended. */
  async run(): Promise<void> {
    const { address, port } = this.stream.remote;
    this.broker.log(`New connection from ${address}:${port} on port ${this.about.port}.`);
    try {
      if (await this.#open()) while (await this.#exchange());
    } catch (error) {
      if (!(error instanceof Offence)) throw error;
      this.#offended(error);
    } finally {
      this.#ended = true;
      this.broker.leave(this.id, this);
      if (this.#will) this.broker.publish(this.#will, this);
      const enough = new AbortController();
      await Promise.race([this.#outbox.empty(), this.broker.clock.sleep(lastWords, enough.signal)]);
      enough.abort();
      await this.stream.close();
    }
  }

  /** Ends the connection from the broker's side. */
  end(reason: number): void {
    if (this.#ended) return;
    if (this.#accepted && this.version >= 5) this.send({ type: Type.DISCONNECT, reasonCode: reason });
    this.#ended = true;
    this.#interrupt();
  }

  /** Sends an answer. */
  send(draft: PacketDraft): void {
    this.#outbox.put(packet.encode(draft, { version: this.version }));
  }

  /** Takes a message for the client; false if it can't, or is too slow to. */
  deliver(octets: Uint8Array): boolean {
    if (this.#ended || octets.length > this.#largest) return false;
    const taken = this.#outbox.offer(octets);
    if (!taken && !this.isDropping)
      this.broker.log(`Outgoing messages are being dropped for client ${this.id}.`);
    this.isDropping = !taken;
    return taken;
  }

  /** CONNECT and CONNACK; false if the client has gone before. */
  async #open(): Promise<boolean> {
    const { broker, about, stream } = this;
    const octets = await this.#next(broker.limits.connect);
    if (!octets) return this.#gone();
    this.version = versionSpoken(octets, stream.remote.address);
    const { version } = this;
    const connect = connectIn(octets, version);
    this.#will = this.#willOf(connect);

    const assigned =
      connect.clientIdentifier === "" ? `auto-${crypto.randomUUID().toUpperCase()}` : undefined;
    const id = assigned ?? connect.clientIdentifier;
    this.id = id;
    broker.enter(id, this);
    this.#accepted = true;
    this.#patience = connect.keepAlive === 0 ? undefined : connect.keepAlive * 1500;
    this.#largest = propertyOf(connect.properties, Property.maximumPacketSize) ?? this.#largest;

    const userName = about.userName ?? connect.userName;
    for (const line of connected(connect, { ...stream.remote, id, version, userName })) broker.log(line);
    this.#connack(welcome(connect, { version, assigned, packetSize: broker.limits.packet }));
    return true;
  }

  /** One packet and its answer; false if it was the last. */
  async #exchange(): Promise<boolean> {
    await this.#unlessEnded(this.#outbox.room());
    const octets = await this.#next(this.#patience);
    if (!octets) return this.#gone();
    const packet = judged(octets, this.version);
    if (!maySend("client", packet.type, this.version))
      throw new Offence(rules.direction.reason, `a client sent ${typeName(packet.type)}`);
    if (packet.type === Type.CONNECT)
      throw new Offence(rules.connectOnce.reason, "a second CONNECT", {
        line: `Bad client ${this.id} sending multiple CONNECT messages.`,
      });
    this.broker.log(received(packet, this.id));
    if (packet.type === Type.DISCONNECT) {
      if (packet.reasonCode !== Reason["Disconnect with Will Message"]) this.#will = undefined;
      this.broker.log(`Client ${this.id} disconnected.`);
      return false;
    }
    this.#answers.to(packet);
    return true;
  }

  #willOf({
    willTopic: topic,
    willPayload,
    willProperties,
    flags,
  }: PacketOf<"CONNECT">): Message | undefined {
    if (topic === undefined || willPayload === undefined) return undefined;
    const { clock, limits } = this.broker;
    if (levelsOf(topic) > limits.levels)
      throw new Offence(Reason["Topic Name invalid"], `a topic of more than ${limits.levels} levels`);
    const payload = willPayload.slice();
    // The delay is over as soon as the session is (§3.1.3.2.2), which ends with the connection.
    return {
      topic,
      payload,
      retain: flags.willRetain === 1,
      properties: forwarded(willProperties),
      at: clock.elapsed(),
    };
  }

  /** The next packet, waited for so many milliseconds; `undefined` once nothing more will come. @throws Offence */
  async #next(milliseconds: number | undefined): Promise<Uint8Array | undefined> {
    const { clock } = this.broker;
    const began = clock.elapsed();
    while (!this.#ended) {
      const next = this.#cut();
      if (next) return next;
      const left =
        milliseconds === undefined ? undefined : milliseconds - Number(clock.elapsed() - began) / 1e6;
      if (left !== undefined && left <= 0) throw new Offence(rules.keepAlive.reason, "nothing came in time");
      const octets = await this.#unlessEnded(this.#read(left));
      if (octets) this.#whole = this.#frames.feed(octets);
      else if (this.stream.ended) return undefined;
    }
    return undefined;
  }

  #cut(): Uint8Array | undefined {
    try {
      return this.#whole?.next().value;
    } catch (error) {
      if (error instanceof Malformed) throw new Offence(rules.malformed.reason, `${error}`);
      if (error instanceof Violated) throw new Offence(rules.packetSize.reason, error.message);
      throw error;
    }
  }

  /** A stream that has failed has ended. */
  #read(milliseconds: number | undefined): Promise<Uint8Array | undefined> {
    return this.stream.read(milliseconds).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      return undefined;
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

  #gone(): false {
    if (!this.#ended) this.broker.log(`Client ${this.id} closed its connection.`);
    return false;
  }

  #offended({ reason, detail, also: { returnCode, line } }: Offence): void {
    if (line) this.broker.log(line);
    if (this.#accepted && this.version >= 5) {
      this.#explained({ type: Type.DISCONNECT, reasonCode: reason }, detail);
    } else if (!this.#accepted && this.version >= 5) {
      const reasonCode = reasonsIn[Type.CONNACK]!.includes(reason) ? reason : Reason["Protocol Error"];
      this.#connack({ type: Type.CONNACK, flags: {}, reasonCode }, detail);
    } else if (!this.#accepted && returnCode !== undefined) {
      this.#connack({ type: Type.CONNACK, flags: {}, reasonCode: returnCode });
    }
    this.broker.log(offended(this.id, reason));
  }

  #connack(connack: DraftOf<"CONNACK">, detail?: string): void {
    const who = this.#accepted ? this.id : this.stream.remote.address;
    const { flags, reasonCode } = connack;
    this.broker.log(`Sending CONNACK to ${who} (${flags.sessionPresent ?? 0}, ${reasonCode})`);
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
