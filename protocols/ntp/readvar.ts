// What a server says of itself when it is asked for its variables, as ntpq asks (RFC 9327 §2, §4).
import { dotted } from "../ipv4/address.ts";
import { type Control, codeText, control, Stratum, type Time } from "./format.ts";

export const Opcode = { "read status": 1, "read variables": 2 } as const;

/** RFC 9327 §3.5: what an error response says in its status. */
const ControlError = { opcode: 3, association: 4 } as const;

/** What a reply of the server would say now. */
export type Standing = Pick<
  Time,
  | "stratum"
  | "precision"
  | "rootDelay"
  | "rootDispersion"
  | "referenceId"
  | "referenceTimestamp"
  | "transmitTimestamp"
> & { readonly leap: number };

/** The one association there is: the server with the clock that it is set by. */
const reference = 1;
/** RFC 9327 §3.1: configured, reachable, and the one that the system is set by. */
const referenceStatus = 0x9600;
/** No response has more data than this. */
const mostOctets = 468;

/** The response to a request; `undefined` for what is no request. Never more than one datagram. */
export function controlAnswer(request: Control, standing: Standing): Uint8Array | undefined {
  const { operation, associationId } = request;
  if (operation.response || operation.error || operation.more || request.offset !== 0) return undefined;
  if (associationId !== 0 && associationId !== reference) return failed(request, ControlError.association);
  const status = associationId === 0 ? systemStatus(standing) : referenceStatus;
  if (operation.opcode === Opcode["read status"])
    return answer(request, status, associationId === 0 ? associations : new Uint8Array(0));
  if (operation.opcode !== Opcode["read variables"]) return failed(request, ControlError.opcode);
  const all = associationId === 0 ? systemVariables(standing) : referenceVariables(standing);
  return answer(request, status, new TextEncoder().encode(listOf(chosen(all, request))));
}

/** Association identifier and status, 16 bits each. */
const associations = Uint8Array.of(0, reference, referenceStatus >> 8, referenceStatus & 0xff);

/** RFC 9327 §3.1: leap indicator, clock source (5: its own, 6: another server), event counter and code. */
const systemStatus = ({ leap, stratum }: Standing): number =>
  (leap << 14) | ((stratum > Stratum.primary ? 6 : 5) << 8);

type Variables = readonly (readonly [string, string | number])[];

function systemVariables(standing: Standing): Variables {
  return [
    ["version", '"protocol-lab"'],
    ["leap", standing.leap],
    ["stratum", standing.stratum],
    ["precision", standing.precision],
    ["rootdelay", milliseconds(standing.rootDelay)],
    ["rootdisp", milliseconds(standing.rootDispersion)],
    ["refid", nameOfReference(standing)],
    ["reftime", dateOf(standing.referenceTimestamp)],
    ["clock", dateOf(standing.transmitTimestamp)],
    ["peer", reference],
    ["tc", 6],
    ["mintc", 0],
    ["offset", "0.000"],
    ["frequency", "0.000"],
    ["sys_jitter", "0.000"],
    ["clk_jitter", "0.000"],
    ["clk_wander", "0.000"],
  ];
}

/** As a peer of stratum one less: a reference clock, 127.127.1.0 by ntpd's custom, or the server above. */
function referenceVariables(standing: Standing): Variables {
  const local = standing.stratum <= Stratum.primary;
  return [
    ["srcadr", local ? "127.127.1.0" : nameOfReference(standing)],
    ["srcport", 123],
    ["dstadr", "127.0.0.1"],
    ["dstport", 123],
    ["leap", standing.leap],
    ["stratum", Math.max(0, standing.stratum - 1)],
    ["precision", standing.precision],
    ["rootdelay", milliseconds(standing.rootDelay)],
    ["rootdisp", milliseconds(standing.rootDispersion)],
    ["refid", local ? nameOfReference(standing) : "INIT"],
    ["reftime", dateOf(standing.referenceTimestamp)],
    ["rec", dateOf(standing.referenceTimestamp)],
    ["reach", "0xff"],
    ["unreach", 0],
    ["hmode", 3],
    ["pmode", 4],
    ["hpoll", 6],
    ["ppoll", 6],
    ["delay", "0.000"],
    ["offset", "0.000"],
    ["jitter", "0.000"],
    ["dispersion", "0.000"],
  ];
}

/** All of them, or those that the request names. */
function chosen(all: Variables, { data, count }: Control): Variables {
  const text = new TextDecoder("latin1").decode(data.subarray(0, count));
  const names = text.split(",").map(word => word.split("=")[0]!.trim());
  if (names.every(name => name === "")) return all;
  return all.filter(([name]) => names.includes(name));
}

/** In lines of at most 72 characters, as ntpd writes them. */
function listOf(variables: Variables): string {
  let text = "";
  let line = 0;
  for (const [i, [name, value]] of variables.entries()) {
    const word = `${name}=${value}`;
    const between = i === 0 ? "" : line + word.length > 70 ? ",\r\n" : ", ";
    line = between === ", " ? line + word.length + 2 : word.length;
    text += between + word;
  }
  return variables.length > 0 ? `${text}\r\n` : "";
}

function answer(request: Control, status: number, octets: Uint8Array): Uint8Array {
  const count = Math.min(octets.length, mostOctets);
  const data = new Uint8Array((count + 3) & ~3);
  data.set(octets.subarray(0, count));
  return control.encode({
    ...request,
    flags: { ...request.flags, leap: 0 },
    operation: { ...request.operation, response: 1 },
    status,
    count,
    data,
  });
}

const failed = (request: Control, error: number): Uint8Array =>
  control.encode({
    ...request,
    flags: { ...request.flags, leap: 0 },
    operation: { ...request.operation, response: 1, error: 1 },
    status: error << 8,
    count: 0,
    data: new Uint8Array(0),
  });

const nameOfReference = ({ stratum, referenceId }: Standing): string =>
  stratum <= Stratum.primary ? codeText(referenceId) : dotted(referenceId);

const milliseconds = (seconds: number): string => (seconds * 1000).toFixed(3);

/** "0xe50a8c3c.80000000" */
const dateOf = (timestamp: bigint): string =>
  `0x${(timestamp >> 32n).toString(16).padStart(8, "0")}.${(timestamp & 0xffff_ffffn).toString(16).padStart(8, "0")}`;
