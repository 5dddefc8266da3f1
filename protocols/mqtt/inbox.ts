// What a broker sends, as the client takes it: cut under a limit, judged by our rules, read by mqtt-packet.
import { parser, type Packet as Read } from "mqtt-packet";
import { Violated } from "../endpoint/index.ts";
import { Malformed } from "../wire/index.ts";
import { packet } from "./format.ts";
import { Frames } from "./frames.ts";
import { violations } from "./judge.ts";
import { type MqttRule, rules } from "./rules.ts";
import { maySend, typeName } from "./types.ts";
import { Version } from "./versions.ts";

export type { Read };

const version = Version["MQTT 5"];

/**
 * mqtt-packet takes invalid UTF-8, U+0000, wildcards in topic names, doubled properties and lengths that lie,
 * and would buffer whatever is announced. It is handed whole packets only, within the limit, that our own
 * description could read and our rules allow; then it reads them, independently.
 */
export class Inbox {
  readonly #frames: Frames;
  readonly #parser = parser({ protocolVersion: version });
  readonly #read: Read[] = [];

  constructor(limit: number) {
    this.#frames = new Frames(limit);
    this.#parser.on("packet", read => this.#read.push(read));
    this.#parser.on("error", (error: Error) => {
      throw new Violated(rules.malformed.id, `mqtt-packet refuses what the broker sent: ${error.message}`);
    });
  }

  /** The packets that are whole now. @throws Violated, with the octets as evidence */
  *feed(octets: Uint8Array): Generator<Read> {
    for (const whole of this.#cut(octets)) {
      judge(whole);
      this.#parser.parse(Buffer.from(whole));
      yield* this.#read.splice(0);
    }
  }

  *#cut(octets: Uint8Array): Generator<Uint8Array> {
    try {
      yield* this.#frames.feed(octets);
    } catch (error) {
      throw error instanceof Malformed ? violated(rules.malformed, String(error), octets) : error;
    }
  }
}

function judge(octets: Uint8Array): void {
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
