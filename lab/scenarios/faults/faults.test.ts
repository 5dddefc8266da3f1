// Every fault, alone: what is expected comes of it, and nothing else; by relay, in namespaces, and in tshark's eyes.
// LAB_LONG=1 plays those too that wait for long, all of them in namespaces, and shows every capture to tshark; LAB_GOLDEN=1 writes the golden ladders anew.
import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../../scripts/peers.ts";
import type { Rung } from "../../ladder.ts";
import { probe } from "../../network/probe.ts";
import type { Layer } from "../diagnosis.ts";
import type { Outcome } from "../expectation.ts";
import { lab, tsharkObjections } from "../lab.ts";
import type { ScenarioOptions } from "../options.ts";
import { perform } from "../perform.ts";
import { goldenOf } from "./golden.ts";
import { faults } from "./index.ts";
import { faultScenarios } from "./laying.ts";

interface Case {
  readonly name: string;
  readonly tls?: "off" | "server";
  readonly version?: "1.3";
  readonly seed?: number;
  readonly layer?: Layer;
  readonly fails?: string;
  /** Seconds are waited: with LAB_LONG=1 only. */
  readonly isLong?: boolean;
  /** What a relay can't show. */
  readonly needsNamespaces?: boolean;
  /** Its ladder is the same each time. */
  readonly isGolden?: boolean;
  /** By tshark, without LAB_LONG=1 too. */
  readonly isJudged?: boolean;
  /** What tshark warns of, and rightly so. */
  readonly warned?: string;
}

const reset = "tcp.flags.reset==1";
/** What kernels do of themselves where something is refused, or late: they reset, send again, and say so. */
const ofKernels = `${reset} || tcp.analysis.flags || tcp.options.sack`;
const again = "dns.retransmission || dns.retransmit_request";

const cases: readonly Case[] = [
  { name: "no-dhcp", layer: "DHCP", isLong: true },
  { name: "rogue-dhcp", layer: "DHCP", fails: "DNS", isLong: true, warned: again },
  { name: "address-conflict", layer: "DHCP", needsNamespaces: true },
  { name: "pool-exhausted", layer: "DHCP", isLong: true },
  { name: "dns-down", layer: "DNS", fails: "DNS", isGolden: true },
  { name: "nxdomain", layer: "DNS", fails: "DNS", isGolden: true },
  {
    ...{ name: "forged-dns", layer: "ARP", fails: "NTP", needsNamespaces: true },
    warned: "arp.duplicate-address-detected",
  },
  { name: "ntp-silent", layer: "NTP", fails: "NTP", isGolden: true },
  { name: "wrong-clock", layer: "NTP", fails: "TLS", isGolden: true },
  { name: "kiss-of-death", layer: "NTP", fails: "NTP", isGolden: true },
  { name: "expired-certificate", layer: "TLS", fails: "TLS", isGolden: true, isJudged: true },
  { name: "expired-certificate", tls: "server", version: "1.3", layer: "TLS", fails: "TLS" },
  { name: "wrong-name", layer: "TLS", fails: "TLS", isGolden: true },
  { name: "unknown-authority", layer: "TLS", fails: "TLS", isGolden: true },
  { name: "revoked-certificate", layer: "TLS", fails: "TLS" },
  { name: "revoked-certificate", version: "1.3", layer: "TLS", fails: "MQTT" },
  { name: "no-client-certificate", layer: "TLS", fails: "TLS" },
  { name: "no-client-certificate", version: "1.3", layer: "TLS", fails: "MQTT" },
  { name: "old-tls", layer: "TLS", fails: "TLS", isGolden: true },
  { name: "broker-down", layer: "TCP", fails: "TCP", isGolden: true, warned: reset },
  { name: "broker-full", layer: "MQTT", fails: "MQTT", isGolden: true },
  { name: "session-taken", layer: "MQTT", fails: "MQTT" },
  { name: "short-keep-alive", layer: "MQTT", fails: "MQTT", isLong: true },
  { name: "loss", seed: 10, isLong: true, warned: again },
  { name: "delay", isLong: true },
  { name: "reorder", needsNamespaces: true, isLong: true },
  { name: "duplicate", isLong: true },
  { name: "mtu", isJudged: true },
  ...["dhcp", "dns", "ntp", "tcp", "tls", "mqtt", "at-work"].map(
    (phase): Case => ({ name: `cable-pulled-${phase}`, layer: "cable", isLong: phase !== "tls" }),
  ),
  { name: "eavesdropper" },
  { name: "eavesdropper", tls: "off" },
  { name: "man-in-the-middle", layer: "DHCP", fails: "TLS" },
  { name: "man-in-the-middle", tls: "off", layer: "DHCP" },
];

const isLong = process.env.LAB_LONG !== undefined;
const { namespaces } = await probe();
const tshark = peer("tshark");
const folder = mkdtempSync(join(tmpdir(), "faults-"));
afterAll(() => rmSync(folder, { recursive: true }));

