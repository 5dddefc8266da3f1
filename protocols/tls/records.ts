// Records, which carry everything else (RFC 8446 §5.1, RFC 5246 §6.2), and the two smallest things that they carry.
import {
  Codec,
  type Draft,
  type Field,
  Malformed,
  octets,
  type Reader,
  rest,
  sized,
  struct,
  u8,
  u16,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { AlertDescription, AlertLevel, ContentType } from "./numbers.ts";
import { version } from "./parts.ts";
import { ssl2, ssl2Header, ssl2Recognized, ssl2Size } from "./ssl2.ts";

/** What the reader of a record knows of its way: whether records are enciphered by now, and how. */
export interface Protection {
  readonly enciphered: boolean;
  /** TLS 1.3: enciphered records say that they are application data, whatever they are; others are plain. */
  readonly typeHidden: boolean;
  /** Octets of the nonce that stand in each record: 8 of AES in TLS 1.2. */
  readonly explicitNonce: number;
  /** Octets of the initialization vector in each record: a block, from TLS 1.1 on. */
  readonly iv?: number;
}

/** Application data always are enciphered. */
export const isEnciphered = (contentType: number, protection: Protection | undefined): boolean =>
  contentType === ContentType.application_data ||
  (protection?.enciphered === true && !protection.typeHidden && contentType !== ssl2);

const header = {
  contentType: u8.with({ names: ContentType }),
  version,
  length: u16.with({ unit: "octets" }),
} as const;
const whole = (length: number): number => length;

/** The header; the fragment that follows is the payload. */
export const recordHeader = struct(header);
const enciphered = struct({
  ...header,
  fragment: sized("length", whole, struct({ enciphered: rest.with({ label: "Enciphered" }) })),
});
const encipheredWithNonce = struct({
  ...header,
  fragment: sized(
    "length",
    whole,
    struct({ explicitNonce: octets(8), enciphered: rest.with({ label: "Enciphered" }) }),
  ),
});
/** By the size of the initialization vector, which is that of a block. */
const encipheredWithIv = { 8: withIv(8), 16: withIv(16) } as const;

function withIv(size: number) {
  const blocks = struct({
    iv: octets(size).with({ label: "Initialization vector" }),
    enciphered: rest.with({ label: "Enciphered" }),
  });
  return struct({ ...header, fragment: sized("length", whole, blocks) });
}

type Layouts =
  | typeof recordHeader
  | typeof enciphered
  | typeof encipheredWithNonce
  | (typeof encipheredWithIv)[8];
type Layout = Codec<RecordValue, Draft<Layouts>>;
/** `fragment` is there if the record is enciphered. */
export type RecordValue = Value<typeof recordHeader> & {
  fragment?: { explicitNonce?: Uint8Array; iv?: Uint8Array; enciphered: Uint8Array };
};

/**
 * A record, RFC 8446 §5.1: up to its fragment if that is plain, to its end if it is enciphered. The reader's state is
 * the `Protection` of its way; without one, only application data are taken for enciphered. A hello of SSL 2.0 lies in a
 * record of its own kind (`ssl2`). Canonical: anything goes.
 */
class RecordCodec extends Codec<RecordValue, Draft<Layouts>> {
  readonly width = undefined;
  override readonly composite = true;
  read(from: Reader): RecordValue {
    return this.layout(from).read(from);
  }
  write(to: Writer, draft: Draft<Layouts>): void {
    layoutOf(draft.contentType, to.state as Protection | undefined).write(to, draft);
  }
  override annotate(from: Reader, field: Field): RecordValue {
    return this.layout(from).annotate(from, field);
  }
  layout(from: Reader): Layout {
    const at = from.at;
    const contentType = from.at < from.end ? from.u8() : ContentType.handshake;
    from.at = at;
    return layoutOf(contentType, from.state as Protection | undefined);
  }
}

function layoutOf(contentType: number, protection: Protection | undefined): Layout {
  if (contentType >= ssl2) return ssl2Header as Codec<unknown> as Layout;
  if (!isEnciphered(contentType, protection)) return recordHeader as Layout;
  if (protection?.iv) return encipheredWithIv[protection.iv === 8 ? 8 : 16] as Layout;
  return (protection?.explicitNonce ? encipheredWithNonce : enciphered) as Layout;
}

export const record: Codec<RecordValue, Draft<Layouts>> = new RecordCodec();

/** Octets of a fragment at the most: 2^14, and what enciphering may add before TLS 1.3 (RFC 5246 §6.2.3). */
const longest = 2 ** 14 + 2048;

/** How many octets the record takes, once its header is there. @throws Malformed if that is none of TLS */
export function recordSize(from: Reader): number | undefined {
  const at = from.at;
  if (from.left < 1) return undefined;
  const contentType = from.u8();
  if (contentType >= ssl2) {
    from.at = at;
    return ssl2Size(from);
  }
  if (!isContentType(contentType))
    throw new Malformed(at, `no TLS record: the content type is ${contentType}`);
  if (from.left < 4) return undefined;
  const [major, , length] = [from.u8(), from.u8(), from.u16()];
  if (major !== 3) throw new Malformed(at + 1, `no TLS record: the version begins with ${major}`);
  if (length > longest)
    throw new Malformed(at + 3, `a fragment of ${length} octets, where ${longest} are the most`);
  return 5 + length;
}

/** Whether a record may begin here: one header of TLS, and another behind its fragment if that is there already. */
export function recordBegins(from: Reader): boolean | undefined {
  const { view, at, end } = from;
  const type = view.getUint8(at);
  if (!isContentType(type)) return false;
  if (at + 1 < end && view.getUint8(at + 1) !== 3) return false;
  if (at + 2 < end && view.getUint8(at + 2) > 4) return false;
  if (at + 5 > end) return undefined;
  const size = view.getUint16(at + 3);
  if (size === 0 || size > longest) return false;
  const next = at + 5 + size;
  return next + 2 > end || (isContentType(view.getUint8(next)) && view.getUint8(next + 1) === 3);
}

/** Whether these octets are TLS, on whatever port: a header of a record that may be, or a hello of SSL 2.0. */
export function recordRecognized({ view, at, end }: Reader): boolean {
  if (end - at < 5) return false;
  const [type, version, size] = [view.getUint8(at), view.getUint16(at + 1), view.getUint16(at + 3)];
  if (isContentType(type)) return version >= 0x0300 && version <= 0x0304 && size > 0 && size < longest;
  return ssl2Recognized(view, at, end);
}

const isContentType = (type: number): boolean =>
  type >= ContentType.change_cipher_spec && type <= ContentType.heartbeat;

/** RFC 8446 §6 */
export const alert = struct({
  level: u8.with({ names: AlertLevel }),
  description: u8.with({ names: AlertDescription }),
});
export type Alert = Value<typeof alert>;

/** From here on, this way is enciphered (RFC 5246 §7.1); in TLS 1.3 it only is there for old middleboxes (RFC 8446 §D.4). */
export const changeCipherSpec = struct({ changeCipherSpec: u8 });
