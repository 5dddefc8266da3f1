// NTP read by hand: the header, without what may follow it.
import { need } from "./octets.ts";

export function readNtp(view: DataView, at: number, end: number) {
  need(at, 48, end);
  const flags = view.getUint8(at);
  return {
    flags: { leap: flags >> 6, version: (flags >> 3) & 7, mode: flags & 7 },
    stratum: view.getUint8(at + 1),
    poll: view.getInt8(at + 2),
    precision: view.getInt8(at + 3),
    rootDelay: view.getUint32(at + 4) / 65_536,
    rootDispersion: view.getUint32(at + 8) / 65_536,
    referenceId: view.getUint32(at + 12),
    referenceTimestamp: view.getBigUint64(at + 16),
    originTimestamp: view.getBigUint64(at + 24),
    receiveTimestamp: view.getBigUint64(at + 32),
    transmitTimestamp: view.getBigUint64(at + 40),
    extensions: [],
    authenticator: undefined,
  };
}
