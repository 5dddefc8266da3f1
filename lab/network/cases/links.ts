// Cases of whole frames.
import { expect } from "bun:test";
import { heard, type NetworkCase, result, start } from "./case.ts";

export const linkCases: readonly NetworkCase[] = [
  {
    name: "a frame arrives at another host as it was sent, and not at its sender",
    needs: "link",
    async run(open) {
      await using network = await open();
      const listener = await start(network, "pc", {}, async host => {
        const link = await host.link();
        host.tell({ kind: "ready" });
        const frame = await link.receive(2000);
        return frame && [...frame];
      });
      await heard(listener, "ready");
      const sender = await start(network, "board", { mac: "00:c0:df:24:ba:6b" }, async host => {
        const link = await host.link();
        const broadcast = Array<number>(6).fill(0xff);
        const frame = [
          ...broadcast,
          ...link.mac,
          0x88,
          0xb5,
          ...Array.from({ length: 1500 }, (_, i) => i & 0xff),
        ];
        await link.send(Uint8Array.from(frame));
        const echoed = await link.receive(50);
        link.close();
        return { frame, echoed: echoed !== undefined, closed: (await link.receive()) === undefined };
      });
      const sent = (await result(sender)) as { frame: number[] };
      expect(sent).toMatchObject({ echoed: false, closed: true });
      expect(sent.frame.slice(6, 12)).toEqual([0x00, 0xc0, 0xdf, 0x24, 0xba, 0x6b]);
      expect(await result(listener)).toEqual(sent.frame);
    },
  },
  {
    name: "a host without address hears what is sent to its MAC address",
    needs: "link",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", { mac: "00:c0:df:24:ba:6b" }, async host => {
        const link = await host.link();
        host.tell({ kind: "ready" });
        const frame = await link.receive(2000);
        return frame?.at(-1);
      });
      await heard(board, "ready");
      const server = await start(network, "router", { address: 1 }, async host => {
        const link = await host.link();
        await link.send(Uint8Array.of(0x00, 0xc0, 0xdf, 0x24, 0xba, 0x6b, ...link.mac, 0x88, 0xb5, 42));
      });
      await server.done;
      expect(await result(board)).toBe(42);
    },
  },
];
