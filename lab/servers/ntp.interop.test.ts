// NTP with real peers: our client with chronyd, and ntpdig and chronyd with our server. No peer may set a clock.
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

const program = fileURLToPath(new URL("./ntp.interop.ts", import.meta.url));
const pc = { address: "192.168.1.20", prefix: 24 };
const board = { address: "192.168.1.101", prefix: 24 };

const { namespaces } = await probe();
const closed = namespaces.ok
  ? namespaces.how === "user"
    ? "the tests' process has not started over in a user namespace"
    : undefined
  : namespaces.reason;

/** A test in a network of its own, skipped with the reason where this machine lacks the peer. */
function interop(
  name: string,
  needs: PeerName,
  act: (network: Network, folder: string) => Promise<void>,
): void {
  const missing = closed ?? (peer(needs) ? undefined : lack(needs));
  test.skipIf(missing !== undefined)(missing ? `${name} (${missing})` : name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "ntp-interop-"));
    try {
      await using network = new Namespaces();
      await act(network, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

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
        samples: 4,
        pause: 20,
      });
      expect(Math.abs(offset)).toBeLessThanOrEqual(error);
      expect(error).toBeLessThan(delay);
      expect(rootDistance).toBeGreaterThanOrEqual(error);
      expect({ stratum, leap, samples }).toEqual({ stratum: 3, leap: 0, samples: 4 });
      expect(strays).toEqual({ sender: 0, garbage: 0, mode: 0, origin: 0 });
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
});

describe("our server, five seconds ahead", () => {
  const ahead = 5000;

  interop("is what ntpdig measures", "ntpdig", async network => {
    const { log } = await server(network, { part: "server", ahead });
    const command = ["ntpdig", "-j", "-t", "2", pc.address];
    const daemon = await network.daemon({ name: "board", configuration: board, command });
    expect(await daemon.exited).toBe(0);
    const { offset, precision, host, stratum, leap } = JSON.parse(daemon.output);
    expect({ host, stratum, leap }).toEqual({ host: pc.address, stratum: 1, leap: "no-leap" });
    expect(Math.abs(offset - 5)).toBeLessThan(Math.max(precision, 0.1));
    expect((await log())[0]).toStartWith("192.168.1.101 asks for the time: ");
  });

  interop("is what chronyd measures, in versions 3 and 4", "chronyd", async (network, folder) => {
    await server(network, { part: "server", ahead, settings: { stratum: 2, reference: "10.0.0.1" } });
    for (const version of [3, 4]) {
      const daemon = await network.daemon({
        name: `board${version}`,
        configuration: { ...board, address: `192.168.1.10${version}` },
        command: [
          ...chronyd(folder, `server ${pc.address} iburst maxsamples 1 version ${version}`),
          "-Q",
          "-t",
          "5",
        ],
      });
      expect(await daemon.exited).toBe(0);
      const [, seconds] = /System clock wrong by (-?[\d.]+) seconds \(ignored\)/.exec(daemon.output) ?? [];
      expect(Number(seconds)).toBeCloseTo(5, 1);
    }
  });

  interop(
    "is nothing that chronyd takes, if it says that it is not set",
    "chronyd",
    async (network, folder) => {
      await server(network, { part: "server", ahead, settings: { leap: 3, stratum: 16 } });
      const daemon = await network.daemon({
        name: "board",
        configuration: board,
        command: [...chronyd(folder, `server ${pc.address} iburst maxsamples 1`), "-Q", "-t", "1"],
      });
      expect(await daemon.exited).toBe(1);
      expect(daemon.output).toContain("Timeout reached");
    },
  );
});

/** chronyd with these lines of configuration; `-x`: it never touches the machine's clock. */
function chronyd(folder: string, ...lines: readonly string[]): string[] {
  const usual = ["cmdport 0", "bindcmdaddress /", `pidfile ${join(folder, "pid")}`];
  return ["chronyd", "-x", "-d", "-u", "root", "-L", "0", ...usual, ...lines];
}

/** What our client on the board's host measures of the PC. */
async function measured(network: Network, more: { samples?: number; pause?: number } = {}): Promise<Told> {
  // The peer may be slower to start than the client to ask.
  const query = { server: pc.address, timeout: 250, tries: 20, ...more };
  const settings: Part = { part: "client", query };
  const host = await network.host({ name: "board", configuration: board, program, settings });
  const told: Message[] = [];
  for await (const message of host.messages) told.push(message);
  await host.done;
  return told.find(({ kind }) => kind === "measured")!.told as Told;
}

/** Our server on the PC's host; `log` stops it and returns its lines. */
async function server(network: Network, settings: Part) {
  const host = await network.host({ name: "pc", configuration: pc, program, settings });
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
