// TCP segments composed: header length and checksum worked out.
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import { format, type HeaderDraft, headerOptions } from "./format.ts";

/** What the composer is asked for; flags that are left out are 0. */
export type Enclosing = Omit<HeaderDraft, "control" | "checksum"> & {
  readonly flags: Omit<HeaderDraft["control"], "dataOffset">;
};

/**
 * The segment of this header and data. `between`: the addresses, IPv4 or IPv6 as text, that the checksum counts.
 * @throws Unwritable where it does not fit: more than 40 octets of options, a number beyond its width
 */
export function enclose(
  { flags, ...header }: Enclosing,
  data: Uint8Array,
  between: { readonly source: string; readonly destination: string },
): Uint8Array {
  const headerSize = 20 + sizeOfOptions(header.options);
  const segment = new Uint8Array(headerSize + data.length);
  segment.set(format.encode({ ...header, control: { ...flags, dataOffset: headerSize / 4 } }));
  segment.set(data, headerSize);
  const [source, destination] = [addressOctets(between.source), addressOctets(between.destination)];
  const above = pseudoHeader(source, destination, IpProtocol.TCP, segment.length);
  const view = viewOf(segment);
  view.setUint16(checksumAt, internetChecksum(view, 0, segment.length, above));
  return segment;
}

const checksumAt = 16;

/** In whole words of four octets. */
const sizeOfOptions = (options: HeaderDraft["options"] = []): number =>
  Math.ceil(headerOptions.encode(options).length / 4) * 4;
