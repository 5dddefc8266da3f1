// The map of the modules and what stands on what, drawn from the sources.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { floorOf, imports, modulesOf, root, testsAmong } from "./imports.ts";

/** Each module before those that stand on it, the ground floor first. Scripts are programs of their own and left out. */
export async function modules(): Promise<Map<string, ReadonlySet<string>>> {
  const all = await imports();
  const tests = await testsAmong(all);
  const known = modulesOf(all.filter(({ from }) => !tests.has(from)));
  for (const module of known.keys()) if (module.startsWith("scripts")) known.delete(module);
  const heights = new Map<string, number>();
  const heightOf = (module: string): number => {
    if (!heights.has(module)) {
      heights.set(module, 0); // A circle ends here; the test of the architecture names it.
      const below = [...(known.get(module) ?? [])].filter(other => known.has(other));
      heights.set(module, Math.max(-1, ...below.map(heightOf)) + 1);
    }
    return heights.get(module)!;
  };
  const areas = ["protocols", "pki", "lab"];
  const place = (module: string) => [
    areas.indexOf(module.split("/")[0]!),
    floorOf(module),
    heightOf(module),
    module,
  ];
  const order = [...known.keys()]
    .map(place)
    .sort(inTurn)
    .map(place => place.at(-1) as string);
  return new Map(order.map(module => [module, known.get(module)!]));
}

/** The modules, a line each, with what they are for. */
export async function drawModules(): Promise<string> {
  const names = [...(await modules()).keys(), "scripts"];
  const rows = names.map(module => [short(module), purpose(module)] as const);
  return columns(rows);
}

/**
 * What stands on what, as stairs: a dot says that the module of its row imports the module at the top of its column.
 * All columns go up to a corner: no dot lies right of the stairs, for imports run one way.
 */
export async function drawDependencies(): Promise<string> {
  const all = await modules();
  const names = [...all.keys()];
  const wide = Math.max(...names.map(name => short(name).length));
  const rows = names.map((module, row) => {
    const cells = names.map((other, column) => {
      if (column === row) return "┐";
      const dot = all.get(module)!.has(other);
      if (column > row) return dot ? "●" : " ";
      return dot ? "●" : "│";
    });
    return `${short(module).padEnd(wide)}  ${cells.join(" ")}`.trimEnd();
  });
  return rows.join("\n");
}

/** By the first difference. */
function inTurn(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  const at = one.findIndex((value, i) => value !== other[i]);
  return at < 0 ? 0 : one[at]! < other[at]! ? -1 : 1;
}

const short = (module: string): string => module.replace(/^protocols\//, "");

/** What the first line of its index.ts says, of its README, or of the file that has its name; else what lies in it. */
function purpose(module: string): string {
  const path = join(root, module);
  if (module.endsWith(".ts")) return firstLine(path)!;
  const tellers = [`${path}/index.ts`, `${path}/README.md`, `${path}/${basename(module)}.ts`];
  const files = () =>
    readdirSync(path)
      .filter(file => /^[a-z-]+\.(ts|sh)$/.test(file) && file !== "index.ts")
      .map(file => file.replace(/\..*/, ""))
      .sort();
  // What the folders of the lab share has no index of its own: lab/index.ts is the program.
  const told = module === "lab" || module === "scripts" ? undefined : tellers.map(firstLine).find(Boolean);
  return told ?? files().join(", ");
}

/** What a file says of itself: its first comment, or its first paragraph. */
function firstLine(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8").split("\n");
  if (!path.endsWith(".md")) return /^\/\/ (.*)$/.exec(lines[0]!)?.[1];
  return lines.find(line => line !== "" && !/^[#<[!]/.test(line));
}

/** Two columns, the second broken to the width of a terminal. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const wide = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.flatMap(([name, text]) =>
    broken(text, 100 - wide).map((line, i) => `${(i === 0 ? name : "").padEnd(wide)}${line}`.trimEnd()),
  );
  return lines.join("\n");
}

function broken(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