const titleOf = ({ name, tls, version }: Case): string => [name, tls, version].filter(Boolean).join(", ");
const outputOf = (one: Case, network: string): string =>
  join(folder, `${network} ${titleOf(one)}`.replaceAll(/[ ,]+/g, "-"));

interface Played {
  readonly outcome: Outcome;
  readonly rungs: readonly Rung[];
  readonly capture: string;
}

async function byRelay(one: Case): Promise<Played> {
  const { result, outcome, rungs } = await perform(
    one.name,
    faultScenarios[one.name]!,
    chosen(one, outputOf(one, "relay")),
  );
  return { outcome, rungs, capture: result.capture };
}

const chosen = ({ tls, version, seed = 1 }: Case, output: string): ScenarioOptions => ({
  ...{ board: "nucleo", story: "visit", hold: true, settings: [], set: [], seed, repeat: 1, secrets: true },
  ...{ network: "relay", lang: "en", quiet: true, output },
  ...(tls && { tls }),
  ...(version && { tlsVersion: version }),
});

async function inNamespaces(one: Case): Promise<Played> {
  const output = outputOf(one, "namespaces");
  const { name, tls, version, seed } = one;
  const { code, stdout, stderr } = await lab([
    ...["scenario", name, "--network", "namespaces", "--json", "-o", output],
    ...(tls ? ["--tls", tls] : []),
    ...(version ? ["--tls-version", version] : []),
    ...(seed === undefined ? [] : ["--seed", String(seed)]),
  ]);
  if (code !== 0) throw new Error(`${titleOf(one)} ended with ${code}: ${stderr}`);
  const objects = stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  const [run] = readdirSync(output);
  return {
    outcome: await Bun.file(join(output, run!, "outcome.json")).json(),
    rungs: objects.filter(({ kind }) => kind === "packet"),
    capture: objects.find(({ kind }) => kind === "result").capture,
  };
}

/** So many at a time: they wait more than they work. */
async function inTurns<T>(
  all: readonly T[],
  atOnce: number,
  play: (one: T) => Promise<unknown>,
): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = left.shift(); one; one = left.shift()) await play(one);
    }),
  );
}

const networks = [
  {
    network: "relay",
    play: byRelay,
    // Clocks are compared: where all of them are played, fewer work at a time.
    atOnce: isLong ? 3 : 6,
    cases: cases.filter(one => !one.needsNamespaces && (isLong || !one.isLong)),
  },
  {
    network: "namespaces",
    play: inNamespaces,
    atOnce: 2,
    cases: namespaces.ok ? cases.filter(one => isLong || (one.needsNamespaces && !one.isLong)) : [],
  },
] as const;

test("of each fault there is a case, and each tells both languages what it shows and what to expect", () => {
  expect([...new Set(cases.map(({ name }) => name))].sort()).toEqual(Object.keys(faults).sort());
  for (const { shows, says, value } of Object.values(faults)) {
    const said = typeof says === "function" ? says(value!.usual) : says;
    for (const text of [shows.en, shows.es, said.en, said.es]) expect(text.length).toBeGreaterThan(10);
  }
});

for (const { network, play, atOnce, cases } of networks)
  describe.skipIf(cases.length === 0)(
    `faults by ${network}${isLong ? "" : " [all of them: LAB_LONG=1]"}`,
    () => {
      const played = new Map<Case, Played | Error>();
      beforeAll(async () => {
        // A quiet run says where its capture lies.
        const log = spyOn(console, "log").mockImplementation(() => {});
        await inTurns(cases, atOnce, async one => {
          played.set(one, await play(one).catch((error: Error) => error));
        });
        log.mockRestore();
      }, 300_000);
      const of = (one: Case): Played => {
        const found = played.get(one)!;
        if (found instanceof Error) throw found;
        return found;
      };

      for (const one of cases) {
        test(`${titleOf(one)}: comes as it says, with its findings and no others`, () => {
          const { failed, first } = of(one).outcome;
          expect({ fails: failed?.phase, first: first?.layer }).toEqual({
            fails: one.fails,
            // Where chance decides, any layer may be the first to notice, or none.
            first: one.layer ?? first?.layer,
          });
        });

        if (one.isGolden)
          test(`${titleOf(one)}: has the ladder that is kept`, async () => {
            const kept = Bun.file(join(import.meta.dir, "golden", `${one.name}.txt`));
            const ladder = goldenOf(of(one).rungs);
            if (process.env.LAB_GOLDEN && network === "relay") await Bun.write(kept, ladder);
            expect(ladder).toBe(await kept.text());
          });

        const isJudged = isLong || one.needsNamespaces || one.isJudged;
        test.skipIf(!tshark || !isJudged)(
          `${titleOf(one)}: tshark opens the capture, and warns of nothing${isJudged ? "" : " [with LAB_LONG=1]"}`,
          async () => {
            const warned = [one.warned, network === "namespaces" && ofKernels].filter(Boolean).join(" || ");
            expect(await tsharkObjections(tshark!, of(one).capture, warned || undefined)).toEqual([]);
          },
          20_000,
        );
      }
    },
  );
