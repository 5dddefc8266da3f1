// Refusals: in words, and which of them are the end of the session, as another connection would not mend them.
import type { IConnackPacket, Packet } from "mqtt-packet";
import { Refused, Violated } from "../../endpoint/index.ts";
import { Reason, ReturnCode, reasonInWords } from "../reasons.ts";
import { visible } from "../values.ts";

/** Refusals that stay, being taken over, and a broker that breaks rules. */
export function isFinal(error: Error): boolean {
  if (error instanceof Violated) return true;
  const [packet] = error instanceof Refused ? (error.messages as readonly Packet[]) : [];
  if (packet?.cmd === "disconnect") return staysDisconnected.includes(packet.reasonCode ?? 0);
  if (packet?.cmd !== "connack") return false;
  const code = packet.reasonCode ?? packet.returnCode ?? 0;
  return packet.reasonCode === undefined
    ? code !== ReturnCode["Connection refused, server unavailable"]
    : !passes.includes(code);
}

const staysDisconnected: readonly number[] = [
  Reason["Session taken over"],
  Reason["Administrative action"],
  Reason["Not authorized"],
  Reason["Server moved"],
  Reason["Use another server"],
];
const passes: readonly number[] = [
  Reason["Unspecified error"],
  Reason["Implementation specific error"],
  Reason["Server unavailable"],
  Reason["Server busy"],
  Reason["Quota exceeded"],
  Reason["Connection rate exceeded"],
];

/** A reason code; before MQTT 5, a return code by the names of its packet. */
export const codeInWords = (
  code: number,
  version: number,
  before5: Readonly<Record<string, number>>,
): string => (version >= 5 ? reasonInWords(code) : reasonInWords(code, before5));

/** Why a connection was refused, with what the broker said of it. */
export function whyRefused({ properties }: IConnackPacket, code: number, version: number): string {
  const said = properties?.reasonString;
  return codeInWords(code, version, ReturnCode) + (said ? `, "${visible(said)}"` : "");
}
