// What a broker sends, as the client takes it: cut under a limit, judged by our rules, read by mqtt-packet.
import { type IPublishPacket, parser, type Packet as Read } from "mqtt-packet";
import { Violated } from "../../endpoint/index.ts";
import { Malformed } from "../../wire/index.ts";
import { packet } from "../format.ts";
import { Frames } from "../frames.ts";
import { Heard, type Making } from "../heard.ts";
import { violations } from "../judge.ts";
import { isPlainlyRight } from "../plain.ts";
import { type MqttRule, rules } from "../rules.ts";
import { maySend, typeName } from "../types.ts";

export type { Read };

/**
 * mqtt-packet takes invalid UTF-8, U+0000, wildcards in topic names, doubled properties and lengths that lie,
 * and would buffer whatever is announced. It is handed whole packets only, within the limit, that our rules allow;
 * then it reads them, independently.
 */
export class Inbox {
  readonly #frames: Frames;
  readonly #parser;
  readonly #heard: Heard<IPublishPacket, Acknowledgement>;
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
    this.#heard = new Heard(version, asRead);
    this.#parser.on("packet", packet => {
      if (this.#plain) this.#remember(this.#plain, packet);
      take(packet);
    });
    this.#parser.on("error", (error: Error) => {
      throw new Violated(rules.malformed.id, `mqtt-packet refuses what the broker sent: ${error.message}`);
    });
  }

  /** Takes the packets that are whole now. What they carry lies in `octets`. @throws Violated, with the octets as evidence */
  feed(octets: Uint8Array): void {
    let at = 0;
    for (let size = this.#frames.plainSize(octets, at); size > 0; size = this.#frames.plainSize(octets, at)) {
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
  }

  #one(whole: Uint8Array, isPlain = false): void {
    if (!isPlainlyRight(whole, this.version)) judge(whole, this.version);
    this.#plain = isPlain ? whole : undefined;
    this.#parser.parse(Buffer.from(whole.buffer, whole.byteOffset, whole.length));
  }

  #remember(octets: Uint8Array, packet: Read): void {
    if (packet.cmd === "publish") {
      // What it was read from may be large, and is not to be kept with it.
      if (!packet.properties) this.#heard.rememberMessage(octets, { ...packet, payload: Buffer.alloc(0) });
    } else this.#heard.rememberAcknowledgement(octets, packet as Acknowledgement);
  }
}

/** As mqtt-packet reads it: with the fields of every packet. */
type Acknowledgement = Extract<Read, { cmd: "puback" | "pubrec" | "pubrel" | "pubcomp" }> &
  Pick<IPublishPacket, "retain" | "qos" | "dup"> & { readonly topic: null; readonly payload: null };

/** Written out, for a copy by spreading costs more than all else that is done with an acknowledgement. */
const asRead: Making<IPublishPacket, Acknowledgement> = {
  message: ({ cmd, retain, qos, dup, topic }, octets, messageId, length) => {
    const payload = octets as Buffer;
    return qos === 0
      ? { cmd, retain, qos, dup, length, topic, payload }
      : { cmd, retain, qos, dup, length, topic, payload, messageId };
  },
  acknowledgement: ({ cmd, retain, qos, dup, length, topic, payload, reasonCode }, messageId) =>
    reasonCode === undefined
      ? { cmd, retain, qos, dup, length, topic, payload, messageId }
      : { cmd, retain, qos, dup, length, topic, payload, messageId, reasonCode },
};

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
