// Certificates by Wireshark's names.
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Item } from "../packet/wireshark.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { certificate } from "./format.ts";
import { certificateItems, fields } from "./wireshark.ts";

const server = vectorsIn(join(import.meta.dir, "vectors")).find(({ name }) => name === "server")!.octets;
const itemsOf = (octets: Uint8Array): Item[] =>
  flat(
    certificateItems(
      { view: new DataView(octets.buffer, octets.byteOffset, octets.length) },
      0,
      octets.length,
    ),
  );
const flat = (items: readonly Item[]): Item[] => items.flatMap(item => [item, ...flat(item.items ?? [])]);
const valuesOf = (items: readonly Item[], name: string) =>
  items.flatMap(item => (item.name === name ? [item.value] : []));

test("a certificate is told as its description reads it", () => {
  const { tbsCertificate } = certificate.decode(server);
  const items = itemsOf(server);
  expect(valuesOf(items, "x509af.extension.id")).toEqual(tbsCertificate.extensions!.map(({ id }) => id));
  const named = [...tbsCertificate.issuer, ...tbsCertificate.subject].flat().map(({ type }) => type);
  // An extension may name the issuer once more.
  expect(valuesOf(items, "x509if.oid").slice(0, named.length)).toEqual(named);
  expect(valuesOf(items, "x509af.utcTime")).toHaveLength(2);
  expect(valuesOf(items, "x509af.version")).toEqual([tbsCertificate.version]);
});

test("every field that is told is defined", () => {
  const unknown = itemsOf(server).filter(
    ({ name }) => name !== "" && !name.startsWith("_ws.expert") && !(name in fields),
  );
  expect(unknown.map(({ name }) => name)).toEqual([]);
});

test("whatever is cut or damaged, every item lies in the octets that are there", () => {
  const damaged = [...mutants(server, "names", 300)];
  for (let end = 0; end < server.length; end += 11) damaged.push(server.subarray(0, end));
  for (const octets of damaged) {
    const outside = itemsOf(octets).filter(
      ({ start = 0, size = 0 }) => start < 0 || size < 0 || start + size > octets.length,
    );
    expect(outside.map(({ name }) => name)).toEqual([]);
  }
});
