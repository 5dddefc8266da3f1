// One connection as the client sees it: packets sent, answers tied to what was asked, messages kept until they are read.
import { generate, type IDisconnectPacket, type IPublishPacket } from "mqtt-packet";
import { type Clock, Refused, type Stream, Unanswered, Violated } from "../endpoint/index.ts";
import { Unwritable } from "../wire/index.ts";
import { Inbox, type Read } from "./inbox.ts";
import { DisconnectReason, Reason, reasonInWords } from "./reasons.ts";
import { rules } from "./rules.ts";
import { visible } from "./values.ts";
import { Version } from "./versions.ts";

const protocolVersion = Version["MQTT 5"];

export interface Terms {
  /** The largest packet that is taken, in octets. */
  readonly maximumPacketSize: number;
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
}

/** Something that was asked, and its answer once there is one. */
interface Question {
  answer?: Read;
}

/** Messages that nobody has read yet take so many octets at the most; beyond it, those of QoS 0 are lost. */
const backlogLimit = 4 * 1024 * 1024;
/** What an empty message costs while it is kept, roughly. */
const messageOverhead = 256;

/**
 * Octets are read only while someone waits for an answer or a message, so a client that does nothing holds
 * nothing. Several may wait at the same time: one of them reads, and all look at what came.
 */
export class Dialogue {
  /** Messages lost because nobody read those before them. */
  dropped = 0;
  /** Since the broker's answer, in seconds: something is sent at least as often. 0: no keep alive. */
  keepAlive = 0;
  /** What the broker takes, in octets. */
  largest = Number.POSITIVE_INFINITY;
  readonly #inbox: Inbox;
  readonly #asked = new Map<string, Question[]>();
  readonly #messages: IPublishPacket[] = [];
  #backlog = 0;
  #reading: Promise<void> | undefined;
  #failure: Error | undefined;
  #over = false;
  #sent: bigint;
  /** The PINGREQ that keep alive sent, until it is answered. */
  #beat: { question: Question; at: bigint } | undefined;

  constructor(
    readonly stream: Stream,
    readonly clock: Clock,
    readonly terms: Terms,
  ) {
    this.#inbox = new Inbox(terms.maximumPacketSize);
    this.#sent = clock.elapsed();
  }

  async send(packet: Read): Promise<void> {
    await this.#write(this.#octetsOf(packet));
  }

  /** Sends a packet and waits for the answer `key`, such as "suback 1". @throws Unanswered, Refused, Violated */
  async ask(packet: Read, key: string, milliseconds = this.terms.patience): Promise<Read> {
    const octets = this.#octetsOf(packet);
    const question = this.#expect(key);
    await this.#write(octets);
    const answer = await this.#wait(() => question.answer, milliseconds);
    if (!answer) throw new Unanswered(packet.cmd.toUpperCase(), 1, milliseconds);
    return answer;
  }

  isAsked(key: string): boolean {
    return this.#asked.has(key);
  }

