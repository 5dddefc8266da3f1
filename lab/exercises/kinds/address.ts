// Addresses: IPv4 and IPv6, MAC, in any of their spellings; and octets in hexadecimal.
import { colons } from "../../../protocols/ethernet/address.ts";
import { addressOctets } from "../../../protocols/ipv6/address.ts";
import type { Codec } from "../../../protocols/wire/index.ts";
import { Malformed } from "../../../protocols/wire/index.ts";
import { Illegible, type Kind } from "../exercise.ts";

const anAddress = {
  en: "an IP address, such as 192.168.1.20",
  es: "una dirección IP, por ejemplo 192.168.1.20",
};

/** An IPv4 or IPv6 address, as text. */
export const address: Kind<string> = {
  name: "address",
  expects: () => anAddress,
  read(typed) {
    const text = typed.trim();
    const hex = /^0x([0-9a-f]{8})$/i.exec(text)?.[1];
    const dotted = hex ? [...Uint8Array.fromHex(hex)].join(".") : text;
    try {
      addressOctets(dotted);
    } catch {
      throw new Illegible(anAddress);
    }
    return dotted;
  },
  show: value => value,
  spelling: value => addressOctets(value).toHex(),
};

const aMac = {
  en: "a MAC address, such as 00:c0:df:24:ba:6b",
  es: "una dirección MAC, por ejemplo 00:c0:df:24:ba:6b",
};

/** A MAC address, with colons, hyphens, dots or nothing between its octets. */
export const mac: Kind<string> = {
  name: "mac",
  expects: () => aMac,
  read(typed) {
    const digits = typed.trim().replace(/[:.\-\s]/g, "");
    if (!/^[0-9a-f]{12}$/i.test(digits)) throw new Illegible(aMac);
    return colons(Uint8Array.fromHex(digits.toLowerCase()));
  },
  show: value => value,
  spelling: value => value.toLowerCase().replaceAll(":", ""),
};

const someOctets = {
  en: "octets in hexadecimal, such as 0a 00 01 ff",
  es: "octetos en hexadecimal, por ejemplo 0a 00 01 ff",
};

/** Octets, of at most 64 KiB. */
export const octets: Kind<Uint8Array> = {
  name: "octets",
  expects: () => someOctets,
  read(typed) {
    const digits = typed
      .trim()
      .replace(/0x/gi, "")
      .replace(/[\s:,.\-_]/g, "");
    if (digits.length % 2 !== 0 || digits.length > 131_072 || !/^[0-9a-f]+$/i.test(digits))
      throw new Illegible(someOctets);
    return Uint8Array.fromHex(digits.toLowerCase());
  },
  show: value => value.toHex().replace(/..(?=.)/g, "$& "),
  spelling: value => value.toHex(),
};

/** Octets that are judged by what they decode to: `meaning` says of a value all that the question asks for. */
export const encoded = <V>(codec: Codec<V, never>, meaning: (value: V) => string): Kind<Uint8Array> => {
  const meant = (value: Uint8Array): string => {
    try {
      return `means ${meaning(codec.decode(value))}`;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return `octets ${value.toHex()}`;
    }
  };
  return {
    ...octets,
    name: "encoded",
    spelling: meant,
    remarks(typed) {
      try {
        codec.decode(typed);
        return undefined;
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        return {
          en: `These octets can't be read: ${error.message}.`,
          es: `Estos octetos no se pueden leer: ${error.message}.`,
        };
      }
    },
  };
};
