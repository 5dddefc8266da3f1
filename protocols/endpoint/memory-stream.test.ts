// The test double of a byte stream.
import { expect, test } from "bun:test";
import { TestClock } from "./memory.ts";
import { streamPair } from "./memory-stream.ts";

const octets = (...values: number[]) => new Uint8Array(values);

test("what one end writes the other reads, then its end", async () => {
  const clock = new TestClock();
  const [client, server] = streamPair(clock);
  client.passing = all => [all.subarray(0, 1), all.subarray(1)];
  await client.write(octets(1, 2, 3));
  await client.close();
  expect(await server.read()).toEqual(octets(1));
  expect(server.ended).toBe(false);
  expect(await server.read()).toEqual(octets(2, 3));
  expect(await server.read()).toBeUndefined();
  expect(server.ended).toBe(true);
  await expect(client.write(octets(4))).rejects.toThrow("closed");
});

test("a read without octets ends after its time, and the stream has not ended", async () => {
  const clock = new TestClock();
  const [client] = streamPair(clock);
  expect(await clock.run(client.read(10_000))).toBeUndefined();
  expect(client.ended).toBe(false);
  expect(clock.milliseconds).toBe(10_000);
});

test("its duplex carries octets both ways and the end", async () => {
  const [client, server] = streamPair(new TestClock());
  const heard: number[] = [];
  server.duplex.on("data", (chunk: Uint8Array) => heard.push(...chunk));
  const over = new Promise(resolve => server.duplex.on("end", resolve));
  client.duplex.end(octets(1, 2));
  await over;
  expect(heard).toEqual([1, 2]);
});
