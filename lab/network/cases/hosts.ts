// Cases of hosts: how they are told, heard, started, stopped, configured, plugged in.
import { expect } from "bun:test";
import { fileURLToPath } from "node:url";
import type { RunningHost } from "../contract.ts";
import { echo, heard, type NetworkCase, result, start } from "./case.ts";

export const hostCases: readonly NetworkCase[] = [
  {
    name: "a host hears what it is told and the lab what the host tells, in order, up to the last word",
    async run(open) {
      await using network = await open();
      const host = await start(network, "board", {}, async host => {
        for await (const message of host.told) host.tell({ kind: "heard", number: message.number });
        for (let i = 0; i < 1000; i++) host.tell({ kind: "last words", number: i, text: "x".repeat(100) });
      });
      for (let i = 0; i < 100; i++) host.tell({ kind: "number", number: i });
      for (let i = 0; i < 100; i++) expect(await heard(host, "heard")).toEqual({ kind: "heard", number: i });
      await host.stop(5000);
      const numbers: unknown[] = [];
      for await (const message of host.messages)
        if (message.kind === "last words") numbers.push(message.number);
      expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      await host.done;
    },
  },
  {
    name: "a host knows its name, its interface, its MAC address and its configuration",
    async run(open) {
      await using network = await open();
      const board = await start(
        network,
        "board",
        { address: 101, mac: "00:c0:df:24:ba:6b", given: { word: "ñandú" } },
        async (host, given: { word: string }) => [
          host.name,
          host.interface,
          [...host.mac],
          host.configuration,
          given.word,
        ],
      );
      const mac = [0x00, 0xc0, 0xdf, 0x24, 0xba, 0x6b];
      const configuration = { address: "192.168.1.101", prefix: 24 };
      expect(await result(board)).toEqual(["board", "eth0", mac, configuration, "ñandú"]);
      expect([...board.mac]).toEqual(mac);
      expect(board.port).toBe(0);
    },
  },
  {
    name: "a program that throws rejects `done` with its message, and leaves the other hosts alone",
    async run(open) {
      await using network = await open();
      const pc = await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async () => {
        throw new RangeError("no lease in 50 attempts");
      });
      const error = await board.done.catch(error => error);
      expect(error.message).toContain("board: no lease in 50 attempts");
      expect(error.cause.name).toBe("RangeError");
      await pc.stop();
      await pc.done;
    },
  },
  {
    name: "a program that is missing, or has no `run`, is refused by name",
    async run(open) {
      await using network = await open();
      const missing = network.host({ name: "board", program: "/nowhere/board.ts" });
      await expect(missing).rejects.toThrow("/nowhere/board.ts");
      const program = fileURLToPath(new URL("./case.ts", import.meta.url));
      await expect(network.host({ name: "other", program })).rejects.toThrow('exports no function "run"');
    },
  },
  {
    name: "a host that is asked to stop sees it and may finish; its messages end",
    async run(open) {
      await using network = await open();
      const host = await start(network, "board", {}, async host => {
        host.tell({ kind: "ready" });
        await host.clock.sleep(60_000, host.stopping);
        return host.stopping.aborted;
      });
      await heard(host, "ready");
      await host.stop(5000);
      expect(await result(host)).toBe(true);
      expect(await heard(host, "anything")).toBeUndefined();
    },
  },
  {
    name: "a host that doesn't stop when it is asked to is ended",
    needs: "process",
    async run(open) {
      await using network = await open();
      const host = await start(network, "board", {}, async host => {
        host.tell({ kind: "ready" });
        for (;;);
      });
      await heard(host, "ready");
      await host.stop(20);
      await expect(host.done).rejects.toThrow("did not stop");
    },
  },
  {
    name: "a host whose process is killed is reported dead, with what it printed",
    needs: "process",
    async run(open) {
      await using network = await open();
      const host = await start(network, "board", {}, async () => {
        console.log("to standard output");
        console.error("to standard error");
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => {});
      });
      const error = await host.done.catch(error => error);
      expect(error.message).toContain("board: died: ended by SIGKILL");
      expect(error.message).toContain("to standard output");
      expect(error.message).toContain("to standard error");
    },
  },
  {
    name: "a name is on the network once, and free again when its host has ended",
    async run(open) {
      await using network = await open();
      const first = await echo(network, "pc", 20);
      await expect(echo(network, "pc", 21)).rejects.toThrow("pc");
      await first.stop();
      const second = await echo(network, "pc", 20);
      expect([first.port, second.port]).toEqual([0, 1]);
    },
  },
  {
    name: "a host takes a new address and gives the old one up; without any it reaches nobody",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", {}, async host => {
        const to = { address: "192.168.1.20", port: 7 };
        const attempt = async () => {
          const datagrams = await host.datagrams();
          const outcome = await datagrams.send(Uint8Array.of(1), to).then(
            async () => ((await datagrams.receive(2000)) ? "answered" : "silence"),
            error => error.name,
          );
          datagrams.close();
          return [outcome, host.configuration?.address ?? "no address"];
        };
        const outcomes = [await attempt()];
        await host.configure({ address: "192.168.1.101", prefix: 24, gateway: "192.168.1.1" });
        outcomes.push(await attempt());
        await host.configure({ address: "192.168.1.102", prefix: 24 });
        outcomes.push(await attempt());
        await host.configure(undefined);
        outcomes.push(await attempt());
        return outcomes;
      });
      expect(await result(board)).toEqual([
        ["Refused", "no address"],
        ["answered", "192.168.1.101"],
        ["answered", "192.168.1.102"],
        ["Refused", "no address"],
      ]);
    },
  },
  {
    name: "a configuration that is none is refused, with what was expected",
    async run(open) {
      await using network = await open();
      const plan = { name: "pc", program: fileURLToPath(new URL("./program.ts", import.meta.url)) };
      const configuration = { address: "192.168.1.300", prefix: 24 };
      await expect(network.host({ ...plan, configuration })).rejects.toThrow('"192.168.1.300"');
      await expect(network.host({ ...plan, mac: "01:00:5e:00:00:01" })).rejects.toThrow(
        '"01:00:5e:00:00:01"',
      );
    },
  },
  {
    name: "a configuration whose gateway is on another network is refused, and leaves none",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", { address: 101 }, async host => {
        const configuration = { address: "192.168.1.102", prefix: 24, gateway: "10.0.0.1" };
        const refusal = await host.configure(configuration).catch(error => error.message);
        const left = host.configuration ?? "none";
        await host.configure({ address: "192.168.1.102", prefix: 24 });
        return [refusal, left, host.configuration?.address];
      });
      expect(await result(board)).toEqual([expect.stringContaining("10.0.0.1"), "none", "192.168.1.102"]);
    },
  },
  {
    name: "each host's clock is its own, and shows the machine's time until it is set",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", {}, async host => {
        const before = host.clock.now();
        host.clock.set(0n);
        return [String(before), String(host.clock.now())];
      });
      const [before, after] = (await result(board)) as [string, string];
      const other = await start(network, "pc", {}, async host => String(host.clock.now()));
      const now = BigInt(Date.now()) * 1_000_000n;
      const minute = 60_000_000_000n;
      expect(now - BigInt(before)).toBeLessThan(minute);
      expect(BigInt(after)).toBeLessThan(minute);
      expect(now - BigInt((await result(other)) as string)).toBeLessThan(minute);
    },
  },
  {
    name: "what is sent while the cable is out is lost, and what is sent when it is in again arrives",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        let sent = 0;
        for await (const { kind } of host.told) {
          if (kind !== "send") break;
          await datagrams.send(Uint8Array.of(++sent), { address: "192.168.1.20", port: 7 }).catch(() => {});
          const limit = sent === 2 ? 50 : 2000;
          host.tell({ kind: "answer", octet: (await datagrams.receive(limit))?.octets[0] });
        }
      });
      const answer = async (host: RunningHost) => {
        host.tell({ kind: "send" });
        return (await heard(host, "answer"))?.octet;
      };
      expect(await answer(board)).toBe(1);
      await network.plug("pc", false);
      expect(await answer(board)).toBeUndefined();
      await network.plug("pc", true);
      expect(await answer(board)).toBe(3);
      await expect(network.plug("nobody", true)).rejects.toThrow("nobody");
    },
  },
  {
    name: "a network that is disposed of ends its hosts, and takes no more",
    async run(open) {
      const network = await open();
      const host = await echo(network, "pc", 20);
      await network[Symbol.asyncDispose]();
      await host.done;
      expect(await heard(host, "anything")).toBeUndefined();
      await expect(echo(network, "board", 101)).rejects.toThrow("closed");
      await network[Symbol.asyncDispose]();
    },
  },
];
