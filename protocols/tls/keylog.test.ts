// Key logs: what is taken, what is passed over, and what is told of lines that can't be read.
import { describe, expect, test } from "bun:test";
import { KeyLog } from "./keylog.ts";

const random = "ab".repeat(32);
const master = "cd".repeat(48);
const line = `CLIENT_RANDOM ${random} ${master}`;

describe("a key log", () => {
  test("gives secrets by label and client random", () => {
    const log = new KeyLog(`${line}\nSERVER_TRAFFIC_SECRET_0 ${random} ${"01".repeat(32)}\n`);
    expect(log.size).toBe(2);
    expect(log.secret("CLIENT_RANDOM", Uint8Array.fromHex(random))).toEqual(Uint8Array.fromHex(master));
    expect(log.secret("SERVER_TRAFFIC_SECRET_0", Uint8Array.fromHex(random))).toHaveLength(32);
    expect(log.secret("CLIENT_TRAFFIC_SECRET_0", Uint8Array.fromHex(random))).toBeUndefined();
    expect(log.secret("CLIENT_RANDOM", new Uint8Array(32))).toBeUndefined();
  });

  test("passes over comments, empty lines, Windows' line ends, capitals and labels of other secrets", () => {
    const log = new KeyLog();
    expect(
      log.add(
        `# NSS\r\n\r\n${line.toUpperCase()}\r\nECH_SECRET ${random} 00\nRSA 0011223344556677 ${master}\n`,
      ),
    ).toEqual([]);
    expect(log.size).toBe(1);
    expect(log.secret("CLIENT_RANDOM", Uint8Array.fromHex(random))).toBeDefined();
  });

  test("takes what can be read, and tells which lines can't, without what stood in them", () => {
    const log = new KeyLog();
    const unread = log.add(
      [
        `CLIENT_RANDOM ${random.slice(2)} ${master}`,
        `CLIENT_RANDOM ${random} ${master.slice(1)}`,
        `CLIENT_RANDOM ${random}`,
        `${line} more`,
        "GIF89a ÿþ",
        line,
      ].join("\n"),
    );
    expect(unread).toEqual([
      { line: 1, reason: "no client random of 32 octets" },
      { line: 2, reason: "no secret of 32 to 64 octets" },
      { line: 3, reason: "no secret of 32 to 64 octets" },
      { line: 4, reason: "no secret of 32 to 64 octets" },
      { line: 5, reason: "no label of a secret" },
    ]);
    expect(log.size).toBe(1);
  });

  test("grows by what is added, and a later secret of a session replaces an earlier one", () => {
    const log = new KeyLog(line);
    log.add(`CLIENT_RANDOM ${random} ${"ef".repeat(48)}`);
    expect(log.size).toBe(1);
    expect(log.secret("CLIENT_RANDOM", Uint8Array.fromHex(random))!.toHex()).toBe("ef".repeat(48));
  });

  test("prints no secret", () => {
    expect(Bun.inspect(new KeyLog(line)) + JSON.stringify(new KeyLog(line))).not.toContain("cdcd");
  });
});
