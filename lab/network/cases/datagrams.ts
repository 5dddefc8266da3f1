// Cases of UDP.
import { expect } from "bun:test";
import { echo, heard, type NetworkCase, result, start } from "./case.ts";

export const datagramCases: readonly NetworkCase[] = [
  {
    name: "a datagram comes back from the host that it was sent to, whole and with that host's address",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        await datagrams.send(Uint8Array.of(1, 2, 3), { address: "192.168.1.20", port: 7 });
        const answer = await datagrams.receive(2000);
        return { octets: answer && [...answer.octets], from: answer?.from, local: datagrams.local.port > 0 };
      });
      const from = { address: "192.168.1.20", port: 7 };
      expect(await result(board)).toEqual({ octets: [1, 2, 3], from, local: true });
    },
  },
  {
    name: "datagrams arrive in order, from none to the largest that fits a frame",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        const sizes: (number | undefined)[] = [];
        for (const size of [0, 1, 17, 512, 1471, 1472]) {
          await datagrams.send(new Uint8Array(size), { address: "192.168.1.20", port: 7 });
          sizes.push((await datagrams.receive(2000))?.octets.length);
        }
        return sizes;
      });
      expect(await result(board)).toEqual([0, 1, 17, 512, 1471, 1472]);
    },
  },
  {
    name: "a broadcast of a host without address reaches every other host, and its reply comes back as a broadcast",
    async run(open) {
      await using network = await open();
      const servers = await Promise.all(
        ["router", "other"].map((name, i) =>
          start(network, name, { address: i + 1 }, async host => {
            const datagrams = await host.datagrams({ port: 67, broadcast: true });
            host.tell({ kind: "ready" });
            const asked = await datagrams.receive(2000);
            await datagrams.send(Uint8Array.of(2), { address: "255.255.255.255", port: 68 });
            return { octets: asked && [...asked.octets], from: asked?.from };
          }),
        ),
      );
      await Promise.all(servers.map(server => heard(server, "ready")));
      const board = await start(network, "board", {}, async host => {
        const datagrams = await host.datagrams({ port: 68, broadcast: true });
        await datagrams.send(Uint8Array.of(1), { address: "255.255.255.255", port: 67 });
        const from = [await datagrams.receive(2000), await datagrams.receive(2000)];
        return from.map(datagram => datagram?.from.address).sort();
      });
      expect(await result(board)).toEqual(["192.168.1.1", "192.168.1.2"]);
      for (const server of servers)
        expect(await result(server)).toEqual({ octets: [1], from: { address: "0.0.0.0", port: 68 } });
    },
  },
  {
    name: "a datagram for a port where nobody listens is lost, and the socket it came from lives on",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        await datagrams.send(Uint8Array.of(1), { address: "192.168.1.20", port: 9999 });
        const nothing = await datagrams.receive(50);
        await datagrams.send(Uint8Array.of(2), { address: "192.168.1.20", port: 7 });
        return [nothing === undefined, (await datagrams.receive(2000))?.octets[0]];
      });
      expect(await result(board)).toEqual([true, 2]);
    },
  },
  {
    name: "who speaks with one server is told at once where nothing listens",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams({ server: "192.168.1.20" });
        await datagrams.send(Uint8Array.of(1), { address: "192.168.1.20", port: 7 });
        const answer = await datagrams.receive(2000);
        await datagrams.send(Uint8Array.of(2), { address: "192.168.1.20", port: 9999 });
        const refusal = await datagrams.receive(2000).catch(error => `${error.name}: ${error.message}`);
        return [answer?.octets[0], refusal];
      });
      const refused = "Refused: UDP 192.168.1.20 port 9999: refused, nothing listens there";
      expect(await result(board)).toEqual([1, refused]);
    },
  },
  {
    name: "receive gives up when its time is over, at once when it has none, and when the socket is closed",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams({ port: 1000 });
        const none = [await datagrams.receive(5), await datagrams.receive(0)];
        const waiting = datagrams.receive();
        datagrams.close();
        return [...none, await waiting, await datagrams.receive()].map(datagram => datagram === undefined);
      });
      expect(await result(board)).toEqual([true, true, true, true]);
    },
  },
  {
    name: "every host has all ports; a port that is taken on the same host is Refused, and free again once closed",
    async run(open) {
      await using network = await open();
      const hosts = await Promise.all(
        [1, 2].map(number =>
          start(network, `host ${number}`, { address: number }, async host => {
            const datagrams = await host.datagrams({ port: 53 });
            const refusal = await host.datagrams({ port: 53 }).catch(error => error.name);
            datagrams.close();
            const again = await host.datagrams({ port: 53 });
            return [datagrams.local.port, refusal, again.local.port];
          }),
        ),
      );
      for (const host of hosts) expect(await result(host)).toEqual([53, "Refused", 53]);
    },
  },
];
