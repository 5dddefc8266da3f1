// Writes the comments of vector files anew, from the trees of their octets: bun scripts/vectors.ts FILE…
import { basename, dirname, join, resolve } from "node:path";
import { type CodecOf, parseVector, writeVector } from "../protocols/wire/vector.ts";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("usage: bun scripts/vectors.ts FILE.vector…   (its folder's codecs.ts exports codecOf)");
  process.exit(2);
}
for (const file of files) {
  const codecs = join(dirname(resolve(file)), "codecs.ts");
  const { codecOf } = (await import(codecs)) as { codecOf: CodecOf };
  const text = await Bun.file(file).text();
  const annotated = writeVector(parseVector(basename(file, ".vector"), text), codecOf);
  if (annotated !== text) await Bun.write(file, annotated);
  console.log(`${annotated === text ? "as it was" : "rewritten"} ${file}`);
}
