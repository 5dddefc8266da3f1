// What may follow the header: extension fields (RFC 7822), and the authenticator (RFC 5905 §7.3, RFC 8573).
import {
  Codec,
  type Draft,
  type Field,
  leaf,
  lengthOf,
  optional,
  preset,
  type Reader,
  rest,
  sized,
  struct,
  Unwritable,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";

/** Of Network Time Security, the ones that a capture shows (RFC 8915 §7.6). */
export const ExtensionType = {
  "Unique Identifier": 0x0104,
  "NTS Cookie": 0x0204,
  "NTS Cookie Placeholder": 0x0304,
  "NTS Authenticator": 0x0404,
} as const;

const extension = struct({
  type: u16.with({ names: ExtensionType, hex: true }),
  /** With type and length. */
  length: lengthOf("value", rest, u16.with({ unit: "octets" }), 4),
  value: sized("length", (length: number) => length - 4, rest),
});
export type Extension = Value<typeof extension>;
export type ExtensionDraft = Draft<typeof extension>;

/** No authenticator is larger; so what is larger is an extension field (RFC 7822 §3). */
const largestAuthenticator = 24;

class Extensions extends Codec<Extension[], ExtensionDraft[]> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Extension[] {
    const all: Extension[] = [];
    while (from.left > largestAuthenticator) all.push(extension.read(from));
    return all;
  }

  write(to: Writer, draft: ExtensionDraft[]): void {
    for (const [i, one] of draft.entries()) {
      try {
        extension.write(to, one);
      } catch (error) {
        throw error instanceof Unwritable ? error.within(i) : error;
      }
    }
  }

  override note(from: Reader, key: string, into: Field[]): Extension[] {
    return from.left > largestAuthenticator ? super.note(from, key, into) : [];
  }

  override annotate(from: Reader, field: Field): Extension[] {
    const all: Extension[] = [];
    field.fields = [];
    while (from.left > largestAuthenticator) all.push(extension.note(from, String(all.length), field.fields));
    return all;
  }
}

/** Extension fields, as long as more is left than an authenticator can be. */
export const extensions = preset(new Extensions(), []);

const digest = leaf<Uint8Array>(
  undefined,
  from => rest.read(from),
  (to, value) => {
    const most = largestAuthenticator - 4;
    if (value.length > most) throw new Unwritable(`a digest of ${value.length} octets; ${most} are allowed`);
    rest.write(to, value);
  },
);

/** A key that both sides have, and the digest made with it. No digest at all, and key 0: the peer's did not match (crypto-NAK). */
const authenticator = optional(struct({ keyId: u32.with({ label: "Key ID" }), digest }));
export type Authenticator = Value<typeof authenticator>;

/** The authenticator after these extension fields: the last one must not look like it. */
export function authenticatorAfter(extensions: readonly ExtensionDraft[]): typeof authenticator {
  const last = extensions.at(-1);
  if (!last) return authenticator;
  const write = (to: Writer, draft: Draft<typeof authenticator>) => {
    const at = to.at;
    authenticator.write(to, draft);
    const size = 4 + last.value.length + (to.at - at);
    if (size <= largestAuthenticator)
      throw new Unwritable(
        `the last extension field and the authenticator take ${size} octets, and would be read as one authenticator`,
      );
  };
  return Object.create(authenticator, { write: { value: write } });
}
