// Where secrets come from on the command line: a key log, a server's RSA key, and what is neither.
import { afterAll, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyLog } from "../../protocols/tls/index.ts";
import { issue } from "../../protocols/x509/issued.ts";
import { addSecrets } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("a file of secrets is a key log or a private RSA key; others are refused by name, and not told", async () => {
  const log = new KeyLog();
  await addSecrets(log, file("keys", `CLIENT_RANDOM ${"01".repeat(32)} ${"ab".repeat(48)}\n`));
  expect([log.size, log.opensKeyExchanges]).toEqual([1, false]);
  await addSecrets(log, file("rsa.key", issue({ name: "JORGE-PC", keys: "RSA-2048" }).key));
  expect(log.opensKeyExchanges).toBe(true);

  const ec = issue({ name: "JORGE-PC" }).key;
  const refused = await addSecrets(log, file("ec.key", ec)).catch(error => String(error));
  expect(refused).toContain("a server's private RSA key in PEM");
  expect(refused).not.toContain(ec.split("\n")[1]!);
  expect(addSecrets(log, join(folder, "none"))).rejects.toThrow("can't be read");
  expect(addSecrets(log, file("text", "hola"))).rejects.toThrow("no line of a key log");
});

test("lines that can't be read are told, by number and reason alone, and the rest is taken", async () => {
  const error = spyOn(console, "error").mockImplementation(() => {});
  const log = new KeyLog();
  const name = file(
    "cut",
    `CLIENT_RANDOM ${"01".repeat(32)} ${"ab".repeat(48)}\nCLIENT_RANDOM ${"02".repeat(32)} abab\n`,
  );
  await addSecrets(log, name);
  const said = error.mock.calls.map(String);
  error.mockRestore();
  expect(said).toEqual([
    `lab: ${name}: 1 line can't be read, the first is line 2 (no secret of 32 to 64 octets); the rest is taken.`,
  ]);
  expect(log.size).toBe(1);
});
