// Units of time: every power of 10 and of 2, and offsets, exact to the nanosecond.
import { expect, test } from "bun:test";
import { peer } from "../../scripts/peers.ts";
import { type BlockDraft, captureFile } from "./format.ts";
import { described, packet, read } from "./samples.ts";
import { TimeScale } from "./time.ts";

const enhanced = packet() as Extract<BlockDraft, { type: 6 }>;

test("every power of 10 and of 2 is a unit of time, and an offset shifts it", () => {
  const day = 86_400n;
  expect(new TimeScale(0).nanoseconds(3n)).toBe(3_000_000_000n);
  expect(new TimeScale(6).nanoseconds(3n)).toBe(3_000n);
  expect(new TimeScale(9).nanoseconds(2n ** 64n - 1n)).toBe(2n ** 64n - 1n);
  expect(new TimeScale(12).nanoseconds(2_999n)).toBe(2n);
  expect(new TimeScale(127).nanoseconds(2n ** 64n - 1n)).toBe(0n);
  expect(new TimeScale(0x80).nanoseconds(3n)).toBe(3_000_000_000n);
  expect(new TimeScale(0x8a).nanoseconds(512n)).toBe(500_000_000n);
  expect(new TimeScale(0xa0).nanoseconds(2n ** 63n)).toBe(2n ** 31n * 1_000_000_000n);
  expect(new TimeScale(9, -day).nanoseconds(0n)).toBe(-day * 1_000_000_000n);
  expect(new TimeScale(6, day).nanoseconds(1n)).toBe(day * 1_000_000_000n + 1_000n);
});

test("an interface that says nothing of its time counts microseconds; one that does is taken at its word", () => {
  const interfaceOf = (...options: { code: 9; value: number }[]): BlockDraft => ({
    type: 1,
    linkType: 1,
    snapLength: 0,
    options,
  });
  const on = (number: number): BlockDraft => ({ ...enhanced, interface: number });
  const { frames } = read(
    described(interfaceOf({ code: 9, value: 0x81 }), interfaceOf({ code: 9, value: 3 }), on(0), on(1), on(2)),
  );
  expect(frames.map(({ time }) => time)).toEqual([1_000n, 500_000_000n, 1_000_000n]);
});

const tshark = peer("tshark");

test.skipIf(!tshark)("tshark reads the same times, as far as its arithmetic goes", () => {
  // Of finer units than 2^-32 s and 10^-10 s, tshark 4.0 loses the upper bits.
  const resolutions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x80, 0x81, 0x87, 0x8a, 0x94, 0x9e, 0xa0];
  const interfaces = [0n, 86_400n].flatMap(offset => resolutions.map(resolution => ({ resolution, offset })));
  const octets = captureFile.encode([
    { type: 0x0a0d0d0a, options: [] },
    ...interfaces.map(
      ({ resolution, offset }): BlockDraft => ({
        type: 1,
        linkType: 1,
        snapLength: 0,
        options: [
          { code: 9, value: resolution },
          { code: 14, value: offset },
        ],
      }),
    ),
    ...interfaces.map(({ resolution }, on): BlockDraft => {
      const second = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
      return { ...enhanced, interface: on, time: (second * 7n) / 3n + 1n };
    }),
  ]);
  const ours = read(octets).frames.map(
    ({ time }) => `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, "0")}`,
  );
  expect(ours.length).toBe(interfaces.length);
  const { stdout } = Bun.spawnSync([tshark!, "-r", "-", "-T", "fields", "-e", "frame.time_epoch"], {
    stdin: octets,
  });
  expect(ours).toEqual(String(stdout).trim().split("\n"));
});
