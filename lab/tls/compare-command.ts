// `bun lab tls compare`: its options.
import { type Command, InvalidArgumentError } from "commander";
import type { CompareOptions } from "./compare.ts";

/** More make a median no better. */
const mostRuns = 1000;

/** Adds `compare` to the commands of TLS. `program` has the language. */
export function registerCompare(tls: Command): void {
  tls
    .command("compare")
    .description("the same handshake with node:tls, OpenSSL and GnuTLS: octets, flights, times, memory")
    .helpOption("--help", "what it does, with examples")
    .option("--versions <list>", "versions of TLS", "1.2,1.3")
    .option("--suites <list>", "IANA's names of suites, with commas (the reference run's and its neighbours)")
    .option("--runs <n>", "handshakes of each kind, at most 1000", runs, 20)
    .option("-w, --write <file>", "where a capture of a full and a resumed handshake of each goes")
    .option("--json", "one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  bun lab tls compare
  bun lab tls compare --versions 1.3 --runs 100
  bun lab tls compare --suites TLS_RSA_WITH_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256 -w handshakes.pcapng`,
    )
    .action(async (options: Omit<CompareOptions, "lang">, command: Command) => {
      const { compare } = await import("./compare.ts");
      const { lang } = command.optsWithGlobals();
      process.exitCode = await compare({ ...options, lang });
    });
}

function runs(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= mostRuns) return value;
  throw new InvalidArgumentError(`A whole number from 1 to ${mostRuns} is expected.`);
}
