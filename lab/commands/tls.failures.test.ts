// `bun lab tls` and bad input: one clear sentence each, and the exit code that says which kind of failure it was.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { encryptKey, importKey } from "../../pki/keys.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { labTls } from "../tls/in-process.ts";

setDefaultTimeout(20_000);

const place = mkdtempSync(join(tmpdir(), "lab-tls-"));
const state = join(place, "state");
const [own, other] = ["NUCLEO-H723ZG", "DISCO-F769NI"].map(name => join(state, "intranet", name));
const [chain, key, strange] = [`${own}/chain.pem`, `${own}/key.pem`, `${other}/key.pem`];
const file = (name: string, content: string): string => {
  const path = join(place, name);
  writeFileSync(path, content);
  return path;
};
/** It takes connections, and says nothing: nobody gets that far. */
let taken: Server;
let port = 0;

const before = process.env.LAB_PKI;

beforeAll(async () => {
  process.env.LAB_PKI = state;
  const authority = await intranet(join(state, "intranet"), { keys: "P-256", notice: () => {} });
  const { privateKey } = importKey(authority.key("NUCLEO-H723ZG").der);
  file("locked.pem", encodePem(await encryptKey(privateKey, "correct horse"), "ENCRYPTED PRIVATE KEY"));
  file("wrong", "incorrect");
  taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, "127.0.0.1", resolve));
  port = (taken.address() as { port: number }).port;
});
afterAll(() => {
  process.env.LAB_PKI = before ?? "";
  taken.close();
  rmSync(place, { recursive: true });
});

const connect = (...words: string[]) => ["connect", `127.0.0.1:${port}`, ...words];
const locked = () => ["--cert", chain, "--key", join(place, "locked.pem")];

const cases: readonly [name: string, words: () => string[], code: number, says: RegExp][] = [
  ["a server without port", () => ["connect", "localhost"], 2, /"localhost" is no HOST:PORT, such as/],
  ["a port that is none", () => ["connect", "localhost:99999"], 2, /the port is 99999, where 1 to 65535/],
  ["nobody there", () => ["connect", "127.0.0.1:1"], 9, /TCP 127\.0\.0\.1:1: refused, nothing listens/],
  ["a server that says nothing", () => connect("--timeout", "0.2"), 9, /no answer .* does it speak TLS\?/],
  [
    "a root that is not there",
    () => connect("--cafile", join(place, "gone")),
    1,
    /gone can't be read \(ENOENT\); check the path\./,
  ],
  ["a root that is a key", () => connect("--cafile", key), 1, /key\.pem holds no certificate\./],
  ["a root that is text", () => connect("--cafile", file("text", "Hello")), 1, /text is no certificate/],
  [
    "a folder without roots",
    () => connect("--capath", join(state, "intranet")),
    1,
    /--capath .* holds no certificate/,
  ],
  [
    "a key that is another's",
    () => connect("--cert", chain, "--key", strange),
    1,
    /does not belong to the first certificate in .*chain\.pem; give the two/,
  ],
  [
    "an encrypted key without password",
    () => connect(...locked()),
    1,
    /locked\.pem is encrypted; give .* --passphrase-file/,
  ],
  [
    "a password that is wrong",
    () => connect(...locked(), "--passphrase-file", join(place, "wrong")),
    1,
    /the password does not open .*locked\.pem/,
  ],
  [
    "a certificate without its key",
    () => connect("--cert", chain),
    1,
    /holds no private key; name the file that does with --key/,
  ],
  [
    "a key without certificate",
    () => connect("--key", key),
    2,
    /--key without a certificate: give --cert FILE/,
  ],
  ["a list that is a certificate", () => connect("--crl", chain), 1, /chain\.pem holds no revocation list/],
  [
    "a suite that does not exist",
    () => connect("--ciphers", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA385"),
    2,
    /did you mean TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\?/,
  ],
  [
    "a suite of TLS 1.3",
    () => connect("--ciphers", "TLS_AES_256_GCM_SHA384"),
    2,
    /which node:tls in Bun lets nobody choose/,
  ],
  [
    "a suite that Bun lacks",
    () => connect("--ciphers", "TLS_RSA_WITH_AES_128_CCM"),
    2,
    /node:tls in Bun does not have/,
  ],
  [
    "a group that does not exist",
    () => connect("--groups", "X25591"),
    2,
    /"X25591" is no group here; did you mean X25519\?/,
  ],
  [
    "an old version",
    () => connect("--tls-version", "1.1"),
    2,
    /"1\.1" is not 1\.2, 1\.3 or 1\.2,1\.3; older versions/,
  ],
  ["a date that is none", () => connect("--at", "2030-02-31"), 2, /--at is "2030-02-31", where a date/],
  [
    "a session that is none",
    () => connect("--session-in", chain),
    1,
    /chain\.pem holds no session; --session-out writes one/,
  ],
  [
    "a key log where no folder is",
    () => connect("--keylog", join(place, "no", "keys")),
    1,
    /--keylog .* can't be written \(ENOENT\)/,
  ],
  ["an unknown command", () => ["conect"], 2, /there is no "conect" here; did you mean connect\?/],
  [
    "a port that is taken",
    () => ["serve", "-p", `${port}`],
    1,
    /TCP port \d+: taken by another program; another port/,
  ],
  [
    "lists for clients that nobody asks",
    () => ["serve", "--crl", chain],
    2,
    /name who vouches for them with --ca FILE/,
  ],
  [
    "a revoked certificate without its list",
    () => ["serve", "--broken", "revoked"],
    2,
    /--crl-out FILE writes it/,
  ],
  [
    "two certificates for one server",
    () => ["serve", "--broken", "expired", "--cert", chain, "--key", key],
    2,
    /--broken makes a certificate of its own/,
  ],
  [
    "a fault that does not exist",
    () => ["serve", "--broken", "expird"],
    2,
    /'--broken <fault>' argument 'expird' is invalid/,
  ],
  [
    "half an octet",
    () => ["decode", "160"],
    2,
    /3 hexadecimal digits in the command line are no whole octets/,
  ],
  [
    "a certificate as a message",
    () => ["decode", "3082"],
    1,
    /neither records of TLS .* bun lab pki inspect/,
  ],
  ["a record cut short", () => ["decode", "1503030002"], 1, /begin a record that is not whole/],
  [
    "a key log that is not there",
    () => ["analyze", "x.pcap", "--keylog", join(place, "gone")],
    1,
    /the key log .*gone can't be read/,
  ],
];

describe("bad input gets one sentence", () => {
  for (const [name, words, code, says] of cases)
    test(name, async () => {
      const ended = await labTls(words());
      expect(ended.stderr).toMatch(says);
      expect(ended.code).toBe(code);
      expect(ended.stderr).not.toMatch(/mistake of the lab| {4}at /);
      expect(ended.stdout + ended.stderr).not.toContain("PRIVATE KEY");
    });
});
