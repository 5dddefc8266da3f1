import { expect, test } from "bun:test";
import { duplexPair } from "node:stream";
import { DuplexStream } from "./stream.ts";

const here = { address: "192.168.1.101", port: 50_000 };
const there = { address: "192.168.1.20", port: 1883 };

/** Two ends of a connection in memory. */
function pair() {
  const [left, right] = duplexPair({ allowHalfOpen: true });
  return { left: new DuplexStream(left, here, there), right: new DuplexStream(right, there, here) };
}

test("octets that are written are read at the other end, as plain Uint8Arrays", async () => {
  const { left, right } = pair();
  await left.write(Uint8Array.of(1, 2, 3));
  const octets = await right.read();
  expect(octets?.constructor).toBe(Uint8Array);
  expect(octets).toEqual(Uint8Array.of(1, 2, 3));
});

test("a read without news gives up, and the next one still gets what comes", async () => {
  const { left, right } = pair();
  expect(await right.read(1)).toBeUndefined();
  expect(await right.read(0)).toBeUndefined();
  expect(right.ended).toBe(false);
  await left.write(Uint8Array.of(1));
  expect(await right.read()).toEqual(Uint8Array.of(1));
});

test("the end is told once all has been read", async () => {
  const { left, right } = pair();
  void left.write(Uint8Array.of(1));
  left.duplex.end();
  expect(await right.read()).toEqual(Uint8Array.of(1));
  expect(await right.read()).toBeUndefined();
  expect(right.ended).toBe(true);
});

test("nothing is taken from the Duplex before the first read: TLS may be laid over it", async () => {
  const { left, right } = pair();
  await left.write(Uint8Array.of(1));
  expect(right.duplex.readableFlowing).toBeNull();
  expect(right.duplex.listenerCount("readable") + right.duplex.listenerCount("data")).toBe(0);
});

test("closing waits for the other end to close, and drops what it still says", async () => {
  const { left, right } = pair();
  const closing = left.close();
  expect(await right.read()).toBeUndefined();
  await right.write(Uint8Array.of(1));
  await right.close();
  await closing;
  expect(left.duplex.destroyed && right.duplex.destroyed).toBe(true);
});

test("closing wakes a reader who waits at the same end", async () => {
  const { left, right } = pair();
  const waiting = left.read();
  await Promise.all([left.close(), right.close()]);
  expect(await waiting).toBeUndefined();
});

test("a failure ends the stream for its reader, and a writer is Refused with the reason", async () => {
  const { left } = pair();
  const waiting = left.read();
  left.duplex.destroy(new Error("reset by the peer"));
  expect(await waiting).toBeUndefined();
  expect(left.ended).toBe(true);
  await expect(left.write(Uint8Array.of(1))).rejects.toMatchObject({
    name: "Refused",
    message: "the connection with 192.168.1.20:1883 is gone: reset by the peer",
  });
});
