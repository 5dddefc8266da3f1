// Figures of a bench that never was, for tests.
import type { ConnectionResult, SizeResult } from "./result.ts";
import { summaryOf } from "./summary.ts";

const passed = (octets: number) => ({ octets: octets + 66, frames: 1, payload: octets });

const size = (octets: number, slower: number): SizeResult => ({
  octets,
  write: summaryOf([30, 31, 32, 33, 34, 35, 36].map(time => time + slower)),
  read: summaryOf([60, 61, 62, 63, 64, 65, 66].map(time => time + slower)),
  encode: 9,
  seal: slower,
  send: 30,
  told: 3,
  take: 63,
  open: slower,
  decode: 40,
  wire: { out: passed(octets), back: passed(octets) },
});

export const connections: readonly ConnectionResult[] = [
  {
    mode: "plain",
    name: "plain",
    suite: undefined,
    tcp: summaryOf([0.3]),
    tls: undefined,
    shortest: undefined,
    computed: undefined,
    making: { out: passed(0), back: passed(0) },
    cipher: undefined,
    memory: { resident: 40_000, heap: 30_000 },
    sizes: [size(16, 0), size(2048, 0)],
  },
  {
    mode: "mutual",
    version: "1.2",
    name: "mutual TLS 1.2",
    suite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    tcp: summaryOf([0.3]),
    tls: summaryOf([4, 4.1, 4.2, 4.3, 4.4, 4.5, 4.6]),
    shortest: 4,
    computed: 3,
    making: { out: passed(2000), back: passed(4000) },
    cipher: { seal: 0.13, open: 0.18 },
    memory: undefined,
    sizes: [size(16, 1), size(2048, 2)],
  },
];
