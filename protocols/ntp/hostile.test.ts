// A hundred thousand mutants: read or refused, answered by one datagram or none, and then the server still tells the time.
import { expect, test } from "bun:test";
import type { Datagram, Datagrams } from "../endpoint/index.ts";
import { TestClock } from "../endpoint/memory.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { isTime, message, messageIn } from "./format.ts";
import { parseKeys } from "./keys.ts";
import { serve } from "./server.ts";

const vectors = vectorsIn(`${import.meta.dir}/vectors`);
const each = Math.ceil(100_000 / vectors.length);
const from = { address: "192.168.1.66", port: 40000 };

test("100 000 mutants of the vectors are read or refused", () => {
  let read = 0;
  let refused = 0;
  for (const { name, octets } of vectors)
    for (const mutant of mutants(octets, `ntp ${name}`, each)) messageIn(mutant) ? read++ : refused++;
  expect(read + refused).toBeGreaterThanOrEqual(100_000);
  expect(refused).toBeGreaterThan(1000);
});

test("a server with everything switched on answers them with one datagram or none, and goes on", async () => {
  const arrived = function* (): Generator<Datagram> {
    for (const { name, octets } of vectors)
      for (const mutant of mutants(octets, `ntp server ${name}`, each / 5))
        yield { octets: mutant, from, at: 0n };
    yield { octets: vectors.find(({ name }) => name === "client")!.octets, from, at: 0n };
  };
  const waiting = arrived();
  let requests = 0;
  const replies: Uint8Array[] = [];
  const datagrams: Datagrams = {
    local: { address: "192.168.1.20", port: 123 },
    receive: async () => {
      requests++;
      return waiting.next().value as Datagram | undefined;
    },
    send: async octets => void replies.push(octets),
    close() {},
  };
  const keys = parseKeys("1 MD5 one\n2 SHA1 two\n3 AES HEX:000102030405060708090a0b0c0d0e0f");
  await serve(datagrams, new TestClock(), { control: true, keys });
  expect(replies.length).toBeGreaterThan(1000);
  expect(replies.length).toBeLessThan(requests);
  const last = message.decode(replies.at(-1)!);
  expect(isTime(last) && last.stratum).toBe(1);
});
