// NTP with real peers: our client with chronyd and ntpd, and chronyd, ntpd, ntpdig and ntpq with our server. No peer may set a clock.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import type { Message, Network } from "../network/index.ts";
import { Namespaces } from "../network/namespaces.ts";
import { probe } from "../network/probe.ts";
import type { Part, Told } from "./ntp.interop.ts";
import type { TimeServerPlan } from "./ntp.ts";

const clientProgram = fileURLToPath(new URL("./ntp.interop.ts", import.meta.url));
const serverProgram = fileURLToPath(new URL("./ntp.ts", import.meta.url));
const lab = fileURLToPath(new URL("../index.ts", import.meta.url));
const pc = { address: "192.168.1.20", prefix: 24 };
const board = { address: "192.168.1.101", prefix: 24 };

/** Long enough for a daemon that asks four times, two seconds apart. */
const patience = 30_000;

const { namespaces } = await probe();
const closed = namespaces.ok
  ? namespaces.how === "user"
    ? "the tests' process has not started over in a user namespace"
    : undefined
  : namespaces.reason;

/** A test in a network of its own, skipped with the reason where this machine lacks a peer. */
function interop(
  name: string,
  needs: PeerName | readonly PeerName[],
  act: (network: Network, folder: string) => Promise<void>,
): void {
  const lacking = [needs].flat().find(one => !peer(one));
  const missing = closed ?? (lacking && lack(lacking));
  test.skipIf(missing !== undefined)(
    missing ? `${name} (${missing})` : name,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "ntp-interop-"));
      try {
        await using network = new Namespaces();
        await act(network, folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    patience,
  );
}

/** As ntpd, ntpdig and chronyd read them, but for the name of AES-CMAC. */
const keysFor = (aes: string): string =>
  [
    "1 MD5 plainkey",
    "2 SHA1 HEX:0123456789abcdef0123456789abcdef01234567",
    `3 ${aes} HEX:000102030405060708090a0b0c0d0e0f`,
  ].join("\n");
const keys = keysFor("AES128");
const ntpdKeys = keysFor("AES").replaceAll("HEX:", "");
const algorithms = [
  ["MD5", 1],
  ["SHA-1", 2],
  ["AES-CMAC", 3],
] as const;

describe("our client with chronyd", () => {
  interop(
    "measures no difference to a clock of the same machine, within its error",
    "chronyd",
    async (network, folder) => {
      await network.daemon({
        name: "pc",
        configuration: pc,
        command: chronyd(folder, "local stratum 3", "allow all"),
      });
      const { offset, error, delay, rootDistance, stratum, leap, samples, strays } = await measured(network, {
        query: { samples: 4, pause: 20 },
      });
      expect(Math.abs(offset)).toBeLessThanOrEqual(error);
      expect(error).toBeLessThan(delay);
      expect(rootDistance).toBeGreaterThanOrEqual(error);
      expect({ stratum, leap, samples }).toEqual({ stratum: 3, leap: 0, samples: 4 });
      expect(strays).toEqual({ sender: 0, garbage: 0, mode: 0, origin: 0, authenticator: 0 });
    },
  );

  interop(
    "is told by one that is not set that it does not know the time",
    "chronyd",
    async (network, folder) => {
      await network.daemon({ name: "pc", configuration: pc, command: chronyd(folder, "allow all") });
      await expect(measured(network)).rejects.toThrow("192.168.1.20 does not know the time itself");
    },
  );

  for (const [algorithm, key] of algorithms)
    interop(`takes replies signed with ${algorithm}`, "chronyd", async (network, folder) => {
      const keyfile = await written(folder, "keys", keys);
      const command = chronyd(folder, "local stratum 3", "allow all", `keyfile ${keyfile}`);
      await network.daemon({ name: "pc", configuration: pc, command });
      const { offset, error, strays } = await measured(network, { keys, key });
      expect(Math.abs(offset)).toBeLessThanOrEqual(error);
      expect(strays.authenticator).toBe(0);
    });

  interop("speaks version 3 with it", "chronyd", async (network, folder) => {
    const command = chronyd(folder, "local stratum 3", "allow all");
    await network.daemon({ name: "pc", configuration: pc, command });
    expect((await measured(network, { query: { version: 3 } })).version).toBe(3);
  });

  interop(
    "by the command line its error is no larger than ntpdig's, and 0 lies within it",
    ["chronyd", "ntpdig"],
    async (network, folder) => {
      const command = chronyd(folder, "local stratum 3", "allow all");
      await network.daemon({ name: "pc", configuration: pc, command });
      const ours = [process.execPath, lab, "ntp", "query", pc.address, "--json"];
      const theirs = [peer("ntpdig")!, "-j", pc.address];
      const errors: Record<"ours" | "theirs", number[]> = { ours: [], theirs: [] };
      for (let round = 0; round < 5; round++)
        for (const [name, command] of [["ours", ours] as const, ["theirs", theirs] as const]) {
          const daemon = await network.daemon({ name: `${name}${round}`, configuration: board, command });
          expect(await daemon.exited).toBe(0);
          const { offset, error, precision } = JSON.parse(daemon.output);
          if (name === "ours") expect(Math.abs(offset)).toBeLessThanOrEqual(error);
          errors[name].push(error ?? precision);
          await daemon.stop();
        }
      // The least of five: what else the machine does meanwhile makes single ones large.
      expect(Math.min(...errors.ours)).toBeLessThanOrEqual(Math.min(...errors.theirs));
    },
  );
});

