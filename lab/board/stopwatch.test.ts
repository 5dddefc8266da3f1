// The stopwatch around a stream: what arrives while it is held waits in the kernel, and both directions are timed.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Stream } from "../../protocols/endpoint/index.ts";
import { hostClock } from "../network/clock.ts";
import { connect, listen } from "../network/native.ts";
import { Stopwatch } from "./stopwatch.ts";

let listener: Awaited<ReturnType<typeof listen>>;
const accepted = Promise.withResolvers<Stream>();
beforeAll(async () => {
  listener = await listen(0, accepted.resolve, "127.0.0.1");
});
afterAll(() => listener.close());

test("what arrives while it is held is read after the release, and not before", async () => {
  const watch = new Stopwatch(await connect(listener.local), hostClock());
  const peer = await accepted.promise;
  const first = watch.read();
  // A socket that is read for the first time begins on the next turn.
  await Bun.sleep(1);
  watch.hold();
  await peer.write(new TextEncoder().encode("held"));
  let isThere = false;
  void first.then(() => {
    isThere = true;
  });
  // Longer by far than the way over the loopback takes.
  await Bun.sleep(20);
  expect(isThere).toBe(false);
  expect(watch.duplex.readableLength).toBe(0);

  watch.release();
  expect(new TextDecoder().decode(await first)).toBe("held");
  expect(watch.taken).toBeGreaterThan(0n);
  expect(watch.taken).toBeLessThan(20_000_000n);

  await watch.write(new Uint8Array(1000));
  expect(watch.written).toBeGreaterThan(0n);
  await Promise.all([watch.close(), peer.close()]);
});
