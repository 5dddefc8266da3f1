// Leases on disk: nothing that a client was told is lost, whenever the server ends.
import { afterAll, expect, spyOn, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { parseIpv4 } from "../ipv4/index.ts";
import { acquire, reboot, release } from "./client.ts";
import { LeaseFile } from "./lease-file.ts";
import type { Holding } from "./leases.ts";
import { type ServerOptions, serve } from "./server.ts";
import { clientOf } from "./testing/lease-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "leases-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = () => join(folder, `${++files}.leases`);

const mac = Uint8Array.fromHex("00c0df24ba6b");
const other = Uint8Array.fromHex("020000000007");
const options = (leaseFile: string): ServerOptions => ({
  server: "192.168.1.1",
  prefix: 24,
  pool: { first: "192.168.1.101", last: "192.168.1.102" },
  leaseSeconds: 3600,
  leaseFile,
});

/** A server that was started anew, and a client's socket. */
function started(file: string, clock: TestClock) {
  const network = new MemoryNetwork(clock);
  const server = network.datagrams("192.168.1.1", 67);
  const lines: string[] = [];
  const done = serve(server, clock, options(file), line => lines.push(line));
  const client = network.datagrams("0.0.0.0", 68);
  const stop = async () => {
    server.close();
    await done;
  };
  return { client, lines, stop };
}

const holding = (last: number, more: Partial<Holding> = {}): Holding => ({
  ...{ key: `1 02:00:00:00:00:${last}`, mac: `02:00:00:00:00:${last}`, hostName: undefined },
  ...{ address: parseIpv4(`192.168.1.${last}`), state: "bound", expires: undefined, ...more },
});

test("after a restart a client keeps its address, and nobody else gets it", async () => {
  const [file, clock] = [fresh(), new TestClock()];
  const first = started(file, clock);
  const lease = await clock.run(acquire(first.client, clock, { mac }));
  await first.stop();
  await clock.advance(600_000);
  const second = started(file, clock);
  expect((await clock.run(acquire(second.client, clock, { mac: other }))).address).toBe("192.168.1.102");
  expect((await clock.run(reboot(second.client, clock, lease.address, { mac }))).address).toBe(lease.address);
  await second.stop();
});

test("a lease that was given back, or ran out while the server was away, is free", async () => {
  const [file, clock] = [fresh(), new TestClock()];
  const first = started(file, clock);
  await clock.run(acquire(first.client, clock, { mac: other }));
  const lease = await clock.run(acquire(first.client, clock, { mac }));
  first.client.local = { address: lease.address, port: 68 };
  await clock.run(release(first.client, clock, lease, { mac }));
  await first.stop();
  await clock.advance(3_700_000);
  const held = [...new LeaseFile(file, clock).holdings()];
  expect(held.map(({ expires }) => expires! < clock.elapsed())).toEqual([true, true]);
});

test("a line that a crash left half is dropped, the whole ones before it are kept", () => {
  const [file, clock] = [fresh(), new TestClock()];
  const leases = new LeaseFile(file, clock);
  for (const last of [11, 12, 13]) leases.add(holding(last));
  leases.close();
  const { size } = statSync(file);
  for (let cut = 1; cut < 100; cut++) {
    truncateSync(file, size - cut);
    const again = new LeaseFile(file, clock);
    expect([...again.holdings()].length).toBe(2);
    again.add(holding(13));
    again.close();
    expect(statSync(file).size).toBe(size);
  }
});

test("a file that is no lease file is refused, and stays as it is", () => {
  const file = fresh();
  for (const line of [
    '{"address":"192.168.1.1"}',
    "nonsense",
    '{"address":"1.2.3","state":"bound"}',
    "null",
  ]) {
    writeFileSync(file, `${line}\n`);
    expect(() => new LeaseFile(file, new TestClock())).toThrow(
      /line 1 of the lease file .*mend it, or start/,
    );
    expect(readFileSync(file, "utf8")).toBe(`${line}\n`);
  }
});

test("the file grows with the leases, not with their renewals", () => {
  const [file, clock] = [fresh(), new TestClock()];
  const leases = new LeaseFile(file, clock);
  for (let i = 0; i < 2500; i++) leases.add(holding(11 + (i % 3)));
  leases.close();
  expect(readFileSync(file, "utf8").split("\n").length).toBeLessThan(1100);
  expect([...new LeaseFile(file, clock).holdings()].length).toBe(3);
}, 60_000);

test("a lease that can't be written is not given", async () => {
  const [file, clock] = [fresh(), new TestClock()];
  const { client, lines, stop } = started(file, clock);
  const full = spyOn(LeaseFile.prototype, "add").mockImplementation(() => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  });
  const tried = clock.run(acquire(client, clock, { mac, attempts: 1, deadline: 3000 }));
  await expect(tried).rejects.toThrow("no answer");
  expect(lines.at(-1)).toBe("no reply to 00:c0:df:24:ba:6b: ENOSPC: no space left on device");
  full.mockRestore();
  expect((await clock.run(acquire(client, clock, { mac }))).address).toBe("192.168.1.101");
  await stop();
});

test("killed at any moment, it has every lease that it told of", async () => {
  const file = fresh();
  const program = fileURLToPath(new URL("./testing/lease-writer.ts", import.meta.url));
  const counts: number[] = [];
  for (const milliseconds of [0, 3, 10, 25]) {
    const run = Bun.spawn([process.execPath, program, file], { stdout: "pipe", stdin: "ignore" });
    let told = "";
    const decoder = new TextDecoder();
    for await (const octets of run.stdout) {
      told += decoder.decode(octets, { stream: true });
      if (run.killed) continue;
      await Bun.sleep(milliseconds);
      run.kill("SIGKILL");
    }
    await run.exited;
    const whole = told.split("\n").slice(0, -1);
    const leases = new LeaseFile(file, new TestClock());
    const kept = new Set([...leases.holdings()].map(({ mac }) => mac));
    leases.close();
    expect(whole).toEqual(whole.map((_, i) => clientOf(i)));
    expect(whole.filter(one => !kept.has(one))).toEqual([]);
    counts.push(whole.length);
  }
  expect(Math.max(...counts)).toBeGreaterThan(0);
});
