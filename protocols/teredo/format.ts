// What Teredo puts before an IPv6 packet that travels in UDP (RFC 4380 §5.1.1).
import { dotted } from "../ipv4/address.ts";
import {
  Codec,
  constant,
  type Draft,
  type Field,
  lengthOf,
  mapped,
  octets,
  type Reader,
  rest,
  sized,
  struct,
  u8,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";

const whole = (length: number): number => length;

/** Shows the server's answer to be one to this question: the nonce comes back. */
const authentication = struct({
  indicator: constant(u16, 0x0001),
  clientIdLength: lengthOf("clientId", rest, u8.with({ unit: "octets" })),
  valueLength: lengthOf("value", rest, u8.with({ unit: "octets" })),
  clientId: sized("clientIdLength", whole, rest).with({ label: "Client identifier" }),
  value: sized("valueLength", whole, rest).with({ label: "Authentication value" }),
  nonce: octets(8),
  confirmation: u8,
});

/** Whence the packet came before the server passed it on; inverted, for some NATs change addresses that they find in packets. */
export const origin = struct({
  indicator: constant(u16, 0x0000),
  port: mapped(
    u16,
    sent => sent ^ 0xffff,
    port => port ^ 0xffff,
  ),
  address: mapped(
    u32,
    sent => ~sent >>> 0,
    address => ~address >>> 0,
  ).with({ show: dotted }),
});

/** `inner`, if the next two octets are its indicator. */
class Indicated<V, D> extends Codec<V | undefined, D | undefined> {
  readonly width = undefined;
  override readonly composite = true;

  constructor(
    readonly indicator: number,
    readonly inner: Codec<V, D>,
  ) {
    super();
  }
  read(from: Reader): V | undefined {
    return isNext(this.indicator, from) ? this.inner.read(from) : undefined;
  }
  write(to: Writer, draft: D | undefined): void {
    if (draft !== undefined) this.inner.write(to, draft);
  }
  override complete(draft: D | undefined, to: Writer): unknown {
    return draft === undefined ? undefined : this.inner.complete(draft, to);
  }
  override note(from: Reader, key: string, into: Field[]): V | undefined {
    if (!isNext(this.indicator, from)) return undefined;
    return this.inner.with(this.notes).note(from, key, into);
  }
}

const isNext = (indicator: number, from: Reader): boolean =>
  from.left >= 2 && from.view.getUint16(from.at) === indicator;

/** Up to the IPv6 packet, whose version stands where an indicator's zeros would. Canonical: every one. */
export const format = struct({
  authentication: new Indicated(0x0001, authentication),
  origin: new Indicated(0x0000, origin).with({ label: "Origin indication" }),
});
export type Header = Value<typeof format>;
export type HeaderDraft = Draft<typeof format>;
