// What is on its way to a client: in order, in few writes, and never more of it than the limit.
import { expect, test } from "bun:test";
import type { Stream } from "../../endpoint/index.ts";
import { Outbox } from "./outbox.ts";

/** A stream whose writes are taken when the test says so. */
function scene(limit = 100) {
  const written: string[] = [];
  const taking: { take: () => void; fail: () => void }[] = [];
  const stream = {
    write: (octets: Uint8Array) =>
      new Promise<void>((take, fail) => {
        written.push(octets.toHex());
        taking.push({ take, fail: () => fail(new Error("gone")) });
      }),
  } as unknown as Stream;
  const settled = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const take = async () => {
    taking.shift()?.take();
    await settled();
  };
  return { outbox: new Outbox(stream, limit), written, taking, take, settled };
}
const octets = (...values: number[]) => Uint8Array.from(values);

test("what is put in one turn is one write, and what is put meanwhile the next", async () => {
  const { outbox, written, take, settled } = scene();
  outbox.put(octets(1));
  outbox.put(octets(2));
  await settled();
  outbox.put(octets(3));
  outbox.put(octets(4));
  await settled();
  expect(written).toEqual(["0102"]);
  await take();
  expect(written).toEqual(["0102", "0304"]);
});

test("what is put at any moment of an ending write is written too", async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { outbox, written, taking, settled } = scene();
    outbox.put(octets(1));
    await settled();
    taking.shift()!.take();
    for (let i = 0; i < turns; i++) await Promise.resolve();
    outbox.put(octets(2));
    await settled();
    expect(written).toEqual(["01", "02"]);
  }
});

test("a message for which there is no room is not taken, until there is", async () => {
  const { outbox, take, settled } = scene(10);
  expect(outbox.offer(new Uint8Array(8))).toBe(true);
  await settled();
  expect(outbox.offer(new Uint8Array(3))).toBe(false);
  expect(outbox.offer(new Uint8Array(2))).toBe(true);
  await take();
  expect(outbox.offer(new Uint8Array(3))).toBe(true);
});

test("room for answers is waited for", async () => {
  const { outbox, take, settled } = scene(10);
  outbox.put(new Uint8Array(6));
  let room = false;
  void outbox.room().then(() => {
    room = true;
  });
  await settled();
  expect(room).toBe(false);
  await take();
  expect(room).toBe(true);
});

test("a failed write ends it quietly, and holds nothing", async () => {
  const { outbox, written, taking, settled } = scene(10);
  outbox.put(octets(1));
  await settled();
  outbox.put(octets(2));
  taking.shift()!.fail();
  await settled();
  await outbox.empty();
  outbox.put(octets(3));
  expect(outbox.offer(new Uint8Array(10))).toBe(true);
  await settled();
  expect(written).toEqual(["01"]);
});
