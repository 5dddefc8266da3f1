// The README's table of dependencies: each package has its reason, and none is there that is not used.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { root } from "./imports.ts";

test("the README gives a reason for every dependency, and for nothing else", async () => {
  const { dependencies, devDependencies } = await Bun.file(join(root, "package.json")).json();
  const readme = await Bun.file(join(root, "README.md")).text();
  const section = /^## Dependencies$([\s\S]*?)^## /m.exec(readme)![1]!;
  const named = [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
  expect(named.sort()).toEqual([...Object.keys(dependencies), ...Object.keys(devDependencies)].sort());
});
