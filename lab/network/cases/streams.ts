// Cases of TCP.
import { expect } from "bun:test";
import { echo, heard, type NetworkCase, result, start } from "./case.ts";

export const streamCases: readonly NetworkCase[] = [
  {
    name: "a stream carries octets both ways, and each end knows the other's address",
    async run(open) {
      await using network = await open();
      const pc = await start(network, "pc", { address: 20 }, async host => {
        const accepted = Promise.withResolvers<unknown>();
        await host.listen(1883, async stream => {
          const asked = await stream.read(2000);
          await stream.write(Uint8Array.of(...asked!, 4));
          await stream.close();
          accepted.resolve({ local: stream.local, from: stream.remote.address });
        });
        host.tell({ kind: "ready" });
        return accepted.promise;
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 1883 });
        await stream.write(Uint8Array.of(1, 2, 3));
        const answer = await stream.read(2000);
        const after = await stream.read(2000);
        const { ended, remote } = stream;
        await stream.close();
        return {
          answer: [...answer!],
          after: after === undefined,
          ended,
          remote,
          local: stream.local.address,
        };
      });
      const server = { address: "192.168.1.20", port: 1883 };
      expect(await result(board)).toEqual({
        answer: [1, 2, 3, 4],
        after: true,
        ended: true,
        remote: server,
        local: "192.168.1.101",
      });
      expect(await result(pc)).toEqual({ local: server, from: "192.168.1.101" });
    },
  },
  {
    name: "an end that has said all it has to say still hears the other",
    async run(open) {
      await using network = await open();
      const pc = await start(network, "pc", { address: 20 }, async host => {
        await host.listen(1883, async stream => {
          let count = 0;
          for (let octets = await stream.read(); octets; octets = await stream.read()) count += octets.length;
          await stream.write(Uint8Array.of(count));
          await stream.close();
        });
        host.tell({ kind: "ready" });
        await new Promise(resolve => host.stopping.addEventListener("abort", resolve));
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 1883 });
        await stream.write(Uint8Array.of(1, 2, 3));
        stream.duplex.end();
        const answer = await stream.read(2000);
        return [...(answer ?? [])];
      });
      expect(await result(board)).toEqual([3]);
    },
  },
  {
    name: "a writer that is faster than its reader waits for it, and every octet arrives",
    async run(open) {
      await using network = await open();
      const pc = await start(network, "pc", { address: 20 }, async host => {
        const accepted = Promise.withResolvers<unknown>();
        await host.listen(1883, async stream => {
          host.tell({ kind: "accepted" });
          for await (const message of host.told) if (message.kind === "read") break;
          let count = 0;
          let right = true;
          for (let octets = await stream.read(); octets; octets = await stream.read())
            for (const octet of octets) right &&= octet === (count++ & 0xff);
          await stream.close();
          accepted.resolve({ count, right });
        });
        host.tell({ kind: "ready" });
        return accepted.promise;
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 1883 });
        const block = Uint8Array.from({ length: 1 << 16 }, (_, i) => i & 0xff);
        let taken = 0;
        const writing = (async () => {
          for (; taken < 256; taken++) await stream.write(block);
        })();
        while ((await Promise.race([writing.then(() => "all"), host.clock.sleep(20)])) === undefined) {
          const before = taken;
          await host.clock.sleep(20);
          if (taken === before) break;
        }
        host.tell({ kind: "stuck", taken });
        await writing;
        await stream.close();
      });
      const stuck = await heard(board, "stuck");
      expect(stuck?.taken).toBeLessThan(256);
      pc.tell({ kind: "read" });
      expect(await result(pc)).toEqual({ count: 256 << 16, right: true });
      await board.done;
    },
  },
  {
    name: "read gives up when its time is over, and the stream lives on",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        const nothing = [await stream.read(5), await stream.read(0)].map(octets => octets === undefined);
        const { ended } = stream;
        await stream.write(Uint8Array.of(9));
        return { nothing, ended, next: (await stream.read(2000))?.[0] };
      });
      expect(await result(board)).toEqual({ nothing: [true, true], ended: false, next: 9 });
    },
  },
  {
    name: "a connection to a port where nobody listens is Refused",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host =>
        host
          .connect({ address: "192.168.1.20", port: 1883 }, 2000)
          .catch(error => [error.name, error.message]),
      );
      expect(await result(board)).toEqual(["Refused", expect.stringContaining("192.168.1.20:1883")]);
    },
  },
  {
    name: "a connection to an address that nobody has is Unanswered when its time is over",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", { address: 101 }, async host =>
        host.connect({ address: "192.168.1.99", port: 1883 }, 50).catch(error => [error.name, error.message]),
      );
      expect(await result(board)).toEqual(["Unanswered", expect.stringContaining("192.168.1.99:1883")]);
    },
  },
  {
    name: "without an address of its own, a host's connection is Refused, and says why",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", {}, async host =>
        host.connect({ address: "192.168.1.20", port: 7 }, 2000).catch(error => [error.name, error.message]),
      );
      expect(await result(board)).toEqual(["Refused", expect.stringContaining("no route")]);
    },
  },
  {
    name: "a port that is closed takes no more connections, and those that it took live on",
    async run(open) {
      await using network = await open();
      const pc = await start(network, "pc", { address: 20 }, async host => {
        const server = await host.listen(7, async stream => {
          await server.close();
          host.tell({ kind: "closed" });
          for (let octets = await stream.read(); octets; octets = await stream.read())
            await stream.write(octets);
          await stream.close();
        });
        host.tell({ kind: "ready" });
        await new Promise(resolve => host.stopping.addEventListener("abort", resolve));
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const first = await host.connect({ address: "192.168.1.20", port: 7 });
        for await (const message of host.told) if (message.kind === "go on") break;
        const second = await host
          .connect({ address: "192.168.1.20", port: 7 }, 2000)
          .catch(error => error.name);
        await first.write(Uint8Array.of(5));
        return [(await first.read(2000))?.[0], second];
      });
      await heard(pc, "closed");
      board.tell({ kind: "go on" });
      expect(await result(board)).toEqual([5, "Refused"]);
    },
  },
  {
    name: "a stream whose peer is gone ends for its reader, and a writer is Refused",
    needs: "process",
    async run(open) {
      await using network = await open();
      const pc = await start(network, "pc", { address: 20 }, async host => {
        await host.listen(7, () => process.kill(process.pid, "SIGKILL"));
        host.tell({ kind: "ready" });
        await new Promise(() => {});
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        const octets = await stream.read(2000);
        const { ended } = stream;
        let refusal: unknown;
        for (let i = 0; i < 100 && refusal === undefined; i++)
          refusal = await stream.write(Uint8Array.of(1)).then(
            () => host.clock.sleep(10),
            error => error.name,
          );
        return { octets: octets ?? "none", ended, refusal };
      });
      expect(await result(board)).toEqual({ octets: "none", ended: true, refusal: "Refused" });
      await expect(pc.done).rejects.toThrow("SIGKILL");
    },
  },
];
