// What a server says of itself to ntpq.
import { describe, expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { type Control, control, Mode } from "./format.ts";
import { type ServerSettings, serve } from "./server.ts";

const from = { address: "192.168.1.101", port: 40000 };
const to = { address: "192.168.1.20", port: 123 };

const asking = (opcode: number, association = 0, names = "", more: Partial<Control> = {}): Uint8Array =>
  control.encode({
    flags: { leap: 0, version: 2, mode: Mode.control },
    operation: { response: 0, error: 0, more: 0, opcode },
    sequence: 77,
    status: 0,
    associationId: association,
    offset: 0,
    count: names.length,
    data: new TextEncoder().encode(names.padEnd((names.length + 3) & ~3, "\0")),
    ...more,
  });

async function answered(octets: Uint8Array, settings: ServerSettings = { control: true }) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams(from.address, from.port);
  void serve(network.datagrams(to.address, to.port), clock, settings);
  network.send(octets, from, to);
  await clock.advance(1);
  const datagram = await client.receive(0);
  if (!datagram) return undefined;
  const response = control.decode(datagram.octets);
  expect(datagram.octets.length % 4).toBe(0);
  return { ...response, text: new TextDecoder().decode(response.data.subarray(0, response.count)) };
}

describe("controlAnswer", () => {
  test("reads the variables of the system", async () => {
    const settings = { control: true, stratum: 3, reference: "10.0.0.1", leap: 1, rootDelay: 0.5 };
    const response = await answered(asking(2), settings);
    expect(response).toMatchObject({
      sequence: 77,
      operation: { response: 1, error: 0, opcode: 2 },
      status: 0x4600,
    });
    expect(response!.text).toContain("leap=1, stratum=3, precision=-20,");
    expect(response!.text).toContain("rootdelay=500.000");
    expect(response!.text).toContain("refid=10.0.0.1");
    expect(response!.text).toMatch(/clock=0xe50a[0-9a-f]{4}\.[0-9a-f]{8}/);
    expect(response!.text.length).toBeLessThan(468);
    for (const line of response!.text.split("\r\n")) expect(line.length).toBeLessThanOrEqual(72);
  });

  test("reads only those that are named", async () => {
    expect((await answered(asking(2, 0, "stratum,refid,nothing")))!.text).toBe("stratum=1, refid=LOCL\r\n");
  });

  test("has one association, the clock that it is set by", async () => {
    expect((await answered(asking(1)))!.data.toHex()).toBe("00019600");
    const { text, status } = (await answered(asking(2, 1)))!;
    expect(status).toBe(0x9600);
    expect(text).toContain("srcadr=127.127.1.0");
    expect(text).toContain("refid=LOCL");
    expect(text.length).toBeLessThan(468);
  });

  test("refuses other associations and operations", async () => {
    expect(await answered(asking(2, 2))).toMatchObject({
      operation: { response: 1, error: 1 },
      status: 0x400,
    });
    expect(await answered(asking(3))).toMatchObject({ operation: { response: 1, error: 1 }, status: 0x300 });
  });

  test("is silent to what is no request, and to all if it is not to answer", async () => {
    const answer = { operation: { response: 1, error: 0, more: 0, opcode: 2 } };
    expect(await answered(asking(2, 0, "", answer))).toBeUndefined();
    expect(await answered(asking(2), {})).toBeUndefined();
  });

  test("is paced like every answer, and kisses nobody", async () => {
    const pace = { interval: 100, burst: 1 };
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const client = network.datagrams(from.address, from.port);
    void serve(network.datagrams(to.address, to.port), clock, { control: true, pace });
    for (let i = 0; i < 3; i++) network.send(asking(2), from, to);
    await clock.advance(1);
    expect(await client.receive(0)).toBeDefined();
    expect(await client.receive(0)).toBeUndefined();
  });
});
