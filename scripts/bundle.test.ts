// Each protocol alone: bundled for a page, and run there, where there is neither Bun nor Node.js.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import type * as wire from "../protocols/wire/index.ts";
import { root } from "./imports.ts";

const folder = mkdtempSync(join(tmpdir(), "bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

const modules = [...new Bun.Glob("protocols/*/index.ts").scanSync(root)].map(index =>
  index.slice(0, -"/index.ts".length),
);

for (const module of modules.sort()) {
  describe(module, () => {
    test("is bundled for a page with nothing of Bun or Node.js in it, and runs there", async () => {
      const { program, inputs } = await bundled(module, [`export * from "${join(root, module)}/index.ts";`]);
      expect(inputs.filter(input => /^(node|bun):/.test(input))).toEqual([]);
      expect(inputs.filter(input => input.includes(".test.ts"))).toEqual([]);
      expect(Object.keys(inPage(program))).not.toEqual([]);
    });

    const vectors = vectorsOf(module);
    if (vectors.length === 0) return;
    test("reads its vectors there", async () => {
      const { program } = await bundled(`${module}-vectors`, [
        `export * from "${join(root, module)}/index.ts";`,
        `export { codecOf } from "${join(root, module)}/vectors/codecs.ts";`,
        `export { parseVector, writeVector } from "${join(root, "protocols/wire/vector.ts")}";`,
      ]);
      const page = inPage(program) as Record<"parseVector" | "writeVector" | "codecOf", CallableFunction>;
      for (const name of vectors) {
        const text = await Bun.file(join(root, module, "vectors", name)).text();
        // Its comments are what the tree says.
        expect(page.writeVector(page.parseVector(name, text), page.codecOf)).toBe(text);
      }
    });
  });
}

test("the language describes and reads there", async () => {
  const { program } = await bundled("language", [
    `export * from "${join(root, "protocols/wire/index.ts")}";`,
  ]);
  const { struct, prefixed, u8, u16, text } = inPage(program) as typeof wire;
  const format = struct({ kind: u16, said: prefixed(u8, text) });
  expect(format.decode(Uint8Array.of(1, 2, 2, 0x68, 0x69))).toEqual({ kind: 0x102, said: "hi" });
});

function vectorsOf(module: string): string[] {
  const vectors = join(root, module, "vectors");
  return existsSync(vectors) ? readdirSync(vectors).filter(file => file.endsWith(".vector")) : [];
}

async function bundled(
  name: string,
  lines: readonly string[],
): Promise<{ program: string; inputs: string[] }> {
  const [all, entry] = ["all.ts", "entry.ts"].map(file =>
    join(folder, `${name.replaceAll("/", "-")}-${file}`),
  );
  await Bun.write(all!, lines.join("\n"));
  await Bun.write(entry!, `import * as all from "${all}";\nglobalThis.bundle = all;\n`);
  const built = await Bun.build({ entrypoints: [entry!], target: "browser", format: "iife", metafile: true });
  return { program: await built.outputs[0]!.text(), inputs: Object.keys(built.metafile!.inputs) };
}

/** Runs the program as in a page: with the language and what every page has, and without Bun, process, Buffer or require. */
function inPage(program: string): object {
  const page = createContext({ TextDecoder, TextEncoder, URL, crypto });
  runInContext(program, page);
  return page.bundle;
}
