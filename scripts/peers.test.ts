// How real programs are found.
import { afterEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lack, peer, peerVersion } from "./peers.ts";

const place = mkdtempSync(join(tmpdir(), "peers-"));
const before = { ...process.env };
afterEach(() => {
  process.env.PATH = before.PATH;
  if (before.LAB_PEERS === undefined) delete process.env.LAB_PEERS;
  else process.env.LAB_PEERS = before.LAB_PEERS;
  rmSync(place, { recursive: true, force: true });
});

async function program(folder: string, name: string, script: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  await Bun.write(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("an unpacked package comes first, then the PATH", async () => {
  process.env.LAB_PEERS = join(place, "unpacked");
  process.env.PATH = join(place, "path");
  const version = "echo 'chronyd (chrony) version 9.8.7-P6 (+NTP)' >&2; exit 1";
  const onPath = await program(join(place, "path"), "chronyd", version);
  expect(peer("chronyd")).toBe(onPath);
  expect(peerVersion("chronyd")).toBe("9.8.7-P6");
  const unpacked = await program(join(place, "unpacked/usr/sbin"), "chronyd", "true");
  expect(peer("chronyd")).toBe(unpacked);
  expect(peerVersion("chronyd")).toBeUndefined();
});

test("what is missing is said with what it is for and how to get it", () => {
  expect(lack("dig")).toBe("dig is missing (real DNS client); on Debian: apt-get install bind9-dnsutils");
});
