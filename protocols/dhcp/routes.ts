// Classless static routes: a destination in as few octets as its prefix needs, and the router. RFC 3442.

import { ipv4Address as address } from "../ipv4/address.ts";
import { by, type Codec, leaf, Malformed, struct, Unwritable, type Value } from "../wire/index.ts";

/** The first `size` octets of an address; the others are zero. */
const significant = (size: number): Codec<number> =>
  leaf<number>(
    size * 8,
    from => {
      const at = from.take(size);
      let value = 0;
      for (let i = 0; i < 4; i++) value = value * 256 + (i < size ? from.view.getUint8(at + i) : 0);
      return value;
    },
    (to, value) => {
      const shown = address.notes.show!(value);
      if (value % 2 ** (32 - size * 8) !== 0)
        throw new Unwritable(`${shown} has more octets than the ${size} of its prefix`);
      for (let i = 0; i < size; i++) to.u8(Math.floor(value / 2 ** (24 - i * 8)) & 0xff);
    },
  ).with(address.notes);

const bySize = [0, 1, 2, 3, 4].map(significant);

const prefixLength: Codec<number> = leaf<number>(
  8,
  from => {
    const at = from.at;
    const length = from.u8();
    if (length > 32) throw new Malformed(at, `a prefix of ${length} bits; an address has 32`);
    return length;
  },
  (to, length) => {
    if (length > 32) throw new Unwritable(`a prefix of ${length} bits; an address has 32`);
    to.u8(length);
  },
);

/** Octets within the prefix's last octet but beyond the prefix are kept as they are. */
export const route = struct({
  prefix: prefixLength.with({ label: "Prefix length" }),
  destination: by("prefix", (length: number) => bySize[Math.ceil(length / 8)]!),
  router: address,
});

export type Route = Value<typeof route>;
