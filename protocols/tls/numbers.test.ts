// The registries' numbers, as a program that others keep has them: tshark prints its tables.
import { expect, test } from "bun:test";
import { peer } from "../../scripts/peers.ts";
import { ExtensionType, NamedGroup, SignatureScheme } from "./numbers.ts";
import { CipherSuite } from "./suites.ts";

const tshark = peer("tshark");

/** Which numbers of a field's table are IANA's: tshark names as well what only some stacks use. */
const registries = {
  "tls.handshake.extension.type": [ExtensionType, number => number < 63 || number === 0xff01],
  "tls.handshake.ciphersuite": [CipherSuite, number => number < 0xc0ff && !unregistered.has(number)],
  "tls.handshake.extensions_supported_group": [NamedGroup, number => number < 512 || number >= 0xff00],
  "tls.handshake.sig_hash_alg": [SignatureScheme, number => number < 0xfe00],
} as const satisfies Record<string, readonly [Readonly<Record<string, number>>, (number: number) => boolean]>;

/** Fortezza's, two that were exported, and GOST's before it had numbers of its own. */
const unregistered = new Set([0x1c, 0x1d, 0x60, 0x61, 0x80, 0x81, 0x82, 0x83]);

/** Where tshark has it otherwise than the registry. */
const spelled: Readonly<Record<string, string>> = { delegated_credentials: "delegated_credential" };

test.skipIf(!tshark)(
  "extensions, suites, groups and signature schemes are called what tshark calls them",
  () => {
    const { stdout } = Bun.spawnSync([tshark!, "-G", "values"], { stderr: "ignore" });
    const compared = new Set<string>();
    for (const line of stdout.toString().split("\n")) {
      const [kind, field = "", digits, text = ""] = line.split("\t");
      if (kind !== "V" || !(field in registries)) continue;
      const [names, isRegistered] = registries[field as keyof typeof registries];
      const number = Number(digits);
      if (!isRegistered(number) || /grease|reserved|unassigned/i.test(text)) continue;
      const name = Object.entries(names).find(([, value]) => value === number)?.[0];
      expect(`${number} ${bare(name ?? "is not here")}`).toBe(`${number} ${bare(spelled[text] ?? text)}`);
      compared.add(`${field} ${number}`);
    }
    expect(compared.size).toBeGreaterThan(400);
  },
);

const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
