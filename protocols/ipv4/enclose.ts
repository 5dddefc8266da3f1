// IPv4 packets composed: lengths and checksum worked out by the description.
import { internetChecksum, viewOf } from "../packet/checksum.ts";
import { format, type HeaderDraft, headerOptions } from "./format.ts";

/** What the composer is asked for: addresses and protocol; the rest has its presets. */
export type Enclosing = Omit<HeaderDraft, "start" | "totalLength" | "checksum">;

/**
 * The packet of this header and payload: header length, total length and checksum are worked out.
 * @throws Unwritable where it does not fit: more than 65 535 octets, or more than 40 octets of options
 */
export function enclose(header: Enclosing, payload: Uint8Array): Uint8Array {
  const headerSize = 20 + sizeOfOptions(header);
  const packet = new Uint8Array(headerSize + payload.length);
  packet.set(
    format.encode({
      ...header,
      start: { version: 4, headerLength: headerSize / 4 },
      totalLength: packet.length,
      checksum: 0,
    }),
  );
  packet.set(payload, headerSize);
  const view = viewOf(packet);
  view.setUint16(checksumAt, internetChecksum(view, 0, headerSize));
  return packet;
}

const checksumAt = 10;

/** In whole words of four octets. */
const sizeOfOptions = ({ options = [] }: Enclosing): number =>
  Math.ceil(headerOptions.encode(options).length / 4) * 4;
