// IPv6 packets composed: the payload length worked out by the description.
import { format, type HeaderDraft } from "./format.ts";

/**
 * The packet of this header, its extension headers and payload. @throws Unwritable where it does not fit, and
 * where an extension header is not the one that the header before it names
 */
export function enclose(header: Omit<HeaderDraft, "payloadLength">, payload: Uint8Array): Uint8Array {
  const headers = format.encode({ ...header, payloadLength: 0 });
  const extensions = headers.length - 40;
  const packet = new Uint8Array(headers.length + payload.length);
  packet.set(format.encode({ ...header, payloadLength: extensions + payload.length }));
  packet.set(payload, headers.length);
  return packet;
}
