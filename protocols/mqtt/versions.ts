// Protocol versions, and the parts of a packet that are there only since MQTT 5. MQTT 5 §3.1.2.2.
import {
  by,
  Codec,
  type Dependent,
  type Field,
  type Reader,
  Unwritable,
  type Writer,
} from "../wire/index.ts";

/** The number that CONNECT announces. A bridge of Mosquitto's sets the highest bit beside it. */
export const Version = { "MQTT 3.1": 3, "MQTT 3.1.1": 4, "MQTT 5": 5 } as const;

/** What both sides know of a conversation once its CONNECT has passed. */
export interface Conversation {
  readonly version: number;
}

/** Where no CONNECT was seen, it is 3.1.1, whose packets are MQTT 5's without properties and reason codes. */
export const versionOf = (state: unknown): number =>
  (state as Conversation | undefined)?.version ?? Version["MQTT 3.1.1"];

/** The version that the octet in CONNECT stands for. */
export const announced = (octet: number): number => octet & 0x7f;

/** No octets, no value and no field; unlike the language's `nothing` it refuses to lose a value that is there. */
class Absent extends Codec<undefined> {
  readonly width = 0;
  read(): undefined {
    return undefined;
  }
  write(_to: Writer, draft: undefined): void {
    if (draft !== undefined) throw new Unwritable("does not belong into this packet");
  }
  override note(): undefined {
    return undefined;
  }
}
export const absent: Codec<undefined> = new Absent();

/** `inner`, if the field `on` says that it is there. */
export const where = <const On extends string, Sibling, V, D = V>(
  on: On,
  there: (sibling: Sibling) => boolean,
  inner: Codec<V, D>,
): Dependent<On, Sibling, V | undefined, D | undefined> =>
  by<On, Sibling, Codec<V | undefined, D | undefined>>(
    on,
    sibling => (there(sibling) ? inner : absent) as Codec<V | undefined, D | undefined>,
  );

class Since5<V, D> extends Codec<V | undefined, D | undefined> {
  readonly width = undefined;
  override readonly composite: boolean;
  constructor(readonly inner: Codec<V, D>) {
    super();
    this.composite = inner.composite;
  }
  read(from: Reader): V | undefined {
    return versionOf(from.state) >= 5 ? this.inner.read(from) : undefined;
  }
  write(to: Writer, draft: D | undefined): void {
    if (versionOf(to.state) >= 5) this.inner.write(to, draft as D);
    else absent.write(to, draft as undefined);
  }
  override note(from: Reader, key: string, into: Field[]): V | undefined {
    return versionOf(from.state) >= 5 ? this.inner.note(from, key, into) : undefined;
  }
}

/** `inner` in MQTT 5; nothing before. */
export const since5 = <V, D = V>(inner: Codec<V, D>): Codec<V | undefined, D | undefined> =>
  new Since5(inner);
