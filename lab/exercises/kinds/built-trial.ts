// The process that a student's decoder runs in: it decodes octets and encodes what it read again, and prints both as one
// line of JSON. What is right is not known here.
import { pathToFileURL } from "node:url";
import { ipv4Address } from "../../../protocols/ipv4/address.ts";
import * as wire from "../../../protocols/wire/index.ts";
import type { Trial } from "./built.ts";

/** Where the student's file lies is its own affair: the language has a name. */
Bun.plugin({
  name: "the lab's language",
  setup(build) {
    build.module("lab/wire", () => ({ loader: "object", exports: { ...wire, ipv4Address } }));
  },
});

/** As JSON: octets in hexadecimal, bigints as text. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, one) =>
      one instanceof Uint8Array ? one.toHex() : typeof one === "bigint" ? String(one) : one,
    ) ?? "null",
  );

async function trial(path: string): Promise<Trial> {
  const all = (await Bun.stdin.json()) as string[];
  const { option } = (await import(pathToFileURL(path).href)) as { option?: wire.Codec<unknown, unknown> };
  if (typeof option?.decode !== "function" || typeof option.encode !== "function")
    return { fails: "no codec" };
  return {
    vectors: all.map(hex => {
      try {
        const value = option.decode(Uint8Array.fromHex(hex));
        return { value: plain(value), hex: option.encode(value).toHex() };
      } catch (error) {
        return { fails: reasonOf(error) };
      }
    }),
  };
}

const reasonOf = (error: unknown): string => String((error as Error).message ?? error).slice(0, 300);

const outcome = await trial(process.argv[2] ?? "").catch((error): Trial => ({ fails: reasonOf(error) }));
// Whatever the module printed stands on lines before.
process.stdout.write(`\n${JSON.stringify(outcome)}\n`);
process.exit(0);