describe("our client with ntpd", () => {
  interop(
    "measures no difference, with each key and without",
    ["ntpd", "setpriv"],
    async (network, folder) => {
      const keyfile = await written(folder, "keys", ntpdKeys);
      await network.daemon({
        name: "pc",
        configuration: pc,
        command: await ntpd(
          folder,
          // Alone in the world it becomes stratum 3 by itself, after a second.
          "tos orphan 3 orphanwait 1 minsane 1 minclock 1",
          `keys ${keyfile}`,
          "trustedkey 1 2 3",
          "restrict default nomodify",
        ),
      });
      await known(network);
      for (const [, key] of [["none", undefined], ...algorithms] as const) {
        const told = await measured(network, { keys, ...(key && { key }) });
        expect(Math.abs(told.offset)).toBeLessThanOrEqual(told.error);
        expect(told.stratum).toBe(3);
      }
    },
  );

  interop(
    "is refused by one that is asked too often, and obeys",
    ["ntpd", "setpriv"],
    async (network, folder) => {
      await network.daemon({
        name: "pc",
        configuration: pc,
        command: await ntpd(
          folder,
          "tos orphan 3 orphanwait 1 minsane 1 minclock 1",
          "restrict default limited kod nomodify",
        ),
      });
      await known(network);
      const often = { query: { samples: 30, pause: 1, tries: 2, timeout: 250, patience: 1 } };
      await expect(measured(network, often)).rejects.toThrow(
        "sends a kiss-o'-death, RATE: it was asked too often",
      );
    },
  );
});

describe("our server, five seconds ahead", () => {
  const wrong = { ahead: 5 };

  interop("is what ntpdig measures", "ntpdig", async network => {
    const { log } = await server(network, { wrong });
    const command = [peer("ntpdig")!, "-j", "-t", "2", pc.address];
    const daemon = await network.daemon({ name: "board", configuration: board, command });
    expect(await daemon.exited).toBe(0);
    const { offset, precision, host, stratum, leap } = JSON.parse(daemon.output);
    expect({ host, stratum, leap }).toEqual({ host: pc.address, stratum: 1, leap: "no-leap" });
    expect(Math.abs(offset - 5)).toBeLessThan(Math.max(precision, 0.1));
    expect((await log())[0]).toStartWith("192.168.1.101 asks for the time: ");
  });

  interop("is what chronyd measures, in versions 3 and 4", "chronyd", async (network, folder) => {
    await server(network, { wrong, settings: { stratum: 2, reference: "10.0.0.1" } });
    for (const version of [3, 4]) {
      const line = `server ${pc.address} iburst maxsamples 1 version ${version}`;
      expect(await wrongBy(network, folder, `192.168.1.10${version}`, line)).toBeCloseTo(5, 1);
    }
  });

  interop("is the passive peer of a chronyd that is an active one", "chronyd", async (network, folder) => {
    await server(network, { wrong, settings: { stratum: 2, reference: "10.0.0.1" } });
    const command = chronyd(folder, `peer ${pc.address} minpoll -2 maxpoll -2`);
    const daemon = await network.daemon({ name: "board", configuration: board, command });
    for await (const line of daemon.lines) {
      const [, seconds] = /System clock wrong by (-?[\d.]+) seconds/.exec(line) ?? [];
      if (seconds === undefined) continue;
      expect(Number(seconds)).toBeCloseTo(5, 1);
      return;
    }
    throw new Error(`chronyd ended: ${daemon.output}`);
  });

  for (const [algorithm, key] of algorithms)
    interop(`signs for chronyd with ${algorithm}`, "chronyd", async (network, folder) => {
      const { log } = await server(network, { wrong, keys, settings: { keysOnly: true } });
      const keyfile = await written(folder, "keys", keys);
      const line = `server ${pc.address} iburst maxsamples 1 key ${key}`;
      expect(await wrongBy(network, folder, board.address, line, `keyfile ${keyfile}`)).toBeCloseTo(5, 1);
      expect((await log())[0]).toEndWith(`, key ${key}`);
    });

  interop("signs for ntpdig", "ntpdig", async (network, folder) => {
    await server(network, { wrong, keys, settings: { keysOnly: true } });
    const keyfile = await written(folder, "keys", ntpdKeys);
    const command = [peer("ntpdig")!, "-j", "-t", "2", "-a", "3", "-k", keyfile, pc.address];
    const daemon = await network.daemon({ name: "board", configuration: board, command });
    expect(await daemon.exited).toBe(0);
    expect(JSON.parse(daemon.output).offset).toBeCloseTo(5, 1);
  });

  interop(
    "is nothing that chronyd takes, if it says that it is not set",
    "chronyd",
    async (network, folder) => {
      await server(network, { wrong, settings: { leap: 3, stratum: 16 } });
      const daemon = await network.daemon({
        name: "board",
        configuration: board,
        command: [...chronyd(folder, `server ${pc.address} iburst maxsamples 1`), "-Q", "-t", "1"],
      });
      expect(await daemon.exited).toBe(1);
      expect(daemon.output).toContain("Timeout reached");
    },
  );

  interop("is what ntpd would set its clock by, with a key", ["ntpd", "setpriv"], async (network, folder) => {
    await server(network, { wrong, keys, settings: { stratum: 2, reference: "10.0.0.1" } });
    const keyfile = await written(folder, "keys", ntpdKeys);
    const lines = [`server ${pc.address} iburst key 3`, `keys ${keyfile}`, "trustedkey 3", "tos minsane 1"];
    const command = [...(await ntpd(folder, ...lines)), "-q", "-g"];
    const daemon = await network.daemon({ name: "board", configuration: board, command });
    expect(await daemon.exited).toBe(0);
    const [, seconds] = /time set \+([\d.]+)/.exec(daemon.output) ?? [];
    expect(Number(seconds)).toBeCloseTo(5, 1);
    expect(daemon.output).toContain("Operation not permitted");
  });

  interop("says of itself to ntpq what it says in replies", "ntpq", async network => {
    await server(network, { settings: { control: true, stratum: 2, reference: "10.0.0.1", leap: 1 } });
    const asked = async (name: string, ...words: string[]) => {
      const command = [peer("ntpq")!, "-n", ...words, pc.address];
      const daemon = await network.daemon({ name, configuration: board, command });
      expect(await daemon.exited).toBe(0);
      await daemon.stop();
      return daemon.output;
    };
    const variables = await asked("rv", "-c", "rv");
    expect(variables).toContain("leap_add_sec, sync_ntp");
    expect(variables).toContain("stratum=2, precision=-20");
    expect(variables).toContain("refid=10.0.0.1");
    expect(await asked("peers", "-p")).toMatch(/^\*10\.0\.0\.1 .* 1 u .* 377 /m);
  });
});

