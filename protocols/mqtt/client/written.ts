// Packets that differ from one already written in their identifier and payload alone: mqtt-packet writes the first of a kind.
import { generate, type IPublishPacket, type Packet } from "mqtt-packet";
import { Reason } from "../reasons.ts";
import { Version } from "../versions.ts";

/** Topics that are remembered, before it begins anew, and the longest of them, in characters. */
const mostTopics = 1000;
const longestTopic = 256;
/** Where a length ends that four octets can tell, with room for a topic. */
const largestPayload = 0x0fff_ffff - 0x2_0000;
const identifierSize = 2;
/** Of an acknowledgement: its type and its length. */
const headerSize = 2;

type Acknowledgement = Extract<Packet, { cmd: "puback" | "pubrec" | "pubrel" | "pubcomp" }>;

/** How packets of one kind are written: mqtt-packet's octets, and where they differ. */
interface Pattern {
  /** At least as many octets as the packet takes. */
  sizeWith(packet: Packet): number;
  /** Writes the packet at `at`, and returns where it ends. */
  write(packet: Packet, into: Uint8Array, at: number): number;
}

/**
 * A client says much the same thing again and again, and mqtt-packet takes most of the time of saying it. What it has
 * written once, of a PUBLISH without properties or an acknowledgement without a reason, is used again.
 */
export class Written {
  readonly #publishing = new Map<string, (Publishing | undefined)[]>();
  readonly #acknowledging = new Map<Acknowledgement["cmd"], Acknowledging>();

  constructor(readonly version: number) {}

  /** `undefined`: this one mqtt-packet has to write itself. */
  of(packet: Packet): Pattern | undefined {
    const { cmd } = packet;
    if (cmd === "publish") return this.#publishingOf(packet);
    if (cmd === "puback" || cmd === "pubrec" || cmd === "pubrel" || cmd === "pubcomp")
      return this.#acknowledgingOf(packet);
    return undefined;
  }

  #publishingOf(packet: IPublishPacket): Publishing | undefined {
    const { topic, payload, qos, retain, dup, messageId, properties } = packet;
    if (properties || typeof payload === "string" || payload.length > largestPayload) return undefined;
    if (typeof topic !== "string" || topic === "" || topic.length > longestTopic) return undefined;
    if (qos > 0 && typeof messageId !== "number") return undefined;
    let kinds = this.#publishing.get(topic);
    if (!kinds) {
      if (this.#publishing.size >= mostTopics) this.#publishing.clear();
      kinds = [];
      this.#publishing.set(topic, kinds);
    }
    const kind = qos * 4 + (retain ? 2 : 0) + (dup ? 1 : 0);
    kinds[kind] ??= new Publishing(packet, this.version);
    return kinds[kind];
  }

  #acknowledgingOf(packet: Acknowledgement): Acknowledging | undefined {
    const { cmd, reasonCode, properties, messageId } = packet;
    if (reasonCode || properties || typeof messageId !== "number") return undefined;
    let pattern = this.#acknowledging.get(cmd);
    if (!pattern) {
      // Success need not be said (§3.4.2.1); mqtt-packet would write what it is not told.
      pattern = new Acknowledging({ ...packet, reasonCode: Reason.Success }, this.version);
      this.#acknowledging.set(cmd, pattern);
    }
    return pattern;
  }
}

class Publishing implements Pattern {
  readonly #first: number;
  /** Topic, packet identifier and properties. */
  readonly #head: Uint8Array;
  /** Of the packet identifier in the head; -1 at QoS 0. */
  readonly #identifierAt: number;

  constructor(example: IPublishPacket, protocolVersion: number) {
    const octets = generate({ ...example, payload: Buffer.alloc(0) }, { protocolVersion });
    let at = 1;
    while (octets[at]! >= 0x80) at++;
    this.#first = octets[0]!;
    this.#head = Uint8Array.from(octets.subarray(at + 1));
    const properties = protocolVersion >= Version["MQTT 5"] ? 1 : 0;
    this.#identifierAt = example.qos > 0 ? this.#head.length - properties - identifierSize : -1;
  }

  sizeWith(packet: Packet): number {
    return 5 + this.#head.length + (packet as IPublishPacket).payload.length;
  }

  write(packet: Packet, into: Uint8Array, from: number): number {
    const { payload, messageId = 0 } = packet as IPublishPacket & { payload: Uint8Array };
    const head = this.#head;
    let at = from;
    into[at++] = this.#first;
    let left = head.length + payload.length;
    for (; left >= 0x80; left >>>= 7) into[at++] = (left & 0x7f) | 0x80;
    into[at++] = left;
    // `set` costs more than it moves where it moves little.
    if (head.length <= 64) for (let i = 0; i < head.length; i++) into[at + i] = head[i]!;
    else into.set(head, at);
    if (this.#identifierAt >= 0) {
      into[at + this.#identifierAt] = messageId >>> 8;
      into[at + this.#identifierAt + 1] = messageId & 0xff;
    }
    at += head.length;
    into.set(payload, at);
    return at + payload.length;
  }
}

class Acknowledging implements Pattern {
  readonly #octets: Uint8Array;

  constructor(example: Acknowledgement, protocolVersion: number) {
    this.#octets = Uint8Array.from(generate(example, { protocolVersion }));
  }

  sizeWith(): number {
    return this.#octets.length;
  }

  write(packet: Packet, into: Uint8Array, at: number): number {
    const octets = this.#octets;
    const messageId = packet.messageId!;
    for (let i = 0; i < octets.length; i++) into[at + i] = octets[i]!;
    into[at + headerSize] = messageId >>> 8;
    into[at + headerSize + 1] = messageId & 0xff;
    return at + octets.length;
  }
}
