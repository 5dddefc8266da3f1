// The message of DHCP, and of BOOTP before it. RFC 2131 §2, figure 1; RFC 951 §3.

import { colons } from "../ethernet/address.ts";
import { ipv4Address as address } from "../ipv4/address.ts";
import {
  bits,
  by,
  Codec,
  Derived,
  type Draft,
  type Field,
  leaf,
  Malformed,
  octets,
  preset,
  type Reader,
  struct,
  Unwritable,
  u8,
  u16,
  u32,
  type Value,
  type Writer,
  when,
} from "../wire/index.ts";
import { fileRoom, optionsField, snameRoom } from "./area.ts";
import { HardwareType, type Option, type OptionDraft } from "./options.ts";
import { magic } from "./parts.ts";

export {
  byCode,
  HardwareType,
  MessageType,
  type Option,
  type OptionDraft,
  OptionName,
  option,
} from "./options.ts";
export { magic } from "./parts.ts";
export type { Route } from "./routes.ts";

const Operation = { BOOTREQUEST: 1, BOOTREPLY: 2 } as const;

const chaddrSize = 16;
/** From `hlen` to `chaddr`. */
const toChaddr = 26;

/** As many octets as `hlen` says, in a room of 16. Canonical: zeros after them. */
class HardwareAddress extends Codec<Uint8Array> {
  readonly width = chaddrSize * 8;
  override readonly composite = true;

  read(from: Reader): Uint8Array {
    const size = this.size(from);
    const value = from.octets(size);
    from.take(chaddrSize - size);
    return value;
  }

  write(to: Writer, draft: Uint8Array): void {
    if (draft.length > chaddrSize) throw new Unwritable(`${draft.length} octets where ${chaddrSize} fit`);
    to.octets(draft);
    to.put(chaddrSize - draft.length);
  }

  override annotate(from: Reader, field: Field): Uint8Array {
    field.fields = [];
    const size = this.size(from);
    const value = octets(size)
      .with({ label: "Client MAC address", show: colons })
      .note(from, "address", field.fields);
    if (size < chaddrSize)
      octets(chaddrSize - size)
        .with({ label: "Padding" })
        .note(from, "padding", field.fields);
    return value;
  }

  private size(from: Reader): number {
    const size = from.view.getUint8(from.at - toChaddr);
    if (size > chaddrSize) throw new Malformed(from.at, `"hlen" says ${size} octets where ${chaddrSize} fit`);
    return size;
  }
}

/** There in DHCP; in BOOTP without vendor extensions something else stands in its place. */
class Cookie extends Derived<number | undefined> {
  constructor() {
    super(u32 as Codec<number | undefined>, whole => (whole.vendor === undefined ? magic : undefined));
  }
  override read(from: Reader): number | undefined {
    return isCookie(from) ? from.u32() : undefined;
  }
  override write(to: Writer, value: number | undefined): void {
    if (value !== undefined) to.u32(value);
  }
  override note(from: Reader, key: string, into: Field[]): number | undefined {
    return isCookie(from) ? super.note(from, key, into) : undefined;
  }
}

const isCookie = (from: Reader) => from.end - from.at >= 4 && from.view.getUint32(from.at) === magic;

class NoOptions extends Codec<Option[], OptionDraft[]> {
  readonly width = 0;
  read(): Option[] {
    return [];
  }
  write(_to: Writer, draft: OptionDraft[]): void {
    if (draft.length > 0) throw new Unwritable("a message has options or a BOOTP vendor area, not both");
  }
  override note(): Option[] {
    return [];
  }
}

const noOptions: Codec<Option[], OptionDraft[]> = new NoOptions();

const vendorSize = 64;

/** What BOOTP has where DHCP has options: 64 octets or more whose meaning is the vendor's. */
const vendorArea = leaf<Uint8Array>(
  undefined,
  from => {
    const { at, end } = from;
    if (end - at < vendorSize)
      throw new Malformed(at, `neither DHCP's cookie nor the ${vendorSize} octets of a BOOTP vendor area`);
    return from.octets(end - at);
  },
  (to, value) => {
    if (value.length < vendorSize)
      throw new Unwritable(`${value.length} octets where ${vendorSize} or more belong`);
    const { buffer, byteOffset } = value;
    if (new DataView(buffer, byteOffset).getUint32(0) === magic)
      throw new Unwritable("begins with DHCP's cookie, so that it would be read as options");
    to.octets(value);
  },
);

/**
 * RFC 2131 §2, figure 1. The options of a BOOTP message, which has no cookie, are an empty list, and its vendor
 * area is `vendor`. Canonical: as the options (area.ts), and zeros where text and addresses leave room.
 */
export const message = struct({
  op: u8.with({ label: "Message op code", names: Operation }),
  htype: preset(u8, HardwareType.Ethernet).with({ label: "Hardware type", names: HardwareType }),
  hlen: new Derived(
    u8.with({ label: "Hardware address length", unit: "octets" }),
    whole => whole.chaddr.length,
  ),
  hops: preset(u8, 0),
  xid: u32.with({ label: "Transaction ID", hex: true }),
  secs: preset(u16, 0).with({ label: "Seconds elapsed", unit: "s" }),
  flags: preset(bits({ broadcast: 1, reserved: 15 }), { broadcast: 0, reserved: 0 }),
  ciaddr: preset(address, 0).with({ label: "Client IP address" }),
  yiaddr: preset(address, 0).with({ label: "Your (client) IP address" }),
  siaddr: preset(address, 0).with({ label: "Next server IP address" }),
  giaddr: preset(address, 0).with({ label: "Relay agent IP address" }),
  chaddr: (new HardwareAddress() as Codec<Uint8Array>).with({
    label: "Client hardware address",
    show: colons,
  }),
  sname: preset(snameRoom, "").with({ label: "Server host name" }),
  file: preset(fileRoom, "").with({ label: "Boot file name" }),
  cookie: new Cookie().with({ label: "Magic cookie", hex: true }),
  options: by("cookie", (cookie: number | undefined) => (cookie === undefined ? noOptions : optionsField)),
  vendor: when("cookie", (cookie: number | undefined) => cookie === undefined, vendorArea).with({
    label: "BOOTP vendor area",
  }),
});

export type Message = Value<typeof message>;
export type MessageDraft = Draft<typeof message>;
