// A client's packets as the broker reads them: judged by the description, or known again where one of their kind was. MQTT 5 §3.
import type { Packet, PacketOf } from "../format.ts";
import { Heard, type Making } from "../heard.ts";
import { Type } from "../types.ts";
import { judged } from "./opening.ts";

type Publish = PacketOf<"PUBLISH">;
type Acknowledgement = PacketOf<"PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP">;

/** One for all clients of a version: what one of them has said is known when another says it. */
export class Reading {
  readonly #heard: Heard<Publish, Acknowledgement>;

  constructor(readonly version: number) {
    this.#heard = new Heard(version, asRead);
  }

  /** The packet from `at` to `end`, which has a length of one or two octets. @throws Offence if it breaks a rule */
  packet(octets: Uint8Array, at: number, end: number): Packet {
    const known = this.#heard.again(octets, at, end - at);
    if (known) return known;
    const whole = octets.subarray(at, end);
    const packet = judged(whole, this.version);
    if (packet.type === Type.PUBLISH) {
      // What it was read from may be large, and is not to be kept with it.
      if (!packet.properties?.length) this.#heard.rememberMessage(whole, { ...packet, payload: nothing });
    } else if (isAcknowledgement(packet)) this.#heard.rememberAcknowledgement(whole, packet);
    return packet;
  }
}

const nothing = new Uint8Array(0);

const isAcknowledgement = (packet: Packet): packet is Acknowledgement =>
  packet.type >= Type.PUBACK && packet.type <= Type.PUBCOMP;

/** Written out, for a copy by spreading costs more than all else that is done with an acknowledgement. */
const asRead: Making<Publish, Acknowledgement> = {
  message: ({ type, dup, qos, retain, topic, properties }, payload, identifier) => ({
    type,
    dup,
    qos,
    retain,
    topic,
    packetIdentifier: identifier === 0 ? undefined : identifier,
    properties,
    payload,
  }),
  acknowledgement: ({ type, reservedFlags, reasonCode, properties }, packetIdentifier) => ({
    type,
    reservedFlags,
    packetIdentifier,
    reasonCode,
    properties,
  }),
};
