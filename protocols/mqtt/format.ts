// The 15 control packets, of MQTT 3.1, 3.1.1 and 5. OASIS MQTT Version 5.0 §2, MQTT Version 3.1.1 §2.
import {
  bits,
  Codec,
  type Draft,
  type Field,
  Malformed,
  type Reader,
  Truncated,
  type Value,
  type Writer,
} from "../wire/index.ts";
import {
  acknowledgement,
  auth,
  connack,
  connect,
  disconnect,
  ping,
  publishAcknowledged,
  publishOnce,
  suback,
  subscribe,
  unsuback,
  unsubscribe,
} from "./bodies.ts";
import { requiredFlags, Type } from "./types.ts";
import { variableByteInteger } from "./values.ts";
import { versionOf } from "./versions.ts";

const bodies = {
  [Type.CONNECT]: connect,
  [Type.CONNACK]: connack,
  [Type.PUBLISH]: publishOnce,
  [Type.PUBACK]: acknowledgement,
  [Type.PUBREC]: acknowledgement,
  [Type.PUBREL]: acknowledgement,
  [Type.PUBCOMP]: acknowledgement,
  [Type.SUBSCRIBE]: subscribe,
  [Type.SUBACK]: suback,
  [Type.UNSUBSCRIBE]: unsubscribe,
  [Type.UNSUBACK]: unsuback,
  [Type.PINGREQ]: ping,
  [Type.PINGRESP]: ping,
  [Type.DISCONNECT]: disconnect,
  [Type.AUTH]: auth,
} as const;

const typeBits = { width: 4, names: Type } as const;
/** §2.1.1: the first octet of PUBLISH, and of every other packet. */
export const publishHeader = bits({
  type: typeBits,
  dup: { width: 1, label: "DUP" },
  qos: { width: 2, label: "QoS" },
  retain: 1,
});
export const plainHeader = bits({ type: typeBits, reservedFlags: { width: 4, hex: true } });

type Bodies = typeof bodies;
type Simplify<T> = { [K in keyof T]: T[K] } & {};
type Publishing = typeof Type.PUBLISH;
type Head<K> = K extends Publishing
  ? { dup: number; qos: number; retain: number }
  : { reservedFlags: number };

/** A control packet: a union told apart by `type`. */
export type Packet = {
  [K in keyof Bodies]: Simplify<{ type: K } & Head<K> & Value<Bodies[K]>>;
}[keyof Bodies];
/** The same, less what is worked out: reserved flags, `dup`, `qos` and `retain` of 0, and lengths. */
export type PacketDraft = {
  [K in keyof Bodies]: Simplify<{ type: K } & Partial<Head<K>> & Draft<Bodies[K]>>;
}[keyof Bodies];
/** One packet by its name: `PacketOf<"PUBLISH">`. */
export type PacketOf<N extends keyof typeof Type> = Extract<Packet, { type: (typeof Type)[N] }>;
export type DraftOf<N extends keyof typeof Type> = Extract<PacketDraft, { type: (typeof Type)[N] }>;

/**
 * Fixed header, remaining length and what the type calls for, by the version of the conversation (`Conversation`).
 * What is only forbidden (reserved flags, QoS 3, a packet identifier of 0) is kept as it is, so that a capture
 * shows it, and judged by rules.ts; malformed is what can't be read. Every packet that can be read is canonical.
 */
class ControlPacket extends Codec<Packet, PacketDraft> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Packet {
    const { head, body } = this.#of(from);
    const values = head.read(from);
    const outer = from.confine(variableByteInteger.read(from));
    const packet = { ...values, ...(body.read(from) as object) };
    from.release(outer);
    return packet as Packet;
  }

  write(to: Writer, draft: PacketDraft): void {
    if (draft.type === Type.PUBLISH) publishHeader.write(to, draft);
    else
      plainHeader.write(to, {
        type: draft.type,
        reservedFlags: draft.reservedFlags ?? requiredFlags(draft.type),
      });
    const at = to.at;
    const body: Codec<unknown, never> = bodyOf(
      draft.type,
      draft.type === Type.PUBLISH ? (draft.qos ?? 0) : 0,
    );
    body.write(to, draft as never);
    const size = to.at - at;
    to.insert(at, () => variableByteInteger.write(to, size));
  }

  override annotate(from: Reader, field: Field): Packet {
    field.fields = [];
    const { head, body } = this.#of(from, field);
    const values = head.annotate(from, field);
    const size = remainingLength.note(from, "remainingLength", field.fields);
    const { at, left } = from;
    // Of a packet that was cut short, what is there is shown before that is said.
    const outer = from.confine(Math.min(size, left));
    const packet = { ...values, ...this.#annotated(body, from, field, size > left) };
    if (size > left) throw new Truncated(at, size, left);
    from.release(outer);
    // The tree accounts for every octet that it was given.
    from.refuseLeftover();
    return packet as Packet;
  }

  /** The body; where the packet `isCut`, the last field that its octets reach is no reason of its own to stop. */
  #annotated(body: Codec<unknown>, from: Reader, field: Field, isCut: boolean): object {
    try {
      return body.annotate(from, field) as object;
    } catch (error) {
      if (isCut && error instanceof Truncated) return {};
      throw error;
    }
  }

  /** Looks at the first octet without stepping over it; a type that does not exist is noted in `field`. */
  #of(
    from: Reader,
    field?: Field,
  ): { head: typeof publishHeader | typeof plainHeader; body: Codec<unknown> } {
    const at = from.take(1);
    const first = from.view.getUint8(at);
    from.at = at;
    const kind = first >>> 4;
    if (kind === 0 || (kind === Type.AUTH && versionOf(from.state) < 5)) {
      if (field) plainHeader.annotate(from, field);
      throw new Malformed(at, kind === 0 ? "packet type 0 is reserved" : "AUTH came with MQTT 5");
    }
    const head = kind === Type.PUBLISH ? publishHeader : plainHeader;
    return { head, body: bodyOf(kind, (first >>> 1) & 0b11) as Codec<unknown> };
  }
}

const remainingLength = variableByteInteger.with({ label: "Remaining Length", unit: "octets" });

function bodyOf(kind: number, qos: number): Codec<unknown, never> {
  if (kind === Type.PUBLISH && qos > 0) return publishAcknowledged;
  return bodies[kind as keyof Bodies] as Codec<unknown, never>;
}

export const packet: Codec<Packet, PacketDraft> = new ControlPacket();
