// NTP messages: time (RFC 5905 §7.3, the same in versions 1 to 4), control (RFC 9327 §2) and private ones.
import { dotted } from "../ipv4/address.ts";
import {
  bits,
  by,
  Codec,
  type Draft,
  type Field,
  i8,
  Malformed,
  type Reader,
  rest,
  struct,
  Truncated,
  u8,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { authenticatorAfter, extensions } from "./extensions.ts";
import { interval, timestamp } from "./timestamp.ts";

export const Leap = { "no warning": 0, "61 seconds": 1, "59 seconds": 2, "not synchronized": 3 } as const;

export const Mode = {
  reserved: 0,
  "symmetric active": 1,
  "symmetric passive": 2,
  client: 3,
  server: 4,
  broadcast: 5,
  control: 6,
  private: 7,
} as const;

/** The strata with a name. One that is set by a server of stratum n has stratum n + 1, up to 15. */
export const Stratum = { unspecified: 0, primary: 1, unsynchronized: 16 } as const;

const flags = bits({
  leap: { width: 2, label: "Leap indicator", names: Leap },
  version: 3,
  mode: { width: 3, names: Mode },
});

/** A power of two, in seconds. */
const exponent = i8.with({ show: power => `${power} (${Number((2 ** power).toPrecision(3))} s)` });

const code = u32.with({ show: id => (id === 0 ? "none" : codeText(id)) });
const address = u32.with({ show: dotted });
/** Below stratum 2 up to four letters, from there on the IPv4 address of the server's server (or a hash of the IPv6 one). */
const referenceId = by("stratum", (stratum: number) => (stratum < 2 ? code : address)).with({
  label: "Reference ID",
});
// Either way it takes 32 bits, so that the whole header has a width.
Object.defineProperty(referenceId, "width", { value: 32 });

/** RFC 5905 §7.3, figure 8, up to the extension fields. */
export const header = struct({
  flags,
  stratum: u8.with({ names: Stratum }),
  poll: exponent,
  precision: exponent,
  rootDelay: interval,
  rootDispersion: interval,
  referenceId,
  referenceTimestamp: timestamp,
  originTimestamp: timestamp,
  receiveTimestamp: timestamp,
  transmitTimestamp: timestamp,
});

/** A message that tells time. */
export const time = struct({
  ...header.shape,
  extensions,
  authenticator: by("extensions", authenticatorAfter),
});

/** RFC 9327 §2. `count` octets of the data are text, what follows them is padding and authenticator. */
export const control = struct({
  flags,
  operation: bits({ response: 1, error: 1, more: 1, opcode: 5 }),
  sequence: u16,
  status: u16.with({ hex: true }),
  associationId: u16.with({ label: "Association ID" }),
  offset: u16,
  count: u16,
  data: rest,
});

/** What ntpd asks itself; nothing about it is standard but the mode. */
export const privateUse = struct({
  flags: bits({ response: 1, more: 1, version: 3, mode: { width: 3, names: Mode } }),
  data: rest,
});

export type Time = Value<typeof time>;
export type TimeDraft = Draft<typeof time>;
export type Control = Value<typeof control>;
export type PrivateUse = Value<typeof privateUse>;
export type Message = Time | Control | PrivateUse;
export type MessageDraft = TimeDraft | Draft<typeof control> | Draft<typeof privateUse>;

/** The last bits of the first octet tell what the message is. */
class ByMode extends Codec<Message, MessageDraft> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Message {
    return ofMode(modeAhead(from)).read(from);
  }
  write(to: Writer, draft: MessageDraft): void {
    ofMode(draft.flags.mode ?? Mode.reserved).write(to, draft);
  }
  override annotate(from: Reader, field: Field): Message {
    return ofMode(modeAhead(from)).annotate(from, field);
  }
}

function modeAhead(from: Reader): number {
  if (from.left < 1) throw new Truncated(from.at, 1, 0);
  return from.view.getUint8(from.at) & 7;
}

function ofMode(mode: number): Codec<Message, MessageDraft> {
  const codec: Codec<unknown> = mode === Mode.control ? control : mode === Mode.private ? privateUse : time;
  return codec as Codec<Message, MessageDraft>;
}

export const message: Codec<Message, MessageDraft> = new ByMode();

/** The message that a datagram is; `undefined` if it is none. */
export function messageIn(octets: Uint8Array): Message | undefined {
  try {
    return message.decode(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Whether a message tells time, and has the header. */
export const isTime = (message: Message): message is Time =>
  message.flags.mode !== Mode.control && message.flags.mode !== Mode.private;

/** "GPS" of 0x47505300, "RATE" of 0x52415445: what stands in a reference ID below stratum 2 (RFC 5905 §7.3, §7.4). */
export function codeText(referenceId: number): string {
  const octets = [
    referenceId >>> 24,
    (referenceId >>> 16) & 0xff,
    (referenceId >>> 8) & 0xff,
    referenceId & 0xff,
  ];
  const text = String.fromCharCode(...octets).replace(/\0+$/, "");
  return /^[!-~]*$/.test(text) ? text : `0x${referenceId.toString(16).padStart(8, "0")}`;
}

/**
 * What a server refuses by, "RATE" or the like; `undefined` if it doesn't (RFC 5905 §7.4). Stratum 0 without a
 * code only says that its clock is not set.
 */
export const kissCode = ({
  stratum,
  referenceId,
}: Pick<Time, "stratum" | "referenceId">): string | undefined =>
  stratum === Stratum.unspecified && referenceId !== 0 ? codeText(referenceId) : undefined;

/** Whether a server says that its clock is not set. */
export const isUnsynchronized = ({ stratum, flags }: Pick<Time, "stratum" | "flags">): boolean =>
  flags.leap === Leap["not synchronized"] ||
  stratum === Stratum.unspecified ||
  stratum >= Stratum.unsynchronized;

/** The reference ID that says "GPS", "RATE" or the like. @throws RangeError for more than four letters */
export function codeOf(text: string): number {
  if (!/^[!-~]{1,4}$/.test(text))
    throw new RangeError(
      `${JSON.stringify(text)} is no reference ID: up to four letters, or an IPv4 address`,
    );
  return [...text.padEnd(4, "\0")].reduce((id, letter) => id * 256 + letter.charCodeAt(0), 0);
}
