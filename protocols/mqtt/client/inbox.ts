// What a broker sends, as the client takes it: cut under a limit, judged by our rules, read by mqtt-packet.
import { parser, type Packet as Read } from "mqtt-packet";
import { Violated } from "../../endpoint/index.ts";
import { Malformed } from "../../wire/index.ts";
import { packet } from "../format.ts";
import { Frames } from "../frames.ts";
import { violations } from "../judge.ts";
import { type MqttRule, rules } from "../rules.ts";
import { maySend, Type, typeName } from "../types.ts";

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

  /** `take` is called with each packet, in order; what it throws, `feed` throws. */
  constructor(
    readonly limit: number,
    readonly version: number,
    take: (packet: Read) => void,
  ) {
    this.#frames = new Frames(limit);
    this.#parser = parser({ protocolVersion: version });
    this.#parser.on("packet", take);
    this.#parser.on("error", (error: Error) => {
      throw new Violated(rules.malformed.id, `mqtt-packet refuses what the broker sent: ${error.message}`);
    });
  }

  /** Takes the packets that are whole now. What they carry lies in `octets`. @throws Violated, with the octets as evidence */
  feed(octets: Uint8Array): void {
    let at = 0;
    if (!this.#isPartial)
      for (let size = this.#plainSize(octets, at); size > 0; size = this.#plainSize(octets, at)) {
        this.#one(octets.subarray(at, at + size));
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

  #one(whole: Uint8Array): void {
    if (!isPlainlyRight(whole, this.version)) judge(whole, this.version);
    this.#parser.parse(Buffer.from(whole.buffer, whole.byteOffset, whole.length));
  }
}

/**
 * Whether the octets show at a glance that the packet breaks no rule: acknowledgements without properties, PINGRESP,
 * and PUBLISH to a topic of printable ASCII without properties. That is most of what comes, and takes a tenth of the
 * time that a reading by the description does.
 */
export function isPlainlyRight(octets: Uint8Array, version: number): boolean {
  const first = octets[0]!;
  const type = first >>> 4;
  if (type === Type.PUBLISH) return isPlainMessage(octets, first, version);
  if (first === 0xd0) return octets[1] === 0;
  if (first !== 0x40 && first !== 0x50 && first !== 0x62 && first !== 0x70) return false;
  if (octets[2] === 0 && octets[3] === 0) return false;
  return octets[1] === 2 || (octets[1] === 3 && version >= 5 && octets[4] === 0);
}

function isPlainMessage(octets: Uint8Array, first: number, version: number): boolean {
  const qos = (first >>> 1) & 0b11;
  if (qos === 3 || (qos === 0 && first & 0x08)) return false;
  let at = 1;
  while (octets[at]! >= 0x80) at++;
  // A length in more octets than it needs ends in 0.
  if (octets[at] === 0) return false;
  const topicEnd = at + 3 + octets[at + 1]! * 256 + octets[at + 2]!;
  const identifierEnd = qos > 0 ? topicEnd + 2 : topicEnd;
  // Written so that a length which is not there, NaN, is refused too.
  if (!(topicEnd > at + 3 && identifierEnd + (version >= 5 ? 1 : 0) <= octets.length)) return false;
  for (let i = at + 3; i < topicEnd; i++) {
    const octet = octets[i]!;
    if (octet < 0x20 || octet > 0x7e || octet === 0x23 || octet === 0x2b) return false;
  }
  if (qos > 0 && octets[topicEnd] === 0 && octets[topicEnd + 1] === 0) return false;
  return version < 5 || octets[identifierEnd] === 0;
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
