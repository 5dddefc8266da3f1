// What a person may write behind --fault, what comes of several together, and what is refused, in a sentence.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import { lab } from "../lab.ts";
import type { Cast } from "../scenario.ts";
import { impair } from "./changes.ts";
import { readFaults, usual } from "./choosing.ts";
import { faults } from "./index.ts";

const refused = (...words: string[]): string => {
  try {
    readFaults(words);
  } catch (error) {
    if (error instanceof Failure) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`${words} was accepted`);
};

describe("--fault", () => {
  test("takes names and values, with commas between or repeated", () => {
    const read = readFaults(["loss=20, delay=150", "no-dhcp"]);
    expect(read.map(({ name, value }) => [name, value])).toEqual([
      ["loss", "20"],
      ["delay", "150"],
      ["no-dhcp", ""],
    ]);
    expect(readFaults(["mtu"])[0]?.value).toBe("576");
  });

  test("names the one that may be meant", () => {
    expect(refused("expired-cert")).toBe(
      '2: --fault expired-cert: there is no fault "expired-cert"; there are ' +
        `${Object.keys(faults).join(", ")}.`,
    );
    expect(refused("los")).toBe('2: --fault los: there is no fault "los"; did you mean loss?');
    expect(refused("")).toContain('there is no fault ""');
    expect(refused("toString")).toContain('there is no fault "toString"');
  });

  test("says what values there are", () => {
    expect(refused("loss=90")).toBe("2: --fault loss=90: loss takes a share in percent from 0 to 60.");
    expect(refused("loss=")).toContain("takes a share in percent");
    expect(refused("kiss-of-death=RATE")).toBe(
      "2: --fault kiss-of-death=RATE: kiss-of-death takes DENY or RSTR.",
    );
    expect(refused("nxdomain=3")).toBe('2: --fault nxdomain=3: nxdomain takes no value; leave out "=3".');
  });

  test("refuses two that decide about the same, and one twice", () => {
    expect(refused("expired-certificate", "wrong-name")).toBe(
      "2: expired-certificate and wrong-name can't be together: each decides about the broker's certificate; leave one out.",
    );
    expect(refused("loss,loss=3")).toBe("2: loss is there twice; once is enough.");
    expect(() => readFaults(["ntp-silent"], [usual("wrong-clock", faults["wrong-clock"]!)])).toThrow(
      "wrong-clock and ntp-silent can't be together: each decides about the time server; leave one out.",
    );
  });
});

test("faults of one cable add up", () => {
  const cast: Cast = { boards: [], hosts: [], desk: "", acts: [] };
  const both = impair(impair(cast, "a", { up: { loss: 0.5, delay: 10 }, mtu: 1000 }), "a", {
    up: { loss: 0.5, delay: 5 },
    down: { duplicate: 0.1 },
    mtu: 576,
  });
  expect(both.cables?.a).toMatchObject({
    up: { loss: 0.75, delay: 15 },
    down: { duplicate: 0.1 },
    mtu: 576,
  });
});

describe("a run with faults", () => {
  const folder = mkdtempSync(join(tmpdir(), "choosing-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const play = (...words: string[]) => lab(["scenario", ...words, "--network", "relay", "-o", folder]);
  const seenIn = (stdout: string): string[] =>
    stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line))
      .find(({ kind }) => kind === "expectation").seen;

  test("tells what each of them does and what failed first, and befalls the same frames with the same seed", async () => {
    const faulty = ["--fault", "duplicate=40", "--fault", "delay=20", "--seed", "3"];
    const [once, again] = await Promise.all([
      play("intranet", ...faulty, "--json"),
      play("intranet", ...faulty, "--json"),
    ]);
    expect([once.code, again.code]).toEqual([0, 0]);
    const cablesIn = (stdout: string) => seenIn(stdout).filter(line => /(up|down): /.test(line));
    const cables = cablesIn(once.stdout);
    expect(cables.join()).toContain("doubled");
    // How octets are cut into frames is the machine's affair; of as many frames the same are doubled.
    const framesOf = (line: string) => line.replace(/ frames.*/, "");
    const counted = new Map(cables.map(line => [framesOf(line), line]));
    for (const line of cablesIn(again.stdout)) expect(line).toBe(counted.get(framesOf(line)) ?? line);
  }, 20_000);

  test("that ends a board is a failure, for nobody foretold it", async () => {
    const { code, stdout, stderr } = await play("intranet", "--fault", "nxdomain,delay=1", "--lang", "es");
    expect(code).toBe(1);
    expect(stdout).toContain("Se ha visto: lo primero que falló fue DNS");
    expect(stdout).toContain("Se ha visto: NUCLEO-H723ZG falló en DNS");
    expect(stderr).toContain("lab: NUCLEO-H723ZG: 192.168.1.1 knows no IPv4 address of JORGE-PC");
  }, 20_000);

  const sentences = [
    [["expired-certificate", "--tls", "off"], "expired-certificate is a fault of TLS"],
    [["revoked-certificate", "--tls", "server"], "which only --tls mutual asks for"],
    [["forged-dns"], "needs whole frames (ARP), and a relay carries datagrams and streams only"],
    [["reorder"], "is about the order of TCP's segments, and on a relay none is lost or overtaken"],
    [["session-taken", "--board", "disco"], "session-taken is played in normal mode"],
    [["rouge-dhcp"], "did you mean rogue-dhcp?"],
  ] as const;
  for (const [words, sentence] of sentences)
    test(`is refused where it can't be: ${words.join(" ")}`, async () => {
      const { code, stderr } = await play(...words);
      expect(stderr).toContain(sentence);
      expect(code).toBe(2);
    });
});
