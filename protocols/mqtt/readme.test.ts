// What the README shows is what the code does.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { rules } from "./rules.ts";

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
