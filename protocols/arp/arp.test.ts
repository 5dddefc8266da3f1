// ARP: its vectors, and what the packet list says of them.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseMac } from "../ethernet/address.ts";
import { parseIpv4 } from "../ipv4/address.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { arp } from "./decoder.ts";
import { format, Operation } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);

test("says who asks for whom, and who answers", () => {
  const said = Object.fromEntries(
    vectorsIn(folder).map(({ name, octets }) => [name, arp.summary(format.decode(octets))]),
  );
  expect(said).toEqual({
    request: "Who has 192.168.1.1? Tell 192.168.1.101",
    reply: "192.168.1.1 is at 02:00:00:00:00:01",
    probe: "Who has 192.168.1.101? (ARP Probe)",
    "other-sizes": "Who has fe80000000000000000000000000000b? Tell fe80000000000000000000000000000a",
  });
});

test("a draft for Ethernet and IPv4 needs the operation and the addresses only", () => {
  const octets = format.encode({
    operation: Operation.request,
    senderHardware: parseMac("00:c0:df:24:ba:6b"),
    senderProtocol: parseIpv4("192.168.1.101"),
    targetHardware: new Uint8Array(6),
    targetProtocol: parseIpv4("192.168.1.101"),
  });
  expect(arp.summary(format.decode(octets))).toBe("ARP Announcement for 192.168.1.101");
});
