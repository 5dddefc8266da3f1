// `bun lab pki`: the authority. Alone it shows the hierarchies as trees; its commands issue, revoke, inspect and verify.
import { type Command, Option } from "commander";
import type { PkiOptions } from "../pki/options.ts";
import { seconds } from "./numbers.ts";

const profile = () =>
  new Option("--profile <profile>", "what the certificate is for: server by default").choices([
    "ca",
    "server",
    "client",
  ]);
const keys = () =>
  new Option("--keys <kind>", "what the new key is")
    .choices(["rsa-2048", "rsa-3072", "rsa-4096", "p-256", "p-384", "ed25519"])
    .env("LAB_PKI_KEYS");
const subject = () => new Option("--subject <name>", 'the whole name: "C=ES, O=Lab, CN=lamp"');
const hosts = () =>
  new Option(
    "--host <names>",
    "host names and addresses that it is for, with commas; may be repeated",
  ).argParser((value: string, before: string[] = []) => [...before, ...value.split(",")]);
const pathLength = () => new Option("--path-length <n>", "how many authorities may stand below");
const notBefore = () =>
  new Option("--not-before <date>", "valid from: 2030-01-01, 2030-01-01T12:00:00Z, +30d, -2y");
const notAfter = () => new Option("--not-after <date>", "valid until, written in the same ways");
const serial = () => new Option("--serial <hex>", "the serial number; random by default");
const issuer = () => new Option("--issuer <name>", "the authority that signs");
const passphrase = () =>
  new Option("--passphrase-file <file>", "opens an encrypted key: the password is the file's first line").env(
    "LAB_PKI_PASSPHRASE_FILE",
  );
const encrypt = () =>
  new Option("--encrypt-with <file>", "encrypts the new key: the password is the file's first line");
const openssl = () =>
  new Option("--print-openssl", "print the same steps in OpenSSL's words, and do nothing");
const crl = () =>
  new Option("--crl <file>", "a revocation list; may be repeated").argParser(
    (value: string, before: string[] = []) => [...before, value],
  );

/** They may stand before a command and after it. */
const everywhere = () => [
  new Option("--hierarchy <name>", "which hierarchy: intranet by default").env("LAB_PKI_HIERARCHY"),
  new Option("--state <folder>", "where the hierarchies lie").env("LAB_PKI"),
  new Option("--json", "one JSON object"),
];

