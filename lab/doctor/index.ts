// What this machine can do for the lab, what each lack costs, and how to get it.
import { join, relative } from "node:path";
import { peer, peerNames, peers, peerVersion } from "../../scripts/peers.ts";
import { type Permission, probe, probeRouter } from "../network/probe.ts";
import { paint } from "../terminal.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What the lack costs and how to get it. */
  readonly advice?: string;
}

export async function doctor(options: { readonly json?: boolean }): Promise<number> {
  const checks = [...(await namespaces()), relay(), ...peerNames.map(peerCheck)];
  if (options.json) console.log(JSON.stringify({ bun: Bun.version, platform: process.platform, checks }));
  else for (const line of lines(checks)) console.log(line);
  return 0;
}

async function namespaces(): Promise<Check[]> {
  const { namespaces: permission } = await probe();
  const name = "namespaces";
  if (!permission.ok)
    return [
      {
        name,
        ok: false,
        found: permission.reason,
        advice: `the relay stands in, without real broadcast and without the kernel's TCP between hosts; ${permission.hint}`,
      },
    ];
  const found = permission.how === "root" ? "as root" : "as an ordinary user";
  return [{ name, ok: true, found }, await router(permission)];
}

async function router(namespaces: Permission & { readonly ok: true }): Promise<Check> {
  const name = "router (NAT)";
  const permission = await probeRouter(namespaces);
  if (permission.ok) return { name, ok: true, found: "the kernel translates addresses (nf_tables)" };
  const advice = `no scenario internet; ${permission.hint}`;
  return { name, ok: false, found: permission.reason, advice };
}

const relay = (): Check => ({ name: "relay", ok: true, found: "needs nothing but 127.0.0.1" });

function peerCheck(name: (typeof peerNames)[number]): Check {
  const path = peer(name);
  const { package: from, serves } = peers[name];
  if (path) return { name, ok: true, found: [peerVersion(name), shown(path)].filter(Boolean).join(" at ") };
  return { name, ok: false, found: "missing", advice: `no ${serves}; on Debian: apt-get install ${from}` };
}

/** What was unpacked into the project is named from there. */
function shown(path: string): string {
  const here = relative(join(import.meta.dir, "..", ".."), path);
  return here.startsWith("..") ? path : here;
}

function* lines(checks: readonly Check[]): Generator<string> {
  yield `Bun ${Bun.version} on ${process.platform} ${process.arch}`;
  for (const { name, ok, found, advice } of checks) {
    yield `${ok ? paint("✓", "green") : paint("✗", "red")} ${name.padEnd(14)} ${found}`;
    if (advice) yield `  ${" ".repeat(14)} ${paint(advice, "yellow")}`;
  }
}
