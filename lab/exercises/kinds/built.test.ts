// What a student builds is run: on vectors, apart from the lab, and not for ever.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Illegible, type Run } from "../exercise.ts";
import { built } from "./built.ts";

const place = mkdtempSync(join(tmpdir(), "lab-built-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const kind = built(() => [
  { hex: "070102", value: { one: 7, two: 258 } },
  { hex: "000000", value: { one: 0, two: 0 } },
]);
const run = {} as Run;

async function tried(source: string): Promise<string> {
  const path = join(place, "decoder.ts");
  writeFileSync(path, source);
  if (await kind.accepts!(kind.read(path, run), "", run)) return "passed";
  return (await kind.remarks!(path, "", run))!.en;
}

const head = 'import { bits, struct, u8, u16 } from "lab/wire";\nvoid [bits, u16];\n';

test("a description that decodes and encodes every vector passes, in any order of its keys, whatever it prints", async () => {
  expect(
    await tried(
      `${head}console.log('{"passed":false}'); export const option = struct({ one: u8, two: u16 });`,
    ),
  ).toBe("passed");
});

const failing: [string, string, RegExp][] = [
  [
    "too short",
    `${head}export const option = struct({ one: u8 });`,
    /^Vector 1 of 2 \(070102\) fails: 2 octets left over/,
  ],
  [
    "of other names",
    `${head}export const option = struct({ one: u8, other: u16 });`,
    /Vector 1 of 2 .*"other":258/,
  ],
  ["no module", "export const option = ;", /^It does not run: /],
  ["without a codec", "export const other = 1;", /exports no codec called "option"/],
  ["one that throws", 'throw new Error("no");', /^It does not run: no\./],
  [
    "one that says that it passed",
    `console.log('{"passed":true}'); process.exit(0);`,
    /^It does not run: it printed no result/,
  ],
  ["one that leaves at once", "process.exit(0);", /^It does not run: it printed no result/],
];
for (const [name, source, says] of failing)
  test(`${name} is refused with what came of it`, async () => {
    expect(await tried(source)).toMatch(says);
  });

test("it is told nothing of what the lab was told", async () => {
  process.env.LAB_EXERCISE_SECRET = "secret";
  const said = await tried("throw new Error(String(process.env.LAB_EXERCISE_SECRET));");
  delete process.env.LAB_EXERCISE_SECRET;
  expect(said).toBe("It does not run: undefined.");
});

test("a path that is none, and what is no file of TypeScript, can't be read", () => {
  for (const path of ["", "nowhere.ts", place, "/etc/passwd"])
    expect(() => kind.read(path, run)).toThrow(Illegible);
});