  /** The next message, or `undefined` after so many milliseconds without one, or once the session has ended. */
  receive(milliseconds?: number): Promise<IPublishPacket | undefined> {
    return this.#wait(() => {
      const message = this.#messages.shift();
      if (message) this.#backlog -= sizeOf(message);
      return message;
    }, milliseconds);
  }

  /** Nothing is sent or expected after this. */
  async end(): Promise<void> {
    this.#over = true;
    await this.stream.close();
  }

  /** @throws if there is no session any more, or the broker takes no packet of that size */
  #octetsOf(packet: Read): Uint8Array {
    if (this.#over) throw new Refused("the session has ended");
    if (this.#failure) throw this.#failure;
    const octets = generate(packet, { protocolVersion });
    if (octets.length > this.largest)
      throw new Unwritable(`a packet of ${octets.length} octets, and the broker takes ${this.largest}`);
    return octets;
  }

  #write(octets: Uint8Array): Promise<void> {
    this.#sent = this.clock.elapsed();
    return this.stream.write(octets);
  }

  #expect(key: string): Question {
    const question: Question = {};
    this.#asked.set(key, [...(this.#asked.get(key) ?? []), question]);
    return question;
  }

  /** Reads until `take` finds what it looks for. */
  async #wait<T>(take: () => T | undefined, milliseconds?: number): Promise<T | undefined> {
    const began = this.clock.elapsed();
    for (let looks = 0; ; looks++) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (this.#failure) throw this.#failure;
      if (this.#over) return undefined;
      const left =
        milliseconds === undefined ? undefined : milliseconds - Number(this.clock.elapsed() - began) / 1e6;
      if (left !== undefined && left <= 0 && looks > 0) return undefined;
      await this.#more(left);
    }
  }

  /** Until something more has come, or so many milliseconds have passed. */
  async #more(milliseconds?: number): Promise<void> {
    if (!this.#reading) {
      this.#reading = this.#read(milliseconds).finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    }
    // Another one reads, perhaps for longer than this one wants to wait.
    if (milliseconds === undefined) return this.#reading;
    const enough = new AbortController();
    await Promise.race([this.#reading, this.clock.sleep(milliseconds, enough.signal)]);
    enough.abort();
  }

  async #read(milliseconds?: number): Promise<void> {
    try {
      const beat = this.#untilBeat();
      const octets = await this.stream.read(
        milliseconds === undefined ? beat : Math.min(milliseconds, beat ?? milliseconds),
      );
      if (octets) for (const packet of this.#inbox.feed(octets)) this.#take(packet);
      else if (this.stream.ended && !this.#over) throw new Refused("the broker closed the connection");
      await this.#keepAlive();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #take(packet: Read): void {
    if (this.#asked.has("connack") && packet.cmd !== "connack")
      throw new Violated(rules.connectFirst.id, `${packet.cmd.toUpperCase()} before CONNACK`, packet);
    if (packet.cmd === "publish") return this.#keep(packet);
    if (packet.cmd === "disconnect")
      throw new Refused(`the broker ended the session: ${whyOf(packet)}`, [packet]);
    const key = keyOf(packet);
    const [question, ...more] = this.#asked.get(key) ?? [];
    if (!question)
      throw new Violated(rules.unasked.id, `${key.toUpperCase()} to nothing that was asked`, packet);
    question.answer = packet;
    if (more.length > 0) this.#asked.set(key, more);
    else this.#asked.delete(key);
  }

  #keep(message: IPublishPacket): void {
    // Subscriptions ask for QoS 0, and the client announces no topic aliases.
    if (message.qos > 0)
      throw new Violated(rules.grantedQoS.id, `a message of QoS ${message.qos}, and 0 was granted`, message);
    if (message.properties?.topicAlias !== undefined)
      throw new Violated(rules.topicAlias.id, "a topic alias, and none was allowed", message);
    if (this.#backlog + sizeOf(message) > backlogLimit) {
      this.dropped++;
      return;
    }
    this.#backlog += sizeOf(message);
    this.#messages.push(message);
  }

  /** Milliseconds until keep alive has something to do; `undefined` if it is off. */
  #untilBeat(): number | undefined {
    if (this.keepAlive === 0) return undefined;
    const [since, allowed] = this.#beat
      ? [this.#beat.at, this.terms.patience]
      : [this.#sent, this.keepAlive * 1000];
    return Math.max(0, allowed - Number(this.clock.elapsed() - since) / 1e6);
  }

  async #keepAlive(): Promise<void> {
    if (this.#beat?.question.answer) this.#beat = undefined;
    if (this.#untilBeat() !== 0 || this.#over) return;
    if (this.#beat) throw new Unanswered("PINGREQ", 1, this.terms.patience);
    this.#beat = { question: this.#expect("pingresp"), at: this.clock.elapsed() };
    await this.send({ cmd: "pingreq" });
  }

  /** What went wrong is told to everyone who waits, at once; then the connection is closed (§4.13). */
  #fail(error: Error): void {
    if (this.#failure || this.#over) return;
    this.#failure = error;
    // Neither may succeed any more; the error to tell is the first one.
    void this.#takeLeave(error).catch(() => {});
  }

  /** The broker is told which rule it broke. */
  async #takeLeave(error: Error): Promise<void> {
    if (error instanceof Violated) {
      const rule = Object.values(rules).find(({ id }) => id === error.rule);
      const reasonCode = rule?.reason ?? Reason["Protocol Error"];
      await this.stream.write(generate({ cmd: "disconnect", reasonCode }, { protocolVersion }));
    }
    await this.stream.close();
  }
}

/** Answers are told apart by what they are, and by their packet identifier. */
const keyOf = (packet: Read): string =>
  packet.messageId === undefined ? packet.cmd : `${packet.cmd} ${packet.messageId}`;

const sizeOf = (message: IPublishPacket): number =>
  message.topic.length + message.payload.length + messageOverhead;

const whyOf = ({ reasonCode, properties }: IDisconnectPacket): string =>
  reasonInWords(reasonCode ?? 0, DisconnectReason) +
  (properties?.reasonString ? `, "${visible(properties.reasonString)}"` : "");
