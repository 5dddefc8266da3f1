// Runs side by side: the same, plain against TLS, one version against another, QoS 0 against 2; and what can't be compared.
import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab } from "../scenarios/lab.ts";
import { compareBoards } from "./differences.ts";
import { hintsFor } from "./hints.ts";
import { compareWithReal, comparison, diff } from "./index.ts";
import { lines, object } from "./shown.ts";
import { readSide } from "./side.ts";

const folder = mkdtempSync(join(tmpdir(), "diff-"));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = new Map<string, string>();
const run = (name: string): string => runs.get(name)!;
const options = { ignore: [], lang: "en" } as const;

async function play(name: string, ...words: string[]): Promise<void> {
  const output = join(folder, name);
  const common = ["scenario", "intranet", "--story", "alone", "--network", "relay", "-q", "-o", output];
  const { code, stdout, stderr } = await lab([...common, ...words]);
  if (code !== 0) throw new Error(`the run ${name} ended with ${code}: ${stderr}`);
  runs.set(name, join(stdout.trim(), ".."));
}

beforeAll(async () => {
  await Promise.all([
    play("plain", "--tls", "off"),
    play("TLS 1.2"),
    play("TLS 1.3", "--tls-version", "1.3"),
    play("QoS 2", "--tls", "off", "--qos", "2"),
    play("closed", "--no-secrets"),
  ]);
}, 60_000);

/** What is printed from the board's table on, less what time decides: milliseconds, and what stands in another place. */
async function shown(a: string, b: string, language: "en" | "es" = "en", ...ignore: string[]) {
  const compared = comparison(await readSide(run(a)), await readSide(run(b)), ignore);
  const all = [...lines(compared, false, language)].filter(line => !/another place|otro lugar/.test(line));
  return all.slice(all.indexOf("") + 1).map(line =>
    line
      .replace(/\d+ \| \d+ +\d+\.\d \| \d+\.\d$/, "N ms")
      .replace(/\d+\.\d ms/, "N ms")
      .replace(/(instead of|en vez de) \d+\.\d/, "$1 N")
      .replace(/\d{4} (octets|octetos)/g, "N $1")
      .replace(/ +\((A \d+|B \d+).*\)$/, ""),
  );
}

describe("two runs", () => {
  test("a run and itself are the same", async () => {
    expect((await shown("plain", "plain")).at(-1)).toBe(
      "The same: every message has its counterpart, and says the same.",
    );
    expect(await diff(run("plain"), run("plain"), { ...options, quiet: true })).toBe(0);
  });

  test("plain against TLS: the handshake is more, and each message is longer", async () => {
    expect(await shown("plain", "TLS 1.2")).toEqual([
      "NUCLEO-H723ZG",
      "dialogue  messages A | B  in both  octets A | B  ms A | B",
      "DHCP      4 | 4           4        N ms",
      "DNS       4 | 4           4        N ms",
      "NTP       2 | 2           2        N ms",
      "broker    16 | 32         16       N ms",
      "",
      "A talks in the clear, B enciphers (TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384): before CONNECT a handshake of 14 messages and N octets, so that CONNECT comes N ms after the SYN instead of N; and on each MQTT message 29 octets of record header, nonce and tag. (RFC 5246 §7.3, RFC 5288 §3)",
      "  + Client Hello  only in B",
      "  + Server Hello  only in B",
      "  + Certificate ×2  only in B",
      "  + Server Key Exchange  only in B",
      "  + Certificate Request  only in B",
      "  + Server Hello Done  only in B",
      "  + Client Key Exchange  only in B",
      "  + Certificate Verify  only in B",
      "  + Change Cipher Spec ×2  only in B",
      "  + Finished ×2  only in B",
      "  + New Session Ticket  only in B",
      "  + Alert close_notify ×2  only in B",
    ]);
  });

  test("TLS 1.2 against 1.3: a round trip less, in Spanish too", async () => {
    const told = await shown("TLS 1.2", "TLS 1.3", "es");
    expect(told.filter(line => line.startsWith("  "))).toEqual([
      "  - Server Key Exchange  solo en A",
      "  + Encrypted Extensions  solo en B",
      "  - Server Hello Done  solo en A",
      "  + Certificate Verify  solo en B",
      "  - Client Key Exchange  solo en A",
      "  + New Session Ticket  solo en B",
      "  ~ Client Hello.suites: 6 | 3",
      "  ~ Server Hello.version: TLS 1.2 | TLS 1.3",
      "  ~ Server Hello.suite: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 | TLS_AES_128_GCM_SHA256",
    ]);
    expect(told.join("\n")).toContain("ahorra una ida y vuelta: solo A tiene Server Key Exchange");
    expect(told.join("\n")).toContain("29 en cada mensaje MQTT; B 12 mensajes");
  });

  test("QoS 0 against 2: three messages more to each PUBLISH", async () => {
    expect((await shown("plain", "QoS 2")).slice(7)).toEqual([
      "QoS 0 in A: nothing follows a PUBLISH; QoS 2 in B: PUBREC, PUBREL and PUBCOMP follow each PUBLISH. 0 delivers at most once, 1 at least once, 2 exactly once. (MQTT 5 §4.3)",
      "  + PUBREC ×3  only in B",
      "  + PUBREL ×3  only in B",
      "  + PUBCOMP ×3  only in B",
      "  ~ SUBSCRIBE.qos: 0 | 2",
      "  ~ SUBACK.reasonCodes: [0] | [2]",
      "  ~ PUBLISH.qos: 0 | 2 ×3",
    ]);
  });

  test("settings that differ are told, and what may differ is no difference", async () => {
    const compared = comparison(await readSide(run("plain")), await readSide(run("QoS 2")), ["PUB*", "SUB*"]);
    expect([...lines(compared, false, "en")][2]).toBe("Set otherwise: NUCLEO-H723ZG mqtt.qos 0 | 2");
    expect(compared.comparison.differences).toEqual([]);
    const quiet = { ...options, quiet: true };
    expect(await diff(run("plain"), run("QoS 2"), { ...quiet, ignore: ["broker"] })).toBe(0);
    expect(await diff(run("plain"), run("QoS 2"), quiet)).toBe(1);
  });

  test("as an object, with every message on both sides", async () => {
    const [a, b] = [await readSide(run("plain")), await readSide(run("TLS 1.2"))];
    const told = object(comparison(a, b, []), true, "en");
    expect(told.same).toBe(false);
    const broker = told.boards[0]!.dialogues.find(({ dialogue }) => dialogue === "broker")!;
    const connect = broker.messages!.find(({ name }) => name === "CONNECT")!;
    expect(connect.b!.record! - connect.b!.octets).toBe(29);
    expect(connect.a!.octets).toBe(connect.b!.octets);
    expect(told.settings).toEqual([{ name: "NUCLEO-H723ZG tls.mode", a: "off", b: "mutual" }]);
    expect(JSON.parse(JSON.stringify(told)).explanations[0].reference).toBe("RFC 5246 §7.3, RFC 5288 §3");
  });
});

