// MAC addresses: six octets (IEEE 802-2014 §8).
import { type Codec, octets } from "../wire/index.ts";

/** Six octets as people write them: "00:c0:df:24:ba:6b". */
export const colons = (address: Uint8Array): string => {
  let text = "";
  for (let i = 0; i < address.length; i++) text += (i > 0 ? ":" : "") + hexOf[address[i]!]!;
  return text;
};

const hexOf = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

/** Reads "00:c0:df:24:ba:6b", also with dashes. @throws RangeError that says what a MAC address is */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text))
    throw new RangeError(`${JSON.stringify(text)} is no MAC address: six octets such as 00:c0:df:24:ba:6b`);
  return Uint8Array.fromHex(text.replace(/[:-]/g, ""));
}

/** Every station. */
export const broadcast = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** Whether a frame to this address is for several stations: the lowest bit of the first octet. */
export const isGroup = (address: Uint8Array): boolean => (address[0]! & 1) === 1;

export const mac: Codec<Uint8Array> = octets(6).with({ show: colons });
