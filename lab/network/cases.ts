// What every network of the lab must do: one table of cases, run on each by network.test.ts.
import type { NetworkCase } from "./cases/case.ts";
import { daemonCases } from "./cases/daemons.ts";
import { datagramCases } from "./cases/datagrams.ts";
import { faultCases } from "./cases/faults.ts";
import { hostCases } from "./cases/hosts.ts";
import { linkCases } from "./cases/links.ts";
import { recordingCases } from "./cases/recording.ts";
import { segmentCases } from "./cases/segments.ts";
import { streamCases } from "./cases/streams.ts";

export type { Need, NetworkCase } from "./cases/case.ts";

export const networkCases: readonly NetworkCase[] = [
  ...datagramCases,
  ...streamCases,
  ...hostCases,
  ...recordingCases,
  ...linkCases,
  ...daemonCases,
  ...faultCases,
  ...segmentCases,
];
