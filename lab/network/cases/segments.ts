// Cases of several segments with a router between them.
import { expect } from "bun:test";
import type { Host } from "../contract.ts";
import { heard, type NetworkCase, result, start } from "./case.ts";

const home = { segment: "LAN", configuration: { address: "192.168.1.1", prefix: 24 } };
const uplink = {
  segment: "WAN",
  mac: "02:00:00:00:ff:01",
  configuration: { address: "203.0.113.10", prefix: 0 },
};

export const segmentCases: readonly NetworkCase[] = [
  {
    name: "a router forwards to its uplink's segment under its own address, and the answer finds its way back",
    needs: "segments",
    async run(open) {
      await using network = await open();
      const far = { address: "198.51.100.7", prefix: 0 };
      const server = await start(network, "server", { segment: "WAN", configuration: far }, async host => {
        const datagrams = await host.datagrams({ port: 7 });
        host.tell({ kind: "ready" });
        const datagram = await datagrams.receive(2000);
        if (datagram) await datagrams.send(datagram.octets, datagram.from);
        return datagram?.from.address;
      });
      await heard(server, "ready");
      const router = await start(network, "router", { ...home, uplink }, async host => {
        host.tell({ kind: "ready" });
        await new Promise(resolve => host.stopping.addEventListener("abort", resolve));
      });
      await heard(router, "ready");
      const inside = { address: "192.168.1.101", prefix: 24, gateway: "192.168.1.1" };
      const board = await start(network, "board", { segment: "LAN", configuration: inside }, async host => {
        const datagrams = await host.datagrams();
        await datagrams.send(Uint8Array.of(42), { address: "198.51.100.7", port: 7 });
        const answer = await datagrams.receive(2000);
        return answer && [answer.from.address, ...answer.octets];
      });
      expect(await result(board)).toEqual(["198.51.100.7", 42]);
      expect(await result(server)).toBe("203.0.113.10");
    },
  },
  {
    name: "hosts of different segments don't hear each other",
    needs: "segments",
    async run(open) {
      await using network = await open();
      const listening = await start(network, "a", { segment: "WAN" }, async host => {
        const link = await host.link();
        host.tell({ kind: "ready" });
        return (await link.receive(2000))?.at(-1);
      });
      await heard(listening, "ready");
      const broadcast = async (host: Host, octet: number) => {
        const link = await host.link();
        const everybody = Array<number>(6).fill(0xff);
        await link.send(Uint8Array.of(...everybody, ...link.mac, 0x88, 0xb5, octet));
      };
      await (await start(network, "b", { segment: "LAN", given: 1 }, broadcast)).done;
      await (await start(network, "c", { segment: "WAN", given: 2 }, broadcast)).done;
      expect(await result(listening)).toBe(2);
    },
  },
];
