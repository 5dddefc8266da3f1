// A client of MQTT 5: CONNECT, SUBSCRIBE, PUBLISH at QoS 0, PINGREQ, UNSUBSCRIBE, DISCONNECT. MQTT 5 §3 and §4.
import type { IConnackPacket, IPublishPacket, IUnsubackPacket } from "mqtt-packet";
import { type Clock, Refused, type Stream, Violated } from "../endpoint/index.ts";
import { Unwritable } from "../wire/index.ts";
import { Dialogue } from "./dialogue.ts";
import { identifierAfter } from "./identifiers.ts";
import { Reason, reasonInWords } from "./reasons.ts";
import { rules } from "./rules.ts";
import { faultOfFilter, faultOfName } from "./topics.ts";
import { text, visible } from "./values.ts";
import { Version } from "./versions.ts";

export interface Options {
  /** "" lets the broker choose one. */
  readonly clientId: string;
  /** In seconds; 0 switches it off. 60 by default. It holds while something is awaited: an answer, or a message. */
  readonly keepAlive?: number;
  /** Every session begins anew: this client keeps none. */
  readonly cleanStart?: true;
  /** The largest packet that is taken, in octets; the broker is told, and nothing larger is buffered. 1 MiB by default. */
  readonly maximumPacketSize?: number;
  /** How long the broker may take for an answer, in milliseconds; 10 000 by default. */
  readonly patience?: number;
}

/** A message to publish. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos?: 0;
  readonly retain?: boolean;
}

/** A message that came. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/**
 * Opens a session over `stream`, with clean start, no will and no user name (§3.1).
 * If there is none, the stream is closed.
 * @throws Refused with the broker's reason; Unanswered; Violated; Unwritable if an option can't be sent
 */
export async function connect(stream: Stream, clock: Clock, options: Options): Promise<Session> {
  const { clientId, keepAlive = 60, maximumPacketSize = 1024 * 1024, patience = 10_000 } = options;
  sendable(clientId, "clientId");
  whole(keepAlive, "keepAlive", 0, 0xffff);
  whole(maximumPacketSize, "maximumPacketSize", 1, 0xffff_ffff);
  const dialogue = new Dialogue(stream, clock, { maximumPacketSize, patience });
  try {
    const connack = (await dialogue.ask(
      {
        cmd: "connect",
        protocolVersion: Version["MQTT 5"],
        clean: true,
        clientId,
        keepalive: keepAlive,
        properties: { maximumPacketSize },
      },
      "connack",
    )) as IConnackPacket;
    if (connack.reasonCode !== Reason.Success)
      throw new Refused(`the broker refused the connection: ${whyOf(connack)}`, [connack]);
    if (connack.sessionPresent)
      throw new Violated(rules.sessionPresent.id, "a session is present after a clean start", connack);
    dialogue.keepAlive = connack.properties?.serverKeepAlive ?? keepAlive;
    dialogue.largest = connack.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    return new Session(dialogue, connack, clientId);
  } catch (error) {
    await dialogue.end();
    throw error;
  }
}

/** An open session. Its methods may be called while others of them wait. */
export class Session {
  /** As asked for, or as the broker assigned it. */
  readonly clientId: string;
  #lastIdentifier = 0;

  constructor(
    readonly dialogue: Dialogue,
    /** How the broker accepted, with what it allows. */
    readonly connack: IConnackPacket,
    asked: string,
  ) {
    this.clientId = connack.properties?.assignedClientIdentifier ?? asked;
  }

  /** In seconds: the broker's word counts, if it gave one. 0: off. */
  get keepAlive(): number {
    return this.dialogue.keepAlive;
  }

  /** Messages lost because nobody read those before them. */
  get dropped(): number {
    return this.dialogue.dropped;
  }

