// Cases of foreign programs as hosts.
import { expect } from "bun:test";
import { echo, type NetworkCase, result, start } from "./case.ts";

export const daemonCases: readonly NetworkCase[] = [
  {
    name: "a foreign program runs on a host of its own; its lines, all it printed and its exit code are told",
    needs: "daemon",
    async run(open) {
      await using network = await open();
      const daemon = await network.daemon({
        name: "pc",
        command: ["sh", "-c", "echo $WORD; echo second >&2; exit 3"],
        env: { WORD: "first" },
      });
      const lines: string[] = [];
      for await (const line of daemon.lines) lines.push(line);
      expect(lines.sort()).toEqual(["first", "second"]);
      expect(daemon.output.split("\n").sort()).toEqual(["", "first", "second"]);
      expect(await daemon.exited).toBe(3);
    },
  },
  {
    name: "a foreign program is reached at its host's address",
    needs: "daemon",
    async run(open) {
      await using network = await open();
      const script =
        "Bun.listen({ hostname: '0.0.0.0', port: 7, socket: { data: (s, d) => s.write(d) } }); console.log('ready')";
      const configuration = { address: "192.168.1.20", prefix: 24 };
      const command = [process.execPath, "-e", script];
      const daemon = await network.daemon({ name: "pc", configuration, command });
      for await (const line of daemon.lines) if (line === "ready") break;
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        await stream.write(Uint8Array.of(8));
        return (await stream.read(2000))?.[0];
      });
      expect(await result(board)).toBe(8);
    },
  },
  {
    name: "a foreign program is asked to stop, and ended if it doesn't",
    needs: "daemon",
    async run(open) {
      await using network = await open();
      const polite = await network.daemon({ name: "polite", command: ["sleep", "1000"] });
      await polite.stop(5000);
      expect(await polite.exited).toBe(143);
      const script = "trap '' TERM; echo ready; while :; do sleep 1; done";
      const stubborn = await network.daemon({ name: "stubborn", command: ["sh", "-c", script] });
      for await (const line of stubborn.lines) if (line === "ready") break;
      await stubborn.stop(20);
      expect(await stubborn.exited).toBe(137);
    },
  },
  {
    name: "a foreign program that is missing is refused by name, and the network lives on",
    needs: "daemon",
    async run(open) {
      await using network = await open();
      await expect(network.daemon({ name: "pc", command: ["no-such-program"] })).rejects.toThrow(
        "no-such-program",
      );
      await echo(network, "pc", 20);
    },
  },
];
