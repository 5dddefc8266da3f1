// What the README shows is what the code does.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { connect } from "./client.ts";
import { summary } from "./decoder.ts";
import { packet } from "./format.ts";
import { rules } from "./rules.ts";
import { Broker } from "./server.ts";
import { referenceRun } from "./testing/reference.ts";

const readme = await Bun.file(join(import.meta.dir, "README.md")).text();

test("every rule stands in the README: as a finding, or among those that are objected to live", () => {
  const table = [...readme.matchAll(/^\| `(mqtt\.[a-z0-9-]+)` \| (\w+) \| (.*) \|$/gm)].map(
    ([, ...row]) => row,
  );
  const live = [...readme.slice(readme.indexOf("alone object")).matchAll(/`(mqtt\.[a-z-]+)`/g)].map(
    ([, id]) => id!,
  );
  const found = new Set(table.map(([id]) => id!));
  expect(live.filter(id => found.has(id))).toEqual([]);
  expect([...found, ...live].sort()).toEqual(
    Object.values(rules)
      .map(({ id }) => id as string)
      .sort(),
  );
  for (const { id, severity, says } of Object.values(rules))
    if (found.has(id)) expect(table).toContainEqual([id, severity, says.en]);
});

test("the exchange is the one that client and broker have", async () => {
  const clock = new TestClock();
  const [client, server] = streamPair(clock);
  const wire: string[] = [];
  const shown = (way: string) => (octets: Uint8Array) => {
    wire.push(
      `${way} ${String(octets.length).padStart(2)}  ${summary(packet.decode(octets, { version: 5 }))}`,
    );
    return [octets];
  };
  client.passing = shown("→");
  server.passing = shown("←");
  void new Broker(clock).accept(server, { port: 1883 });
  const session = await clock.run(connect(client, clock, { clientId: "[JORGE]", keepAlive: 0 }));
  await clock.run(referenceRun(session, 10_000));
  const lines = [...readme.matchAll(/^ {4}([→←] [ \d]\d {2}.*?)(?: {2,}.*)?$/gm)].map(([, line]) => line!);
  expect(lines).toEqual(wire);
});
