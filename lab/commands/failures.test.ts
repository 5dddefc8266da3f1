// Bad input: one clear sentence each, and the exit code that says which kind of failure it was.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import { lab } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "failures-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const settings = (name: string, text: string): string[] => [
  "scenario",
  "intranet",
  "--settings",
  file(name, text),
];

/** Three frames of ARP's length, of which the file may be cut. */
function capture(): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()));
  const port = writer.interface({ name: "p", linkType: 1 });
  for (let i = 0; i < 3; i++) writer.packet(port, BigInt(i) * 1_000_000_000n, new Uint8Array(60).fill(i));
  writer.flush();
  return Buffer.concat(parts);
}

const cases: readonly { name: string; words: string[]; code: number; says: RegExp }[] = [
  {
    name: "a settings file with a wrong type",
    words: settings("type.toml", "[mqtt]\n\nkeepAlive = true\n"),
    code: 2,
    says: /type\.toml, line 3: mqtt\.keepAlive is true, where a whole number from 0 to 65535 is expected\./,
  },
  {
    name: "an unknown key",
    words: settings("key.toml", "[mqtt]\nclientID = 'x'\n"),
    code: 2,
    says: /key\.toml, line 2: there is no setting mqtt\.clientID; did you mean mqtt\.clientId\?/,
  },
  {
    name: "a client identifier of 70 000 octets",
    words: settings("long.toml", `[mqtt]\nclientId = "${"x".repeat(70_000)}"\n`),
    code: 2,
    says: /long\.toml, line 2: mqtt\.clientId is text of 70000 octets, where at most 65535 octets/,
  },
  {
    name: "a settings file that is not there",
    words: ["scenario", "intranet", "--settings", join(folder, "nowhere.toml")],
    code: 2,
    says: /nowhere\.toml can't be read \(ENOENT\); give the path of a TOML file\./,
  },
  {
    name: "a certificate that can't be read",
    words: ["scenario", "intranet", "--set", `tls.root=${file("root.pem", "this is no certificate\n")}`],
    code: 1,
    says: /tls\.root: .*root\.pem is no certificate, neither PEM nor DER/,
  },
  {
    name: "a certificate that is not there",
    words: ["scenario", "intranet", "--set", `tls.root=${join(folder, "gone.pem")}`],
    code: 1,
    says: /tls\.root: .*gone\.pem can't be read \(ENOENT\)/,
  },
  {
    name: "a scenario that does not exist",
    words: ["scenario", "intrant"],
    code: 2,
    says: /there is no scenario "intrant"; did you mean intranet\?/,
  },
  {
    name: "a command that does not exist",
    words: ["inspct"],
    code: 2,
    says: /unknown command 'inspct'[\s\S]*inspect/,
  },
  {
    name: "a flag that does not exist",
    words: ["inspect", "x", "--detail"],
    code: 2,
    says: /--detail'[\s\S]*--details/,
  },
  {
    name: "a capture that is not there",
    words: ["inspect", join(folder, "gone.pcapng")],
    code: 1,
    says: /gone\.pcapng does not exist; check the path\./,
  },
  {
    name: "a text file given as capture",
    words: ["inspect", file("story.txt", "Once upon a time there was a board.\n")],
    code: 1,
    says: /story\.txt is a text, not a capture; text2pcap/,
  },
  {
    name: "a folder given as capture",
    words: ["inspect", folder],
    code: 1,
    says: /is a directory; name a capture file in it\./,
  },
  {
    name: "a capture to be written where a folder is",
    words: ["scenario", "intranet", "-w", folder],
    code: 2,
    says: /-w .* is a folder, where a file is expected; name another file\./,
  },
  {
    name: "a capture to be written where no folder is",
    words: ["scenario", "intranet", "-w", join(folder, "nowhere", "x.pcapng")],
    code: 2,
    says: /-w .*: there is no folder .*nowhere; name another file\./,
  },
  {
    name: "a key log to be written where no folder is",
    words: ["scenario", "intranet", "--keylog", join(folder, "nowhere", "keys")],
    code: 2,
    says: /--keylog .*: there is no folder/,
  },
  {
    name: "a time limit that is none",
    words: ["scenario", "intranet", "--timeout", "x"],
    code: 2,
    says: /'--timeout <seconds>' argument 'x' is invalid\. Seconds are expected/,
  },
  {
    name: "a board that there is none of",
    words: ["scenario", "intranet", "--board", "nucleo,disko"],
    code: 2,
    says: /--board nucleo,disko: there is no board "disko"; did you mean disco\?/,
  },
  {
    name: "a setting of a board that does not play",
    words: ["scenario", "intranet", "--set", "disco.test.cycles=3"],
    code: 2,
    says: /--set disco\.test\.cycles=3: disco is not in this run; add it with --board\./,
  },
  {
    name: "a setting in a file that is out of its range",
    words: [
      "scenario",
      "intranet",
      "--board",
      "disco",
      "--settings",
      file("big.toml", "[test]\nsize = 4096\n"),
    ],
    code: 2,
    says: /big\.toml, line 2: test\.size is 4096, where a whole number from 1 to 2048 is expected\./,
  },
  {
    name: "an act that can't be done then",
    words: ["scenario", "intranet", "--play", "pull,LD1ON"],
    code: 2,
    says: /"LD1ON" comes while the cable is out; put it back first with plug\./,
  },
  {
    name: "a text for boards that listen to nobody",
    words: ["scenario", "intranet", "--board", "disco", "--play", "LD1ON"],
    code: 2,
    says: /in test mode no board listens; --no-hold plays normal mode\./,
  },
  {
    name: "a key log that is none",
    words: ["inspect", "x", "--keylog", file("no.keys", "hello\n")],
    code: 1,
    says: /no\.keys holds no line of a key log/,
  },
  {
    name: "a packet that the capture does not have",
    words: ["inspect", file("three.pcapng", capture()), "-n", "9"],
    code: 1,
    says: /three\.pcapng has no packet 9/,
  },
  {
    name: "a packet number that is none",
    words: ["inspect", "x", "-n", "one"],
    code: 2,
    says: /A whole number from 1 on is expected/,
  },
  {
    name: "a decoding rule that is none",
    words: ["inspect", "x", "-d", "tcp.port==1884,mqqt"],
    code: 2,
    says: /there is no protocol "mqqt"; did you mean mqtt\?/,
  },
];

describe("bad input", () => {
  for (const { name, words, code, says } of cases)
    test.concurrent(`${name} is told in one sentence, exit code ${code}`, async () => {
      const ended = await lab(words, { LAB_NETWORK: "relay" });
      expect(ended.stderr).toMatch(says);
      expect(ended.code).toBe(code);
      expect(ended.stderr).not.toContain("    at ");
      expect(ended.stdout).toBe("");
    });

  test("a capture cut in the middle of a block is shown up to the cut, and the cut is told", async () => {
    const whole = capture();
    const ended = await lab(["inspect", file("cut.pcapng", whole.subarray(0, whole.length - 30))]);
    expect(ended.stdout.trim().split("\n").length).toBe(2);
    expect(ended.stderr).toMatch(
      /cut\.pcapng: The file is cut short in enhanced packet block \d, at octet \d+/,
    );
    expect(ended.code).toBe(1);
  });
});
