// PUBACK, PUBREC, PUBREL and PUBCOMP as octets: each that there is, but for its packet identifier, is written once. MQTT 5 §3.4 to §3.7.
import { packet } from "../format.ts";
import type { Type } from "../types.ts";
import { Version } from "../versions.ts";

export type Acknowledgement =
  | typeof Type.PUBACK
  | typeof Type.PUBREC
  | typeof Type.PUBREL
  | typeof Type.PUBCOMP;

const written = new Map<number, Uint8Array>();

/** Octets that are the caller's. A reason code can be said since MQTT 5; success need not be. */
export function acknowledgement(
  type: Acknowledgement,
  packetIdentifier: number,
  reasonCode: number,
  version: number,
): Uint8Array {
  const said = version >= Version["MQTT 5"] ? reasonCode : 0;
  const octets = patternOf(type, said).slice();
  octets[2] = packetIdentifier >>> 8;
  octets[3] = packetIdentifier & 0xff;
  return octets;
}

function patternOf(type: Acknowledgement, reasonCode: number): Uint8Array {
  const key = type * 256 + reasonCode;
  const known = written.get(key);
  if (known) return known;
  const version = reasonCode === 0 ? Version["MQTT 3.1.1"] : Version["MQTT 5"];
  const octets = packet.encode(
    { type, packetIdentifier: 1, ...(reasonCode > 0 && { reasonCode }) },
    { version },
  );
  written.set(key, octets);
  return octets;
}