describe("a real board's capture beside the lab's", () => {
  test("the same board, in another capture, is found by its role", async () => {
    const capture = join(run("plain"), "capture.pcapng");
    expect(await compareWithReal(run("plain"), capture, { ...options, quiet: true })).toBe(0);
  });

  test("without its secrets a session stays closed, and the hint says how to open it", async () => {
    const printed = spyOn(console, "log").mockImplementation(() => {});
    const code = await compareWithReal(run("TLS 1.2"), join(run("closed"), "capture.pcapng"), options);
    const text = printed.mock.calls.join("\n");
    printed.mockRestore();
    expect(code).toBe(1);
    expect(text).toContain("- CONNECT  missing");
    expect(text).toContain("+ enciphered");
    expect(text).toContain("Hint: TLS records of the board can't be read");
  });

  test("a step that is missing has a hint at what may have kept it out of the capture", async () => {
    const [board] = (await readSide(run("plain"))).boards;
    const without = (dialogue: string) => ({
      ...board!,
      messages: board!.messages.filter(one => one.dialogue !== dialogue),
    });
    const hints = (dialogue: string) =>
      hintsFor(compareBoards(board, without(dialogue))).map(({ en }) => en.split(":")[0]);
    expect(hints("DHCP")).toEqual(["no DHCP"]);
    expect(hints("NTP")).toEqual(["no NTP"]);
    expect(hints("broker")[0]).toBe("no connection to 1883, 8883 or 8884");
    expect(hints("none")).toEqual([]);
    expect(hintsFor(compareBoards(board, undefined))[0]!.en).toStartWith("no board is seen");
  });

  test("a board that is not there is asked for by name", async () => {
    const capture = join(run("plain"), "capture.pcapng");
    await expect(
      compareWithReal(run("plain"), capture, { ...options, board: "NUCLEO-H723ZF" }),
    ).rejects.toThrow("did you mean NUCLEO-H723ZG?");
  });
});

describe("what can't be compared is refused, with what to give instead", () => {
  const refused = (path: string) => expect(diff(path, run("plain"), { ...options, quiet: true })).rejects;

  test("a path that leads nowhere", () =>
    refused(join(folder, "nowhere")).toThrow("give a run's folder or a capture"));

  test("a folder that is no run's", async () => {
    mkdirSync(join(folder, "empty"));
    await refused(join(folder, "empty")).toThrow("there is no capture.pcapng in it");
  });

  test("a file that is no capture", async () => {
    writeFileSync(join(folder, "text.pcapng"), "this is no capture at all, whatever its name says");
    await refused(join(folder, "text.pcapng")).toMatchObject({ code: 2 });
  });

  test("a run's folder that is damaged", async () => {
    const damaged = join(folder, "damaged");
    mkdirSync(damaged);
    copyFileSync(join(run("plain"), "capture.pcapng"), join(damaged, "capture.pcapng"));
    writeFileSync(join(damaged, "settings.json"), "{");
    await refused(damaged).toThrow("settings.json is no JSON");
  });

  test("a capture that ends in the middle is compared as far as it goes, and never the same", async () => {
    const octets = await Bun.file(join(run("plain"), "capture.pcapng")).bytes();
    const cut = join(folder, "cut.pcapng");
    writeFileSync(cut, octets.subarray(0, octets.length - 100));
    const said = spyOn(console, "error").mockImplementation(() => {});
    expect(await diff(cut, cut, { ...options, quiet: true })).toBe(2);
    said.mockRestore();
  });
});
