// Packets that a filter passes over undissected: never one that it would select.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dissector } from "../../protocols/packet/index.ts";
import type { Wants } from "../../protocols/pcapng/capture.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { record } from "../../scripts/bench/traffic.ts";
import { protocols } from "../protocols.ts";
import { selectionOf, wantedBy } from "./filter.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus");
const mix = join(corpus, "mix.pcap");

const filters = [
  "ip.addr == 192.168.1.1",
  "ip.src == 192.168.0.0/16 and dns",
  "tcp.port == 8883",
  "tcp.dstport == 443 and tls.handshake.type == 2",
  "udp.port == 53",
  'dns.qry.name contains "a"',
  'dns.qry.name == "www.google.com" or mqtt.topic == "foo"',
  "dns.time > 0.02",
  "tls",
  "tls.handshake.type == 1",
  "tls.handshake.type in {11, 14}",
  'tls.handshake.extensions_server_name contains "o"',
  "x509sat.uTF8String",
  "mqtt",
  'mqtt.topic contains "a"',
  "mqtt.msgtype == 3",
  "tcp.analysis.ack_rtt > 0.1",
  "tcp.flags.syn == 1 and tcp.flags.ack == 0",
  "udp.time_delta > 0.01",
  "ipv6.addr == fe80::/10",
  "arp or icmp or icmpv6",
  "dhcp.option.dhcp == 1",
  "ntp.stratum == 2",
] as const;

/** The numbers of the packets that are selected, and how many had to be dissected. */
function selected(filter: string, file: string, isSieved: boolean) {
  const keyLog = new KeyLog();
  const known = protocols(keyLog);
  const selection = selectionOf(filter);
  const wants: Wants | undefined = isSieved ? wantedBy(selection, file, known, [], false) : undefined;
  const { packet } = dissector(known);
  const numbers: number[] = [];
  let dissected = 0;
  const frames = fileFrames(
    file,
    met => {
      if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
    },
    wants,
  );
  for (const frame of frames) {
    dissected++;
    if (selection.selects(packet(frame))) numbers.push(frame.number);
  }
  return { numbers, dissected };
}

const folder = mkdtempSync(join(tmpdir(), "lab-sieve-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("of traffic of the lab's own making the same packets are selected", () => {
  const own = join(folder, "own.pcapng");
  record(own, 1500, 1);
  for (const filter of filters)
    expect([filter, selected(filter, own, true).numbers]).toEqual([
      filter,
      selected(filter, own, false).numbers,
    ]);
});

const reason = existsSync(mix) ? undefined : "no corpus";
describe.skipIf(reason !== undefined)(`public captures [${reason ?? "corpus"} here]`, () => {
  test("the same packets are selected, and far fewer dissected", () => {
    const counts = filters.map(filter => {
      const sieved = selected(filter, mix, true);
      expect([filter, sieved.numbers]).toEqual([filter, selected(filter, mix, false).numbers]);
      return sieved.dissected;
    });
    const [address] = counts;
    expect(address).toBeLessThan(400);
  }, 60_000);

  test("streams that are cut, repeated and out of order", () => {
    for (const name of ["suricata-verify__base64-decode-5885.pcap", "ndpi__anyconnect-vpn.pcap"])
      for (const filter of ["tls", "tls.handshake.type == 1", "tls.record.content_type == 23"]) {
        const file = join(corpus, "captures", name);
        if (!existsSync(file)) continue;
        expect([name, filter, selected(filter, file, true).numbers]).toEqual([
          name,
          filter,
          selected(filter, file, false).numbers,
        ]);
      }
  }, 60_000);
});
