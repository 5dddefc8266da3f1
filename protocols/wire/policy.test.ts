// Every vector of every protocol, read and written where a page's policy forbids `new Function`: by loops.
import { expect, test } from "bun:test";
import { join } from "node:path";

const folder = join(import.meta.dir, "..");

const script = `
globalThis.Function = function () { throw new EvalError("a page's policy forbids this"); };
const { parseVector, writeVector } = await import(${JSON.stringify(join(import.meta.dir, "vector.ts"))});
let count = 0;
for await (const codecs of new Bun.Glob("*/vectors/codecs.ts").scan(${JSON.stringify(folder)})) {
  const path = ${JSON.stringify(folder)} + "/" + codecs;
  const { codecOf } = await import(path);
  for await (const file of new Bun.Glob("*.vector").scan(path.slice(0, -"/codecs.ts".length))) {
    const text = await Bun.file(path.replace("codecs.ts", file)).text();
    const vector = parseVector(file, text);
    if (writeVector(vector, codecOf) !== text) throw new Error(path + ": the tree of " + file + " differs");
    const { codec, state } = codecOf(vector);
    if (vector.about.malformed) continue;
    const written = codec.encode(codec.decode(vector.octets, state), state);
    if (!vector.about["not canonical"] && written.toHex() !== vector.octets.toHex())
      throw new Error(path + ": " + file + " is written otherwise");
    count++;
  }
}
console.log(count);
`;

test("all vectors are read and written the same without new Function", async () => {
  const run = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "pipe" });
  const [said, failed] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
  ]);
  expect(failed).toBe("");
  expect(Number(said)).toBeGreaterThan(40);
});
