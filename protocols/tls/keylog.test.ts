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
      log.add(`# NSS\r\n\r\n${line.toUpperCase()}\r\nECH_SECRET ${random} 00\nECH_CONFIG ${random} 00\n`),
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
        `RSA ${random} ${master}`,
        line,
      ].join("\n"),
    );
    expect(unread).toEqual([
      { line: 1, reason: "no client random of 32 octets" },
      { line: 2, reason: "no secret of 32 to 64 octets" },
      { line: 3, reason: "no secret of 32 to 64 octets" },
      { line: 4, reason: "no secret of 32 to 64 octets" },
      { line: 5, reason: "no label of a secret" },
      { line: 6, reason: "no premaster secret by its first 8 octets enciphered" },
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

test("a key log takes premaster secrets, servers' keys and earlier sessions, and prints none", () => {
  const random = new Uint8Array(32).fill(1);
  const secret = new Uint8Array(48).fill(0xab);
  const log = new KeyLog(`PMS_CLIENT_RANDOM ${random.toHex()} ${secret.toHex()}`);
  expect([log.opensKeyExchanges, new KeyLog().opensKeyExchanges]).toEqual([true, false]);
  expect(log.premaster(random, undefined)).toEqual(secret);
  const sent = new Uint8Array(256).fill(7);
  expect(new KeyLog(`RSA ${"07".repeat(8)} ${secret.toHex()}`).premaster(random, sent)).toEqual(secret);

  const other = new Uint8Array(32).fill(2);
  log.addKey(encrypted => (encrypted.length === 256 ? secret : undefined));
  expect([log.premaster(other, new Uint8Array(128)), log.premaster(other, undefined)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(log.premaster(other, new Uint8Array(256))).toEqual(secret);

  const name = new Uint8Array(8).fill(3);
  log.remember(name, other);
  expect(log.resumed(name)).toBeUndefined();
  log.learn(other, secret);
  log.remember(name, other);
  expect(log.resumed(name)).toEqual(secret);
  expect(JSON.stringify(log) + Bun.inspect(log)).not.toContain("abab");
});