export function register(program: Command): void {
  const pki = program
    .command("pki")
    .description("the authority: certificates from the key to the revocation")
    .enablePositionalOptions()
    .addOption(new Option("--state <folder>", "where the hierarchies lie").env("LAB_PKI"))
    .addOption(
      new Option("--hierarchy <name>", "which: intranet and internet are ready to use")
        .default("intranet")
        .env("LAB_PKI_HIERARCHY"),
    )
    .option("--json", "one JSON object")
    .addOption(
      new Option("-o, --output <folder>", "where what the walk makes stays; by default nowhere").env(
        "LAB_OUTPUT",
      ),
    )
    .addOption(keys())
    .argument("[words...]")
    .usage("[COMMAND] [OPTIONS]")
    .addHelpText(
      "after",
      `
Examples:
  bun lab pki                                        from the key to the revocation, and what there is
  bun lab pki issue lamp --profile client            a key and a certificate for it
  bun lab pki revoke lamp --reason keyCompromise     and it is valid no more
  bun lab pki inspect test.mosquitto.org:8883        what a server shows
  bun lab pki init mine                              a root of your own`,
    );
  const add = <Rest extends unknown[]>(
    words: string,
    description: string,
    options: readonly Option[],
    examples: string,
    run: (context: PkiOptions, ...rest: Rest) => Promise<number>,
  ) => {
    const command = pki
      .command(words)
      .description(description)
      .helpOption("--help", "what it does, with examples")
      .addHelpText("after", `\nExamples:\n${examples}`);
    for (const option of [...options, ...everywhere()]) command.addOption(option);
    command.action(async (...given: unknown[]) => {
      // Commander hands over the arguments, the options, and the command.
      const context = { ...pki.opts(), ...command.opts(), lang: program.opts().lang } as PkiOptions;
      const { exitCodeOf } = await import("../pki/failing.ts");
      process.exitCode = await exitCodeOf(() => run(context, ...(given.slice(0, -2) as Rest)));
    });
  };

  pki.action(async (words: string[]) => {
    const { exitCodeOf, unknownCommand } = await import("../pki/failing.ts");
    if (words.length > 0)
      throw unknownCommand(
        words[0]!,
        pki.commands.map(one => one.name()),
      );
    const { teach } = await import("../protocol-labs/pki-teaching.ts");
    const context = { ...pki.opts(), lang: program.opts().lang } as PkiOptions;
    process.exitCode = await exitCodeOf(() => teach(context));
  });
  add<[string | undefined]>(
    "init [hierarchy]",
    "make a hierarchy: intranet, internet, or a root of your own",
    [keys(), subject(), pathLength(), notBefore(), notAfter(), serial(), encrypt(), openssl()],
    `  bun lab pki init                                   the two that are ready to use
  bun lab pki init mine --subject "C=ES, O=Lab, CN=My Root" --path-length 1
  bun lab pki init old --not-after 2020-01-01        a root that has ended`,
    async (context, name) => (await import("../pki/issuing.ts")).init(context, name),
  );
  add<[string[]]>(
    "issue <name...>",
    "make a key, a request and the certificate for it",
    [
      profile(),
      keys(),
      issuer(),
      subject(),
      hosts(),
      pathLength(),
      notBefore(),
      notAfter(),
      serial(),
      new Option("--request", "stop at the request: somebody else is to sign it"),
      new Option("--renew", "certify the same key again"),
      new Option("--broken <fault>", "wrong on purpose, in one way").choices([
        ...["expired", "not-yet-valid", "wrong-name", "unknown-authority", "missing-intermediate"],
        ...["path-too-long", "revoked", "wrong-purpose"],
      ]),
      passphrase(),
      encrypt(),
      openssl(),
    ],
    `  bun lab pki issue lamp fan --profile client
  bun lab pki issue web --profile server --host web.lab,192.168.1.30
  bun lab pki issue "Sub CA" --profile ca --path-length 0 --keys p-384
  bun lab pki issue late --profile server --not-before +30d
  bun lab pki issue lamp --request                   then: bun lab pki sign …/lamp/request.pem`,
    async (context, names) => (await import("../pki/issuing.ts")).issueAll(context, names),
  );
  add<[string]>(
    "sign <request>",
    "issue the certificate that a request (CSR) asks for, its names included",
    [
      profile(),
      issuer(),
      hosts(),
      pathLength(),
      notBefore(),
      notAfter(),
      serial(),
      new Option("-o, --output <file>", "also write the certificate's chain there, in PEM"),
      passphrase(),
      openssl(),
    ],
    `  bun lab pki sign lamp.csr --profile client
  bun lab pki sign lamp.csr --profile client --hierarchy internet -o lamp.pem`,
    async (context, file) => (await import("../pki/issuing.ts")).signRequest(context, file),
  );
  add<[string]>(
    "revoke <certificate>",
    "revoke a certificate: a holder's name, a serial number or a file",
    [
      new Option("--reason <reason>", "why (RFC 5280 §5.3.1)").choices([
        ...["unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded"],
        ...["cessationOfOperation", "certificateHold", "removeFromCRL", "privilegeWithdrawn", "aACompromise"],
      ]),
      new Option("--date <date>", "since when; now by default"),
      new Option("--next-update <date>", "when the next list is due"),
      issuer(),
      passphrase(),
      openssl(),
    ],
    `  bun lab pki revoke lamp --reason keyCompromise
  bun lab pki revoke 4a:11:07:… --issuer "MQTT CA"`,
    async (context, which) => (await import("../pki/listing.ts")).revokeOne(context, which),
  );
  add<[string | undefined]>(
    "crl [authority]",
    "show revocation lists; with a next update, make them anew",
    [
      new Option("--this-update <date>", "make it anew, valid from"),
      new Option("--next-update <date>", "make it anew, valid until"),
      new Option("--pem", "the list itself, in PEM"),
      passphrase(),
      openssl(),
    ],
    `  bun lab pki crl                                    what every authority has revoked
  bun lab pki crl "MQTT CA" --next-update +7d        a new list, the same certificates on it`,
    async (context, authority) => (await import("../pki/listing.ts")).showLists(context, authority),
  );
  add<[string]>(
    "bundle <name>",
    "a holder's key and certificates in one file (PKCS #12), as browsers take it in",
    [
      new Option("-o, --output <file>", "where it goes: NAME.p12 by default"),
      new Option("--encrypt-with <file>", "the bundle's password is the file's first line"),
      passphrase(),
      openssl(),
    ],
    `  bun lab pki bundle NUCLEO-H723ZG --encrypt-with password.txt
  bun lab pki bundle JORGE-PC --encrypt-with password.txt -o broker.p12`,
    async (context, name) => (await import("../pki/bundling.ts")).bundleOne(context, name),
  );
  add<[string]>(
    "inspect <what>",
    "show a file, a holder's certificates, or what a server presents (HOST:PORT)",
    [
      new Option("--short", "a line each"),
      new Option("--pem", "in PEM; of private keys the public half"),
      new Option("--timeout <seconds>", "give up after").default(10).argParser(seconds).env("LAB_TIMEOUT"),
      passphrase(),
      openssl(),
    ],
    `  bun lab pki inspect JORGE-PC                       a holder's chain
  bun lab pki inspect request.pem --json
  bun lab pki inspect localhost:8883 --short         naming a server is the consent to ask it`,
    async (context, what) => (await import("../pki/inspecting.ts")).inspect(context, what),
  );
  add<[string]>(
    "verify <what>",
    "judge a chain: a file, a holder's name, or what a server presents (HOST:PORT)",
    [
      new Option("--at <date>", "on that date; now by default"),
      new Option("--purpose <purpose>", "what it is to be").choices(["server", "client", "any"]),
      new Option("--name <host>", "the host name or address that was asked for"),
      new Option("--cafile <file>", "trusted certificates; the hierarchy's roots by default"),
      new Option("--untrusted <file>", "more certificates that may lead up"),
      crl(),
      new Option("--no-crls", "leave the hierarchy's own revocation lists out"),
      new Option("--timeout <seconds>", "give up after").default(10).argParser(seconds).env("LAB_TIMEOUT"),
      openssl(),
    ],
    `  bun lab pki verify JORGE-PC --name JORGE-PC
  bun lab pki verify chain.pem --cafile root.pem --crl list.pem --at 2031-06-15
  bun lab pki verify localhost:8883`,
    async (context, what) => (await import("../pki/verifying.ts")).verifyChain(context, what),
  );
}
