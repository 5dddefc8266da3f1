// Every field of every vector has a sentence, its own or that of what it is part of; and no sentence is for nothing.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Explanations } from "../packet/analysis.ts";
import { type Field, Reader } from "../wire/index.ts";
import { type CodecOf, vectorsIn } from "../wire/vectors.ts";
import { explain as explainCertificates } from "../x509/explain.ts";
import { codecOf as certificateOf } from "../x509/vectors/codecs.ts";
import { explain } from "./explain.ts";
import { codecOf } from "./vectors/codecs.ts";

/** The paths of all fields, with `*` for places in a list; extensions keep their type. */
function paths(field: Field, path = ""): string[] {
  const inner = (field.fields ?? []).flatMap(each => {
    const place = /^\d+$/.test(each.key) && !path.endsWith("body.extensions") ? "*" : each.key;
    return paths(each, path === "" ? place : `${path}.${place}`);
  });
  return [path, ...inner];
}

/** The path, or the nearest part around it, that has a sentence. */
function explained(explanations: Explanations, path: string): string | undefined {
  for (let at = path; at !== ""; at = at.includes(".") ? at.slice(0, at.lastIndexOf(".")) : "")
    if (explanations[at]) return at;
  return undefined;
}

const seenIn = (folder: string, of: CodecOf, wanted: (format: string | undefined) => boolean): string[] =>
  vectorsIn(join(import.meta.dir, folder))
    .filter(({ about }) => !about.malformed && wanted(about.format))
    .flatMap(vector => {
      const { codec, state } = of(vector);
      return paths(codec.dissect(Reader.over(vector.octets, state), ""));
    })
    .filter(Boolean);

/** What has sentences beside certificates, of some fields. */
const besideCertificates = seenIn(
  "../x509/vectors",
  certificateOf,
  format => format === "certificate list" || format === "certification request",
);

for (const [name, explanations, seen] of [
  ["TLS", explain, seenIn("vectors", codecOf, () => true)],
  [
    "certificates",
    explainCertificates,
    seenIn("../x509/vectors", certificateOf, format => format === undefined),
  ],
] as const)
  describe(name, () => {
    test("every field is explained", () => {
      const known = [...new Set(seen)];
      const leaves = known.filter(path => !known.some(other => other.startsWith(`${path}.`)));
      expect(leaves.filter(path => !explained(explanations, path))).toEqual([]);
    });

    test("every sentence explains a field of some vector", () => {
      const certificatePart = /^body\.certificates\.\*\./;
      const known = new Set([...seen, ...besideCertificates]);
      const idle = Object.keys(explanations).filter(path => !known.has(path) && !certificatePart.test(path));
      expect(idle).toEqual([]);
    });

    test("every sentence is one or two, in both languages, with its section", () => {
      for (const { en, es, reference } of Object.values(explanations)) {
        expect(en).toMatch(/^\p{Lu}.*\.$/u);
        expect(es).toMatch(/^\p{Lu}.*\.$/u);
        expect(reference).toMatch(/^(RFC \d+|X\.690) §/);
      }
    });
  });
