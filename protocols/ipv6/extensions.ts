// IPv6 extension headers: each names the next one, until one names what the packet carries (RFC 8200 §4).
import { IpProtocol } from "../ipv4/protocols.ts";
import {
  bits,
  Codec,
  type Draft,
  type Field,
  options,
  type Reader,
  rest,
  sized,
  struct,
  Unwritable,
  u8,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";

const next = u8.with({ label: "Next header", names: IpProtocol });
/** In units of eight octets, the first eight not counted. */
const length = u8.with({ label: "Header length", show: units => `${(units + 1) * 8} octets (${units})` });
const after = (octets: number) => (units: number) => (units + 1) * 8 - octets;

/** RFC 8200 §4.2, RFC 2711, RFC 2675, RFC 2473, RFC 6553. `padN` is an option like any other. */
const optionList = options(
  {
    1: rest.with({ label: "PadN" }),
    4: u8.with({ label: "Tunnel encapsulation limit" }),
    5: u16.with({ label: "Router alert" }),
    194: u32.with({ label: "Jumbo payload", unit: "octets" }),
  },
  { pad: 0 },
);

/** RFC 8200 §4.3 and §4.6. Canonical: padding of single octets at the end only. */
const optionsHeader = struct({
  next,
  length,
  options: sized("length", after(2), optionList, 0),
});

/** RFC 8200 §4.4; RFC 8754 and others say what `data` is. */
const routing = struct({
  next,
  length,
  type: u8.with({ names: { "source route": 0, "mobile IPv6": 2, RPL: 3, "segment routing": 4 } }),
  segmentsLeft: u8,
  data: sized("length", after(4), rest),
});

/** RFC 8200 §4.5. */
const fragment = struct({
  next,
  reserved: u8,
  fragment: bits({
    offset: { width: 13, show: units => `${units * 8} octets` },
    reserved: 2,
    moreFragments: 1,
  }),
  identification: u32.with({ hex: true }),
});

/** RFC 4302 §2; its length is in units of four octets, the first eight not counted. */
const authentication = struct({
  next,
  length: u8.with({ label: "Payload length", show: units => `${(units + 2) * 4} octets (${units})` }),
  reserved: u16,
  securityParameters: u32.with({ hex: true, label: "Security parameters index" }),
  sequence: u32,
  integrity: sized("length", (units: number) => (units + 2) * 4 - 12, rest).with({
    label: "Integrity check value",
  }),
});

const byHeader = {
  [IpProtocol["hop-by-hop options"]]: optionsHeader.with({ label: "Hop-by-hop options" }),
  [IpProtocol["destination options"]]: optionsHeader.with({ label: "Destination options" }),
  [IpProtocol["routing header"]]: routing.with({ label: "Routing header" }),
  [IpProtocol["fragment header"]]: fragment.with({ label: "Fragment header" }),
  [IpProtocol.AH]: authentication.with({ label: "Authentication header" }),
} as const;
type ByHeader = typeof byHeader;

/** One extension header; `header` is the number by which the one before it named it. */
export type Extension = {
  [H in keyof ByHeader]: { readonly header: H } & Value<ByHeader[H]>;
}[keyof ByHeader];
export type ExtensionDraft = {
  [H in keyof ByHeader]: { readonly header: H } & Draft<ByHeader[H]>;
}[keyof ByHeader];

/**
 * The extension headers of a packet whose own header names `first`. The chain ends with a number that is no
 * extension header, and with a fragment header: what follows that one is a piece of something else.
 */
class Chain extends Codec<Extension[], ExtensionDraft[] | undefined> {
  readonly width = undefined;
  override readonly composite = true;
  constructor(readonly first: number) {
    super();
  }

  read(from: Reader): Extension[] {
    const all: Extension[] = [];
    for (let format = formatOf(this.first); format; format = following(all)) {
      const header = all.at(-1)?.next ?? this.first;
      all.push({ header, ...format.read(from) } as Extension);
    }
    return all;
  }

  write(to: Writer, draft: ExtensionDraft[] = []): void {
    let header = this.first;
    for (const [i, extension] of draft.entries()) {
      if (extension.header !== header)
        throw new Unwritable(`header ${extension.header} where the one before names ${header}`).within(i);
      try {
        byHeader[extension.header].write(to, extension as never);
      } catch (error) {
        throw error instanceof Unwritable ? error.within(i) : error;
      }
      header = extension.next;
    }
    const last = draft.at(-1);
    if (last ? following(draft as Extension[]) : formatOf(this.first))
      throw new Unwritable(`extension header ${header} is named, but it is not there`);
  }

  override annotate(from: Reader, field: Field): Extension[] {
    field.fields ??= [];
    const all: Extension[] = [];
    field.value = all;
    for (let format = formatOf(this.first); format; format = following(all)) {
      const header = all.at(-1)?.next ?? this.first;
      const value = format.note(from, String(all.length), field.fields);
      all.push({ header, ...value } as Extension);
      field.fields.at(-1)!.value = all.at(-1);
    }
    return all;
  }
}

const formatOf = (header: number): Codec<object, never> | undefined =>
  (byHeader as Readonly<Record<number, Codec<object, never>>>)[header];

/** The format of the header after these, unless they end the chain. */
function following(all: readonly Extension[]) {
  const last = all.at(-1)!;
  return isFragment(last) && isPart(last) ? undefined : formatOf(last.next);
}

type FragmentHeader = Extract<Extension, { readonly header: 44 }>;
export const isFragment = (extension: Extension): extension is FragmentHeader =>
  extension.header === IpProtocol["fragment header"];

/** Whether it is a piece; a fragment header may also say that the packet is whole (RFC 6946). */
export const isPart = ({ fragment }: FragmentHeader): boolean =>
  fragment.offset > 0 || fragment.moreFragments === 1;

/** How many octets an extension header takes. */
export function sizeOf(extension: Extension): number {
  if (isFragment(extension)) return 8;
  return extension.header === IpProtocol.AH ? (extension.length + 2) * 4 : (extension.length + 1) * 8;
}

const chains = Array.from({ length: 256 }, (_, first) => new Chain(first));
/** The chain that the field `nextHeader` begins. */
export const chainFrom = (first: number): Codec<Extension[], ExtensionDraft[] | undefined> => chains[first]!;
