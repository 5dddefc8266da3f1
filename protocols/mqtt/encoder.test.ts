// Packets that are written by what mqtt-packet wrote before are the same octets that mqtt-packet would write.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { Encoder } from "./client/encoder.ts";

const topics = ["a", "a/b", "sensor/é/😀", "x".repeat(300)];
const identifier = fc.integer({ min: 1, max: 0xffff });
const publish = fc
  .record({
    topic: fc.constantFrom(...topics),
    size: fc.oneof(fc.nat(200), fc.constantFrom(0, 113, 127, 128, 16_370, 16_384, 70_000)),
    qos: fc.constantFrom(0, 1, 2),
    retain: fc.boolean(),
    dup: fc.boolean(),
    messageId: identifier,
    type: fc.option(fc.constant("text/plain"), { nil: undefined }),
  })
  .map(({ size, type, messageId, ...rest }): Packet => {
    const about = type && { properties: { contentType: type } };
    const payload = Buffer.alloc(size, 0xa5);
    return { cmd: "publish", ...rest, payload, ...(rest.qos > 0 && { messageId }), ...about } as Packet;
  });
const acknowledgement = fc
  .record({
    cmd: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"),
    messageId: identifier,
    // Success and "Packet Identifier not found", or "Quota exceeded".
    isSuccess: fc.boolean(),
  })
  .map(
    ({ cmd, messageId, isSuccess }): Packet =>
      ({ cmd, messageId, reasonCode: isSuccess ? 0 : cmd < "pubrel" ? 0x97 : 0x92 }) as Packet,
  );

test.each([3, 4, 5])("in version %d, whatever was written before", protocolVersion => {
  fc.assert(
    fc.property(fc.array(fc.oneof(publish, acknowledgement), { maxLength: 40 }), packets => {
      const known = packets.map(
        packet => (protocolVersion < 5 ? { ...packet, properties: undefined } : packet) as Packet,
      );
      const encoder = new Encoder(protocolVersion);
      for (const packet of [...known, ...known]) encoder.add(packet);
      const written = Buffer.concat(
        [...known, ...known].map(packet => generate(packet, { protocolVersion })),
      );
      expect(encoder.take().toHex()).toBe(written.toString("hex"));
    }),
    { numRuns: 150 },
  );
});

test("more topics than are remembered are written all the same", () => {
  const encoder = new Encoder(5);
  const packets = Array.from(
    { length: 2500 },
    (_, i): Packet => ({
      ...{ cmd: "publish", topic: `t/${i % 1200}`, payload: Buffer.from(String(i)) },
      ...{ qos: 0, retain: false, dup: false },
    }),
  );
  for (const packet of packets) encoder.add(packet);
  const written = packets.map(packet => generate(packet, { protocolVersion: 5 }));
  expect(encoder.take().toHex()).toBe(Buffer.concat(written).toString("hex"));
});
