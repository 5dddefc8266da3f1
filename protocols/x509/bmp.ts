// BMPString, two octets a character (X.690 §8.23.8).
import { type Codec, leaf, Malformed } from "../wire/index.ts";

export const bmp: Codec<string> = leaf<string>(
  undefined,
  from => {
    if (from.left % 2) throw new Malformed(from.at, "half a character");
    const units = Array.from({ length: from.left / 2 }, () => from.u16());
    return units.map(unit => String.fromCharCode(unit)).join("");
  },
  (to, value) => {
    for (let i = 0; i < value.length; i++) to.u16(value.charCodeAt(i));
  },
);
