// WebSocket as the broker takes it: the example of RFC 6455, frames cut anywhere, and what is against its rules.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import { upgrade } from "./websocket.ts";

const request = (more = "", protocol = "mqtt") =>
  [
    "GET /mqtt HTTP/1.1",
    "Host: server.example.com",
    "Upgrade: WebSocket",
    "Connection: keep-alive, Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...(protocol ? [`Sec-WebSocket-Protocol: chat, ${protocol}`] : []),
    ...(more ? [more] : []),
    "",
    "",
  ].join("\r\n");
const octets = (text: string) => new TextEncoder().encode(text);
/** A client's frame, masked by 01020304. */
const frame = (first: number, payload: readonly number[]): number[] => [
  first,
  0x80 | payload.length,
  1,
  2,
  3,
  4,
  ...payload.map((octet, i) => octet ^ [1, 2, 3, 4][i % 4]!),
];

async function scene(piece = 1 << 20) {
  const clock = new TestClock();
  const [client, server] = streamPair(clock);
  client.passing = all =>
    Array.from({ length: Math.ceil(all.length / piece) }, (_, i) => all.subarray(i * piece, (i + 1) * piece));
  const line = upgrade(server);
  await client.write(octets(request()));
  const answer = new TextDecoder().decode(await clock.run(client.read(1000)));
  return { clock, client, line: await line, answer };
}

test("the key of the RFC's example is answered as in it, and the subprotocol is chosen", async () => {
  const { answer } = await scene();
  expect(answer).toStartWith("HTTP/1.1 101 Switching Protocols\r\n");
  expect(answer).toContain("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
  expect(answer).toContain("\r\nSec-WebSocket-Protocol: mqtt\r\n");
});

test("payloads come out whole, though frames come octet by octet, in fragments, with pings between", async () => {
  for (const piece of [1, 2, 3, 7, 1000]) {
    const { clock, client, line } = await scene(piece);
    await client.write(
      Uint8Array.from([
        ...frame(0x02, [1, 2, 3]),
        ...frame(0x89, [9]),
        ...frame(0x80, [4, 5]),
        ...frame(0x82, []),
      ]),
    );
    const heard: number[] = [];
    while (heard.length < 5) heard.push(...(await clock.run(line.read(100)))!);
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect((await clock.run(client.read(100)))?.toHex()).toBe("8a0109");
  }
});

test("what is written goes out in binary frames of every size", async () => {
  const { clock, client, line } = await scene();
  for (const [size, head] of [
    [125, "827d"],
    [126, "827e007e"],
    [65_536, "827f0000000000010000"],
  ] as const) {
    await line.write(new Uint8Array(size));
    const sent = (await clock.run(client.read(100)))!;
    expect(sent.subarray(0, head.length / 2).toHex()).toBe(head);
    expect(sent.length).toBe(head.length / 2 + size);
  }
});

test.each([
  ["a frame without a mask", [0x82, 1, 0], "880203ea"],
  ["text", frame(0x81, [0x61]), "880203eb"],
  ["a continuation of nothing", frame(0x80, [1]), "880203ea"],
  ["a reserved bit", frame(0xc2, [1]), "880203ea"],
  ["a ping in fragments", frame(0x09, [1]), "880203ea"],
  ["an opcode that does not exist", frame(0x83, [1]), "880203ea"],
  ["a close", frame(0x88, [3, 0xe8]), "880203e8"],
])("%s ends it, and says why", async (_what, sent, answer) => {
  const { clock, client, line } = await scene();
  await client.write(Uint8Array.from(sent));
  expect(await clock.run(line.read(100))).toBeUndefined();
  expect(line.ended).toBe(true);
  expect((await clock.run(client.read(100)))?.toHex()).toBe(answer);
});

describe("a request is refused", () => {
  test.each([
    ["without the subprotocol", request("", "")],
    ["that is no upgrade", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["of endless headers", `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(2000)}`],
    ["that is MQTT", "\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00\r\n\r\n"],
  ])("%s", async (_what, text) => {
    const clock = new TestClock();
    const [client, server] = streamPair(clock);
    const line = upgrade(server).catch((error: Error) => error);
    await client.write(octets(text));
    expect(new TextDecoder().decode(await clock.run(client.read(1000)))).toStartWith("HTTP/1.1 400 ");
    expect(await line).toBeInstanceOf(Error);
  });

  test("that does not come", async () => {
    const clock = new TestClock();
    const [, server] = streamPair(clock);
    await expect(clock.run(upgrade(server))).rejects.toThrow("no WebSocket request came");
    expect(clock.milliseconds).toBe(10_000);
  });
});
