// How MQTT shows in a packet list, and how its packets are cut from a stream.
import { describe, expect, test } from "bun:test";
import { Malformed, Reader } from "../wire/index.ts";
import { frame, mqtt, summary } from "./decoder.ts";
import { packet } from "./format.ts";

const read = (hex: string, version: number) => packet.decode(Uint8Array.fromHex(hex), { version });

// Each line as tshark 4.0 shows it.
test.each([
  ["100f00044d515454050200000000026162", 5, "Connect Command"],
  ["200c00000922000a13ffff210014", 5, "Connect Ack"],
  ["820d0001000003612f620000016201", 5, "Subscribe Request (id=1) [a/b] [b]"],
  ["90050001000001", 5, "Subscribe Ack (id=1)"],
  ["3006000161006869", 5, "Publish Message [a]"],
  ["32080001610005006869", 5, "Publish Message (id=5) [a]"],
  ["40020005", 5, "Publish Ack (id=5)"],
  ["50020006", 5, "Publish Received (id=6)"],
  ["62020006", 5, "Publish Release (id=6)"],
  ["70020006", 5, "Publish Complete (id=6)"],
  ["a2080003000161000162", 4, "Unsubscribe Request (id=3)"],
  ["b0020003", 4, "Unsubscribe Ack (id=3)"],
  ["c000", 4, "Ping Request"],
  ["d000", 4, "Ping Response"],
  ["e00181", 5, "Disconnect Req"],
  ["f000", 5, "Authentication Exchange"],
])("%s: %p %s", (hex, version, expected) => {
  expect(summary(read(hex, version))).toBe(expected);
});

test("a topic can't move the cursor of who lists it", () => {
  expect(summary(read("300600041b5b324a", 4))).toBe("Publish Message [\\x1b[2J]");
});

describe("framing", () => {
  const sizeOf = (hex: string) => frame(Reader.over(Uint8Array.fromHex(hex)));

  test("waits for the length, and not for the packet", () => {
    expect(sizeOf("30")).toBeUndefined();
    expect(sizeOf("3080")).toBeUndefined();
    expect(sizeOf("308001")).toBe(131);
    expect(sizeOf("c000d000")).toBe(2);
    expect(sizeOf("30ffffff7f")).toBe(268_435_460);
  });

  test("stays within the reader's octets", () => {
    const octets = Uint8Array.fromHex("aaaa3002bbbb");
    const view = new DataView(octets.buffer);
    expect(frame(new Reader(view, 2, 4))).toBe(4);
    expect(frame(new Reader(view, 2, 3))).toBeUndefined();
  });

  test("refuses a length of five octets", () => {
    expect(() => sizeOf("30ffffffff01")).toThrow(Malformed);
  });
});

test("the version of CONNECT is that of what follows, and the state before is left as it was", () => {
  const before = mqtt.state!({} as never);
  expect(before).toEqual({ version: 4 });
  const after = mqtt.after!(read("100f00044d515454050200000000026162", 4), before, 0);
  expect([before, after]).toEqual([{ version: 4 }, { version: 5 }]);
  expect(mqtt.after!(read("c000", 5), after, 0)).toBe(after);
});
