// All that a report tells of a capture, gathered in one pass over it.
import { arch, platform, release } from "node:os";
import type { Report as DhcpReport } from "../../protocols/dhcp/index.ts";
import type { Report as DnsReport } from "../../protocols/dns/index.ts";
import type { Report as MqttReport } from "../../protocols/mqtt/index.ts";
import type { Report as NtpReport } from "../../protocols/ntp/index.ts";
import type { Finding } from "../../protocols/packet/index.ts";
import type { Report as TlsReport } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { Eavesdropper, type Learned } from "../analyze/eavesdropper.ts";
import { analyzers } from "../analyzers.ts";
import { LadderGatherer } from "../drawings/ladder/gather.ts";
import type { Ladder } from "../drawings/ladder/ladder.ts";
import { type Plots, PlotsGatherer } from "../drawings/plots/plots.ts";
import { censusOf, readTwice, type Sources } from "../drawings/reading.ts";
import { WalkGatherer } from "../drawings/walk/gather.ts";
import type { Walk } from "../drawings/walk/walk.ts";
import type { Run } from "../runs/kept.ts";

export interface Reports {
  readonly dhcp: DhcpReport;
  readonly dns: DnsReport;
  readonly ntp: NtpReport;
  readonly tls: TlsReport;
  readonly mqtt: MqttReport;
}

export interface Told {
  readonly run: Run;
  readonly ladder: Ladder;
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly findingsLeft: number;
  readonly reports: Reports;
  readonly eavesdropper: Eavesdropper;
  readonly learned: readonly Learned[];
  readonly walks: readonly Walk[];
  readonly plots: Plots;
  /** Packets in all, and octets on the wire. */
  readonly count: number;
  readonly octets: number;
  /** Nanoseconds since the Unix epoch; 0 of an empty capture. */
  readonly began: bigint;
  readonly ended: bigint;
  /** Program by program. */
  readonly versions: readonly (readonly [name: string, version: string])[];
}

/** Beyond so many they are counted. */
const mostFindings = 200;
/** A handshake takes some pages. */
const mostWalks = 4;

/** `secrets`: whether keys may be told. */
export async function tell(run: Run, sources: Sources, secrets: boolean): Promise<Told> {
  const census = await censusOf(run.capture);
  const ladder = new LadderGatherer(census.hosts(), census.ports());
  const [all, eavesdropper] = [analyzers(), new Eavesdropper()];
  const plots = new PlotsGatherer();
  const walks = new WalkGatherer({ ciphers: native, hosts: census.hosts(), secrets });
  const findings: Finding[] = [];
  let [count, octets, left] = [0, 0, 0];
  let [began, ended] = [0n, 0n];
  const keep = (found: Iterable<Finding>): void => {
    for (const one of found)
      if (findings.length < mostFindings) findings.push(one);
      else left++;
  };
  const keyLog = await readTwice(run.capture, sources, (open, closed) => {
    ladder.observe(open, closed);
    keep(all.observe(open));
    eavesdropper.observe(closed);
    plots.observe(open);
    walks.observe(open);
    if (count === 0) began = open.time;
    if (open.time > ended) ended = open.time;
    count++;
    octets += open.frame.originalLength;
  });
  keep(all.conclude());
  const reports = all.report() as unknown as Reports;
  return {
    run,
    ladder: ladder.ladder(),
    findings,
    findingsLeft: left,
    reports,
    eavesdropper,
    learned: eavesdropper.learned(),
    walks: walks.walks(keyLog).slice(0, mostWalks),
    plots: plots.plots(reports, run),
    count,
    octets,
    began,
    ended,
    versions: await versionsOf(run),
  };
}

async function versionsOf({ result }: Run): Promise<[string, string][]> {
  const { version } = await import("../../package.json");
  const servers: [string, string][] =
    typeof result?.servers === "object" ? Object.entries(result.servers) : [];
  return [
    ["protocol-lab", version],
    ["Bun", Bun.version],
    [platform(), `${release()} (${arch()})`],
    ...servers,
  ];
}
