// The walk through the PKI: each step with its verdicts, in both languages, and what it leaves behind.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faults } from "../../pki/broken.ts";
import type { Language } from "../words.ts";
import { type Step, walk } from "./pki.ts";

const place = mkdtempSync(join(tmpdir(), "pki-walk-"));
afterAll(() => rmSync(place, { recursive: true }));

async function walked(lang: Language, output: string): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of walk({ lang, output, keys: "P-256" })) steps.push(step);
  return steps;
}

const saying = ({ verdicts }: Step): string[] =>
  verdicts.map(
    ({ trusted, says }) => `${trusted ? "✓" : "✗"} ${says.replaceAll(/\d{4}-[\d: -]+/g, "TIME ")}`,
  );

describe("in English", async () => {
  const steps = await walked("en", join(place, "en"));
  const step = (title: string) => steps.find(one => one.title === title)!;

  test("it goes from the key to the revocation, and to what is wrong on purpose", () => {
    expect(steps.map(({ title }) => title)).toEqual([
      "The key",
      "The request (CSR)",
      "The certificate",
      "Who signs what, and what each may do",
      "The clock",
      "What each is good for, and what breaks",
      "The revocation",
      "Wrong on purpose, each in one way",
    ]);
    expect(step("The key").shows).toEqual(["intranet/JORGE-PC/key.pem  P-256, mode 0600"]);
    expect(step("The request (CSR)").shows).toEqual(["CN=JORGE-PC: JORGE-PC, 192.168.1.20"]);
  });

  test("a board that has no time yet can trust nobody", () => {
    expect(saying(step("The clock"))).toEqual([
      "✓ CN=JORGE-PC is signed by CN=MQTT CA, valid until TIME UTC.",
      "✗ CN=Root CA is valid from TIME UTC, and the clock says TIME UTC.",
      "✗ CN=Root CA was valid until TIME UTC, and the clock says TIME UTC.",
    ]);
  });

  test("a certificate is good for its name, its purpose, and as it was signed", () => {
    expect(step("What each is good for, and what breaks").verdicts.map(({ trusted }) => trusted)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test("only who reads the list knows of a revocation", () => {
    expect(saying(step("The revocation"))).toEqual([
      "✓ CN=DISCO-F769NI is signed by CN=MQTT CA, valid until TIME UTC.",
      "✗ CN=DISCO-F769NI was revoked by CN=MQTT CA on TIME UTC (key compromise).",
      "✓ CN=DISCO-F769NI is signed by CN=MQTT CA, valid until TIME UTC.",
    ]);
  });

  test("each of the broken ones is refused for a reason of its own", () => {
    const { verdicts } = step("Wrong on purpose, each in one way");
    expect(verdicts.filter(({ trusted }) => trusted)).toEqual([]);
    expect(new Set(verdicts.map(({ says }) => says)).size).toBe(faults.length);
  });

  test("what it made stays in the folder that was named, and it does not begin in one that is in use", async () => {
    expect(readdirSync(join(place, "en", "intranet"))).toContain("JORGE-PC");
    writeFileSync(join(place, "note"), "");
    await expect(walked("en", place)).rejects.toThrow("holds something already");
    await expect(walked("en", join(place, "note"))).rejects.toThrow(
      "is no folder that can be used (ENOTDIR)",
    );
    expect(existsSync(join(place, "intranet"))).toBe(false);
  });
});

test("in Spanish each verdict is told as well", async () => {
  const steps = await walked("es", join(place, "es"));
  expect(steps[0]!.title).toBe("La clave");
  const [, revoked] = steps.find(({ title }) => title === "La revocación")!.verdicts;
  expect(revoked!.says).toMatch(/^CN=DISCO-F769NI fue revocado por CN=MQTT CA el /);
});