  /** Asks for the messages of `filter` and returns the reason code, the granted QoS. @throws Refused, Unanswered, Violated */
  async subscribe(filter: string, { qos = 0 }: { readonly qos?: 0 } = {}): Promise<number> {
    const messageId = this.#identifier();
    const subscriptions = [{ topic: filterSendable(filter), qos }];
    const suback = await this.dialogue.ask(
      { cmd: "subscribe", messageId, subscriptions },
      `suback ${messageId}`,
    );
    const [code] = suback.cmd === "suback" ? (suback.granted as number[]) : [];
    if (code === undefined || code >= 0x80)
      throw new Refused(`the broker refused "${filter}": ${reasonInWords(code ?? 0x80)}`, [suback]);
    return code;
  }

  /** Hands a message to the broker; at QoS 0 nobody says whether it arrived. */
  async publish({ topic, payload, qos = 0, retain = false }: Publication): Promise<void> {
    sendable(topic, "topic");
    const fault = faultOfName(topic);
    if (fault) throw new Unwritable(fault).within("topic");
    if (retain && this.connack.properties?.retainAvailable === false)
      throw new Unwritable("the broker retains nothing").within("retain");
    const octets = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    await this.dialogue.send({ cmd: "publish", topic, payload: octets, qos, retain, dup: false });
  }

  /** The next message; `undefined` after so many milliseconds without one. @throws Refused if the connection is lost */
  async receive(milliseconds?: number): Promise<Message | undefined> {
    const message: IPublishPacket | undefined = await this.dialogue.receive(milliseconds);
    if (!message) return undefined;
    const { topic, qos, retain } = message;
    const payload = message.payload as Buffer;
    return { topic, payload: new Uint8Array(payload), qos, retain };
  }

  /** Sends PINGREQ, and waits so many milliseconds for PINGRESP. Returns the round trip in nanoseconds. @throws Unanswered */
  async ping(milliseconds?: number): Promise<bigint> {
    const began = this.dialogue.clock.elapsed();
    await this.dialogue.ask({ cmd: "pingreq" }, "pingresp", milliseconds);
    return this.dialogue.clock.elapsed() - began;
  }

  /** Returns the reason code: 0, or 0x11 if there was no such subscription. @throws Refused, Unanswered, Violated */
  async unsubscribe(filter: string): Promise<number> {
    const messageId = this.#identifier();
    const unsubscriptions = [filterSendable(filter)];
    const unsuback = (await this.dialogue.ask(
      { cmd: "unsubscribe", messageId, unsubscriptions },
      `unsuback ${messageId}`,
    )) as IUnsubackPacket;
    const [code = 0x80] = unsuback.granted;
    if (code >= 0x80)
      throw new Refused(`the broker refused to end "${filter}": ${reasonInWords(code)}`, [unsuback]);
    return code;
  }

  /** Ends the session, and closes the stream: nothing may follow a DISCONNECT [MQTT-3.14.4-1]. */
  async disconnect(): Promise<void> {
    await this.dialogue.send({ cmd: "disconnect", reasonCode: Reason.Success });
    await this.dialogue.end();
  }

  #identifier(): number {
    const free = (id: number) =>
      !this.dialogue.isAsked(`suback ${id}`) && !this.dialogue.isAsked(`unsuback ${id}`);
    const next = identifierAfter(this.#lastIdentifier, free);
    if (next === undefined) throw new Refused("65535 requests are unanswered: no packet identifier is left");
    this.#lastIdentifier = next;
    return next;
  }
}

/** mqtt-packet writes what it is given: that it can be written is seen to here. */
function sendable(value: string, key: string): string {
  try {
    text.encode(value);
  } catch (error) {
    throw error instanceof Unwritable ? error.within(key) : error;
  }
  return value;
}

function filterSendable(filter: string): string {
  const fault = faultOfFilter(sendable(filter, "filter"));
  if (fault) throw new Unwritable(fault).within("filter");
  return filter;
}

function whole(value: number, key: string, low: number, high: number): void {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    throw new Unwritable(`${value} is not a whole number from ${low} to ${high}`).within(key);
}

const whyOf = ({ reasonCode, properties }: IConnackPacket): string =>
  reasonInWords(reasonCode ?? 0x80) +
  (properties?.reasonString ? `, "${visible(properties.reasonString)}"` : "");
