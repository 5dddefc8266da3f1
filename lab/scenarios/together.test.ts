// Several boards on one network: test mode beside normal mode, ten at once, a hundred at once.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import type { BoardResult } from "../runs/boards.ts";
import { lines, objectsOf, tsharkObjections } from "./lab.ts";

const tshark = peer("tshark");
const { namespaces } = await probe();
const folder = mkdtempSync(join(tmpdir(), "together-"));
afterAll(() => rmSync(folder, { recursive: true }));
type Objects = Record<string, unknown>[];

const play = (name: string, ...words: string[]): Promise<Objects> =>
  objectsOf(["-w", join(folder, `${name}.pcapng`), "-o", folder, ...words]);
const boardsOf = (objects: Objects) =>
  objects.find(one => one.kind === "boards")!.boards as readonly BoardResult[];

for (const network of [...(namespaces.ok ? ["namespaces"] : []), "relay"])
  describe(`NUCLEO in normal mode beside DISCO in test mode, by ${network}`, () => {
    let objects: Objects;
    const cycles = 3;
    // More than a segment holds: the message is split.
    const size = 1600;
    beforeAll(async () => {
      const set = [`disco.test.cycles=${cycles}`, `disco.test.size=${size}`].flatMap(one => ["--set", one]);
      objects = await play(network, "--network", network, "--board", "nucleo,disco", ...set);
    }, 30_000);

    test("receives what it sent, octet for octet, and tells the times of each cycle, the averages, and the sum", () => {
      const told = objects.filter(one => one.event === "cycle");
      expect(told.map(one => one.cycle)).toEqual([1, 2, 3]);
      let [write, read] = [0, 0];
      for (const one of told) {
        expect(one).toMatchObject({ equal: true, octets: size });
        write += one.write as number;
        read += one.read as number;
        expect(one.averageWrite).toBeCloseTo(write / (one.cycle as number), 6);
        expect(one.averageRead).toBeCloseTo(read / (one.cycle as number), 6);
        expect(Math.min(one.write as number, one.read as number)).toBeGreaterThan(0);
      }
      expect(objects.find(one => one.event === "tested")).toMatchObject({
        connection: "mutual",
        broker: "JORGE-PC",
        port: 8884,
        size,
        cycles,
        averageWrite: write / cycles,
        averageRead: read / cycles,
        unequal: 0,
      });
    });

    test("has a lease, a session and a topic of its own; the first lease is NUCLEO's", () => {
      const [nucleo, disco] = boardsOf(objects);
      expect(nucleo).toMatchObject({
        board: "NUCLEO-H723ZG",
        mac: "00:c0:df:24:ba:6b",
        address: "192.168.1.101",
        clientId: "[JORGE]",
        received: 2,
        ok: true,
      });
      expect(disco).toMatchObject({
        board: "DISCO-F769NI",
        clientId: "[JORGE]-2",
        received: cycles,
        ok: true,
      });
      expect(disco!.address).toMatch(/^192\.168\.1\.1\d\d$/);
      expect(disco!.address).not.toBe(nucleo!.address);
      expect(disco!.cycles.length).toBe(cycles);
      const heard = objects.filter(one => one.event === "message");
      expect(heard.map(one => one.text)).toEqual(["Hola XD", "LD2OFF"]);
    });

    test("tells what no sniffer can know: LEDs, clocks and cycles, each with the packet that brought it about", () => {
      const packets = objects.filter(one => one.kind === "packet");
      const labelled = (step: string) =>
        packets.find(({ steps }) => (steps as string[]).some(one => one.includes(step)))?.label;
      expect(labelled("DISCO-F769NI: LED 2 off → LED 2 on")).toMatch(/^DHCP ACK/);
      expect(labelled("DISCO-F769NI: clock Sat 01-01-2000 - 00:00:00 → clock ")).toMatch(/^NTP .*server/);
      expect(labelled("NUCLEO-H723ZG: LED 2 on → LED 2 off")).toMatch(/^Publish Message .*TEMA_SECRETO/);
      for (let cycle = 1; cycle <= cycles; cycle++)
        expect(labelled(`DISCO-F769NI: cycle ${cycle}: sent = received, write `)).toMatch(/^Publish Message/);
      for (const host of ["NUCLEO-H723ZG", "DISCO-F769NI"])
        for (const state of ["LED 3 off → LED 3 on", "LED 1 on → LED 1 off", "accepts the chain"])
          expect(labelled(`${host}: ${state}`)).toBeDefined();
    });

    test.skipIf(!tshark)(
      "leaves a capture that tshark has no objection to, deciphered [with tshark]",
      async () => {
        const capture = join(folder, `${network}.pcapng`);
        expect(await tsharkObjections(tshark!, capture)).toEqual([]);
        const words = [
          "-d",
          "tls.port==8884,mqtt",
          "-Y",
          `mqtt.topic == "[TEMA_SECRETO]-2" && mqtt.msgtype==3`,
        ];
        const rows = await lines([tshark!, "-r", capture, ...words, "-T", "fields", "-e", "mqtt.msg"]);
        const messages = rows.flatMap(row => row.split(",")).map(hex => Buffer.from(hex, "hex").toString());
        expect(messages.length).toBe(2 * cycles);
        expect(new Set(messages).size).toBe(cycles);
        for (const message of messages) expect(message).toMatch(/^[ -~]{1600}$/);
      },
    );
  });

/** So many boards of one kind at once; returns how many messages the broker took from each. */
async function crowd(boards: number, network: string): Promise<Objects> {
  const objects = await play(`crowd-${network}`, "--network", network, "--board", `nucleo:${boards}`);
  const results = boardsOf(objects);
  expect(results.length).toBe(boards);
  for (const pick of ["board", "mac", "address", "clientId"] as const)
    expect(new Set(results.map(one => one[pick])).size).toBe(boards);

  const log = objects
    .filter(one => one.kind === "log" && one.service === "mqtt")
    .map(({ line }) => `${line}`);
  // The user name is the common name of the certificate.
  const users = log.flatMap(line => / as \[JORGE\]\S* \(.*u'(NUCLEO[^']*)'\)/.exec(line)?.[1] ?? []);
  expect(new Set(users)).toEqual(new Set(results.map(({ board }) => board)));
  for (const { clientId, published, received, ok } of results) {
    const arrived = log.filter(line => line.startsWith(`Received PUBLISH from ${clientId} `)).length;
    expect({ clientId, ok, received, arrived }).toEqual({
      clientId,
      ok: true,
      received: 2,
      arrived: published,
    });
    expect(published).toBeGreaterThanOrEqual(5);
    expect(log).toContain(`Client ${clientId} disconnected.`);
  }
  expect(objects.find(one => one.kind === "result")!.memory).toBeGreaterThan(10 * 2 ** 20);
  return objects;
}

describe("a crowd of boards", () => {
  test.skipIf(!namespaces.ok)(
    "of ten, each a process in a namespace of its own, all arrive",
    async () => {
      await crowd(10, "namespaces");
      // A process that waits for a processor acknowledges late, and the kernel sends again what had arrived.
      const late = "tcp.options.sack.dsack";
      if (tshark)
        expect(await tsharkObjections(tshark, join(folder, "crowd-namespaces.pcapng"), late)).toEqual([]);
    },
    60_000,
  );

  test("of a hundred, in one process, all arrive", async () => {
    await crowd(100, "relay");
    if (tshark) expect(await tsharkObjections(tshark, join(folder, "crowd-relay.pcapng"))).toEqual([]);
  }, 120_000);
});
