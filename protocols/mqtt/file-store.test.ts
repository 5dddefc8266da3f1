// A session in a file: what survives the end of a process, however sudden, and a file that was cut anywhere.
import { afterAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { entry, readEntries } from "./client/journal.ts";
import { connect, FileStore, type Outgoing } from "./client.ts";
import { accepted, failure } from "./testing/client-scene.ts";
import { octetsOf, Scripted } from "./testing/scripted.ts";
import { Type } from "./types.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.log`);

const outgoing = (identifier: number, qos: 1 | 2 = 2): Outgoing => ({
  identifier,
  message: {
    ...{ topic: "a/ñ", payload: octetsOf(`message ${identifier}`), qos, retain: true },
    properties: {
      ...{ payloadFormatIndicator: true, messageExpiryInterval: 60, contentType: "text" },
      ...{ responseTopic: "r", correlationData: octetsOf("c"), userProperties: [["k", "v"]] as const },
    },
  },
  ...{ at: 1_600_000_000_000, released: false, sent: false },
});

/** What a store says of itself. */
const told = (store: FileStore) => ({
  outgoing: [...store.outgoing.values()].map(
    ({ identifier, released }) => `${identifier}${released ? "r" : ""}`,
  ),
  received: [...store.received],
  accepted: store.accepted,
});

function filled(path: string): FileStore {
  const store = new FileStore(path);
  for (const identifier of [1, 2, 3]) store.accept(outgoing(identifier));
  store.release(store.outgoing.get(2)!);
  store.complete(store.outgoing.get(1)!);
  store.receive(7);
  store.receive(8);
  store.forget(7);
  store.commit();
  return store;
}

/** What the next process finds if this one ends right now. */
function asAfterACrash(path: string): FileStore {
  const copy = fresh();
  copyFileSync(path, copy);
  return new FileStore(copy);
}

test("a store that is open is refused to another client, and can be had once it is closed", () => {
  const path = fresh();
  const first = new FileStore(path);
  expect(() => new FileStore(path)).toThrow(`${path} is in use by another client`);
  first.close();
  new FileStore(path).close();
});

describe("a store that is opened again", () => {
  test("has the messages, with all that goes with them, and knows how many there ever were", () => {
    const path = fresh();
    filled(path).close();
    const again = new FileStore(path);
    expect(told(again)).toEqual({ outgoing: ["2r", "3"], received: [8], accepted: 3 });
    expect(again.resumes).toBe(true);
    expect(again.outgoing.get(3)).toMatchObject({
      message: outgoing(3).message,
      at: outgoing(3).at,
      sent: true,
    });
  });

  test("has them after a third time too, and after compaction", () => {
    const path = fresh();
    filled(path).close();
    new FileStore(path).close();
    expect(told(new FileStore(path))).toEqual({ outgoing: ["2r", "3"], received: [8], accepted: 3 });
  });

  test("of what was not committed, has nothing", () => {
    const path = fresh();
    const store = filled(path);
    store.accept(outgoing(4));
    expect(told(asAfterACrash(path)).outgoing).toEqual(["2r", "3"]);
  });
});

test("its log stays small, whatever went through it", () => {
  const path = fresh();
  const store = new FileStore(path, { compactAt: 4096 });
  for (let i = 0; i < 2000; i++) {
    const one = outgoing((i % 1000) + 1);
    store.accept(one);
    store.commit();
    store.complete(one);
    store.commit();
  }
  expect(statSync(path).size).toBeLessThan(8192);
  expect(told(store)).toEqual({ outgoing: [], received: [], accepted: 2000 });
  store.close();
  expect(new FileStore(path).accepted).toBe(2000);
});

test("a log that is cut at any octet has every step before the cut, and goes on from there", () => {
  const path = fresh();
  filled(path).close();
  const whole = readFileSync(path);
  const all = readEntries(whole).steps;
  for (let size = 8; size < whole.length; size++) {
    writeFileSync(path, whole.subarray(0, size));
    const { steps } = readEntries(readFileSync(path));
    expect(steps).toEqual(all.slice(0, steps.length));
    const store = new FileStore(path);
    store.accept(outgoing(99));
    store.commit();
    store.close();
    const again = new FileStore(path);
    expect(again.outgoing.has(99)).toBe(true);
    again.close();
  }
});

test("an entry with a wrong octet ends the log", () => {
  const path = fresh();
  filled(path).close();
  const octets = readFileSync(path);
  octets[octets.length - 3]! ^= 1;
  expect(readEntries(octets).steps).toHaveLength(readEntries(readFileSync(path)).steps.length - 1);
});

test("a file that is something else is refused, and left as it is", () => {
  const path = fresh();
  writeFileSync(path, "this is my diary\n");
  expect(() => new FileStore(path)).toThrow("is no session store");
  expect(readFileSync(path, "utf8")).toBe("this is my diary\n");
  truncateSync(path, 3);
  expect(() => new FileStore(path)).toThrow("is no session store");
});

test("entries are no larger than the message and what goes with it", () => {
  expect(entry.accept(outgoing(1)).length).toBeLessThan(120);
});

test("what a session accepted is in the file before a packet tells of it", async () => {
  const clock = new TestClock();
  const [client, end] = streamPair(clock);
  const broker = new Scripted(end);
  const path = fresh();
  const opening = connect(client, clock, { clientId: "c", keepAlive: 0, store: new FileStore(path) });
  await broker.hear();
  await broker.send(accepted);
  const one = await clock.run(opening);
  const publishing = failure(one.publish({ topic: "a", payload: octetsOf("x"), qos: 2 }));
  expect((await broker.hear())?.type).toBe(Type.PUBLISH);
  expect(told(asAfterACrash(path)).outgoing).toEqual(["1"]);
  await broker.stream.close();
  await clock.run(publishing);
});