/** chronyd with these lines of configuration; `-x`: it never touches the machine's clock. */
function chronyd(folder: string, ...lines: readonly string[]): string[] {
  const usual = ["cmdport 0", "bindcmdaddress /", `pidfile ${join(folder, "pid")}`];
  return [peer("chronyd")!, "-x", "-d", "-u", "root", "-L", "0", ...usual, ...lines];
}

/** By how many seconds chronyd would set the clock. */
async function wrongBy(
  network: Network,
  folder: string,
  address: string,
  ...lines: string[]
): Promise<number> {
  const daemon = await network.daemon({
    name: `board ${address}`,
    configuration: { address, prefix: 24 },
    command: [...chronyd(folder, ...lines), "-Q", "-t", "5"],
  });
  expect(await daemon.exited).toBe(0);
  const [, seconds] = /System clock wrong by (-?[\d.]+) seconds \(ignored\)/.exec(daemon.output) ?? [];
  return Number(seconds);
}

/** ntpd with these lines of configuration, and without the right to set the machine's clock. */
async function ntpd(folder: string, ...lines: readonly string[]): Promise<string[]> {
  const own = [`driftfile ${join(folder, "drift")}`, `statsdir ${folder}/`];
  const file = await written(folder, "ntp.conf", [...own, ...lines].join("\n"));
  const powerless = [peer("setpriv")!, "--bounding-set", "-sys_time", "--inh-caps", "-sys_time"];
  return [...powerless, peer("ntpd")!, "-n", "-c", file];
}

async function written(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await Bun.write(path, `${text}\n`);
  return path;
}

/** Waits until a server that has just started knows the time. */
async function known(network: Network): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await measured(network, {}, `early${attempt}`, "192.168.1.250"));
    } catch (error) {
      if (attempt === 20) throw error;
      await Bun.sleep(250);
    }
  }
}

let boards = 0;

/** What our client on a host of its own measures of the PC. */
async function measured(
  network: Network,
  { query, ...part }: Omit<Part, "query"> & { query?: Partial<Part["query"]> } = {},
  name = `board${++boards}`,
  address = board.address,
): Promise<Told> {
  // The peer may be slower to start than the client to ask.
  const settings: Part = { ...part, query: { server: pc.address, timeout: 250, tries: 20, ...query } };
  const configuration = { ...board, address };
  const host = await network.host({ name, configuration, program: clientProgram, settings });
  const told: Message[] = [];
  for await (const message of host.messages) told.push(message);
  try {
    await host.done;
  } finally {
    await host.stop();
  }
  return told.find(({ kind }) => kind === "measured")!.told as Told;
}

/** Our server on the PC's host; `log` stops it and returns its lines. */
async function server(network: Network, settings: TimeServerPlan) {
  const host = await network.host({ name: "pc", configuration: pc, program: serverProgram, settings });
  const told = host.messages[Symbol.asyncIterator]();
  await told.next();
  const log = async () => {
    await host.stop();
    const lines: string[] = [];
    for (let next = await told.next(); !next.done; next = await told.next())
      lines.push(String(next.value.line));
    return lines;
  };
  return { log };
}
