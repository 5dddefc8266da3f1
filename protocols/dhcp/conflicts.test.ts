// Asking by ARP for an address: who answers, who asks for it too, and when each probe is sent.
import { expect, test } from "bun:test";
import { arp, format } from "../arp/index.ts";
import { TestClock } from "../endpoint/memory.ts";
import { ethernet } from "../ethernet/index.ts";
import { parseIpv4 } from "../ipv4/index.ts";
import { dissector, infoOf } from "../packet/index.ts";
import { briefProbe, Neighbours, probeOf } from "./conflicts.ts";
import { Cable } from "./testing/cable.ts";

const mac = Uint8Array.fromHex("00c0df24ba6b");
const other = Uint8Array.fromHex("020000000007");
const address = parseIpv4("192.168.1.101");

function lab() {
  const clock = new TestClock();
  const cable = new Cable(clock);
  return { clock, cable, neighbours: new Neighbours(cable.link(mac), clock) };
}

test("an address that nobody has is free after three probes, at RFC 5227's times", async () => {
  const { clock, cable, neighbours } = lab();
  const sent: number[] = [];
  const send = cable.frames.push.bind(cable.frames);
  cable.frames.push = (...frames) => {
    sent.push(clock.milliseconds);
    return send(...frames);
  };
  expect(await clock.run(neighbours.userOf(address, undefined, () => 0.5))).toBeUndefined();
  expect(sent).toEqual([500, 2000, 3500]);
  expect(clock.milliseconds).toBe(5500);
});

test("a probe is a question in nobody's name", () => {
  const frame = probeOf(address, mac);
  const view = new DataView(frame.buffer);
  const packet = dissector([ethernet, arp]).packet({
    ...{ number: 1, time: 0n, view, start: 0, end: frame.length, originalLength: frame.length },
    ...{ linkType: 1, interface: 0, comments: [] },
  });
  expect(infoOf(packet)).toBe("Who has 192.168.1.101? (ARP Probe)");
  expect(packet.layer({ name: "arp", format })).toMatchObject({ senderHardware: mac, senderProtocol: 0 });
});

test("the host that answers is found at once, and named", async () => {
  const { clock, cable, neighbours } = lab();
  cable.occupant(address, other);
  expect(await clock.run(neighbours.userOf(address, briefProbe))).toBe("02:00:00:00:00:07");
  expect(clock.milliseconds).toBe(0);
});

test("another host that asks for the address at the same time is a user of it too", async () => {
  const { clock, cable, neighbours } = lab();
  const rival = cable.link(other);
  clock.after(50, () => void rival.send(probeOf(address, other)));
  expect(await clock.run(neighbours.userOf(address, briefProbe))).toBe("02:00:00:00:00:07");
  expect(clock.milliseconds).toBe(50);
});

test("what is said of other addresses, or is no ARP at all, concerns nobody", async () => {
  const { clock, cable, neighbours } = lab();
  const rival = cable.link(other);
  cable.occupant(parseIpv4("192.168.1.102"), other);
  clock.after(10, () => void rival.send(probeOf(parseIpv4("192.168.1.102"), other)));
  clock.after(20, () => void rival.send(Uint8Array.of(1, 2, 3)));
  expect(await clock.run(neighbours.userOf(address, briefProbe))).toBeUndefined();
});

test("several addresses are asked for at a time", async () => {
  const { clock, cable, neighbours } = lab();
  cable.occupant(address, other);
  const free = parseIpv4("192.168.1.102");
  const both = Promise.all([address, free].map(one => neighbours.userOf(one, briefProbe)));
  expect(await clock.run(both)).toEqual(["02:00:00:00:00:07", undefined]);
  expect(clock.milliseconds).toBe(100);
});
