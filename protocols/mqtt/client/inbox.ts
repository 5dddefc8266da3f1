// What a broker sends, as the client takes it: cut under a limit, judged by our rules, read by mqtt-packet.
import { parser, type Packet as Read } from "mqtt-packet";
import { Violated } from "../../endpoint/index.ts";
import { Malformed } from "../../wire/index.ts";
import { packet } from "../format.ts";
import { Frames } from "../frames.ts";
import { violations } from "../judge.ts";
import { isPlainlyRight } from "../plain.ts";
import { type MqttRule, rules } from "../rules.ts";
import { maySend, typeName } from "../types.ts";
import { Heard } from "./heard.ts";

export type { Read };

/**
 * mqtt-packet takes invalid UTF-8, U+0000, wildcards in topic names, doubled properties and lengths that lie,
 * and would buffer whatever is announced. It is handed whole packets only, within the limit, that our rules allow;
 * then it reads them, independently.
 */
export class Inbox {
  readonly #frames: Frames;
  readonly #parser;
  #isPartial = false;
  readonly #heard: Heard;
  /** The octets that mqtt-packet reads, as long as a short look at packets of their kind can do next time. */
  #plain: Uint8Array | undefined;

  /** `take` is called with each packet, in order; what it throws, `feed` throws. */
  constructor(
    readonly limit: number,
    readonly version: number,
    readonly take: (packet: Read) => void,
  ) {
    this.#frames = new Frames(limit);
    this.#parser = parser({ protocolVersion: version });
    this.#heard = new Heard(version);
    this.#parser.on("packet", packet => {
      if (this.#plain) this.#heard.remember(this.#plain, packet);
      take(packet);
    });
    this.#parser.on("error", (error: Error) => {
      throw new Violated(rules.malformed.id, `mqtt-packet refuses what the broker sent: ${error.message}`);
    });
  }

  /** Takes the packets that are whole now. What they carry lies in `octets`. @throws Violated, with the octets as evidence */
  feed(octets: Uint8Array): void {
    let at = 0;
    if (!this.#isPartial)
      for (let size = this.#plainSize(octets, at); size > 0; size = this.#plainSize(octets, at)) {
        const read = this.#heard.again(octets, at, size);
        if (read) this.take(read);
        else this.#one(octets.subarray(at, at + size), true);
        at += size;
      }
    if (at === octets.length) return;
    try {
      for (const whole of this.#frames.feed(octets.subarray(at))) this.#one(whole);
    } catch (error) {
      throw error instanceof Malformed ? violated(rules.malformed, String(error), octets) : error;
    }
    this.#isPartial = this.#frames.room > 0;
  }

  /** The size of the packet that begins at `at`, if it is all there and has a length of one or two octets; else 0. */
  #plainSize(octets: Uint8Array, at: number): number {
    const [low, high] = [octets[at + 1], octets[at + 2]];
    if (low === undefined) return 0;
    const size = low < 0x80 ? low + 2 : high !== undefined && high < 0x80 ? (low & 0x7f) + high * 128 + 3 : 0;
    return size <= this.limit && at + size <= octets.length ? size : 0;
  }

  #one(whole: Uint8Array, isPlain = false): void {
    if (!isPlainlyRight(whole, this.version)) judge(whole, this.version);
    this.#plain = isPlain ? whole : undefined;
    this.#parser.parse(Buffer.from(whole.buffer, whole.byteOffset, whole.length));
  }
}

function judge(octets: Uint8Array, version: number): void {
  try {
    const read = packet.decode(octets, { version });
    if (!maySend("server", read.type, version))
      throw violated(rules.direction, `a server sent ${typeName(read.type)}`, octets);
    // A control character is bad manners, but a client that hung up on it would be deaf to its user.
    for (const { rule, field, detail } of violations(read, version))
      if (rule.severity === "error")
        throw violated(rule, `${typeName(read.type)}, ${field}: ${detail}`, octets);
  } catch (error) {
    throw error instanceof Malformed ? violated(rules.malformed, String(error), octets) : error;
  }
}

const violated = (rule: MqttRule, detail: string, octets: Uint8Array) =>
  new Violated(rule.id, `the broker broke ${rule.id} (${rule.reference}): ${detail}`, octets.slice(0, 256));
