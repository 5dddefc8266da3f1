// Which file imports which: the real graph, read from the sources.
import { dirname, join, normalize } from "node:path";

/** The project's folder. */
export const root = join(import.meta.dir, "..");

/** One import of one file. Paths count from the project's folder. */
export interface Import {
  readonly from: string;
  /** A file of the project, or a module's name as it is written: "node:fs", "valibot". */
  readonly to: string;
  /** Only types: nothing of it is there when the program runs. */
  readonly types: boolean;
}

/** The TypeScript files of the project. */
export const sources = (): string[] =>
  [...new Bun.Glob("{lab,pki,protocols,scripts}/**/*.{ts,tsx}").scanSync(root)].sort();

/** Every import of those files. */
export async function imports(files: readonly string[] = sources()): Promise<Import[]> {
  const each = await Promise.all(
    files.map(async file => importsIn(file, await Bun.file(join(root, file)).text())),
  );
  return each.flat();
}

const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };

/** Of a source file, by what it may hold: in a .tsx file angle brackets are elements. */
export const transpilerOf = (file: string): Bun.Transpiler =>
  transpilers[file.endsWith(".tsx") ? "tsx" : "ts"];

export const isSource = (file: string): boolean => /\.tsx?$/.test(file);
/** Types too, which Bun leaves out. The sources are formatted: a statement begins its line. */
const statements = /^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"([^"]+)";/gm;

export function importsIn(from: string, source: string): Import[] {
  const values = new Set(
    transpilerOf(from)
      .scanImports(source)
      .map(({ path }) => path),
  );
  const named = new Set([...source.matchAll(statements)].map(([, name]) => name!));
  return [...values.union(named)].map(name => ({ from, to: place(from, name), types: !values.has(name) }));
}

const place = (from: string, name: string): string =>
  name.startsWith(".") ? normalize(join(dirname(from), name)) : name;

/** The files that run only under `bun test`: tests, and those that they alone import and that say so in their first line. */
export async function testsAmong(all: readonly Import[]): Promise<ReadonlySet<string>> {
  const files = new Set([...all].flatMap(({ from, to }) => [from, to]).filter(isSource));
  const saying = new Set<string>();
  for (const file of files) if (await saysTest(file)) saying.add(file);
  const tests = new Set([...files].filter(file => /\.test\.tsx?$/.test(file)));
  closed(
    tests,
    all.filter(({ to }) => saying.has(to)),
  );
  return tests;
}

async function saysTest(file: string): Promise<boolean> {
  if (/\/(testing|vectors)\//.test(file)) return true;
  const source = Bun.file(join(root, file));
  return (await source.exists()) && /\btests?\b/i.test((await source.text()).split("\n", 1)[0]!);
}

/** Adds the files that no others import than those that are in already. */
export function closed(files: Set<string>, all: readonly Import[]): void {
  const importers = Map.groupBy(all, ({ to }) => to);
  for (let before = -1; before < files.size; ) {
    before = files.size;
    for (const [file, by] of importers)
      if (isSource(file) && by.every(({ from }) => files.has(from))) files.add(file);
  }
}

/**
 * The module that a file belongs to: "protocols/dns", "pki", "lab/board", "lab" for what its folders share. Two files
 * stand for themselves: the program that puts the lab together, and the one script that others import.
 */
export function moduleOf(file: string): string {
  if (file === "lab/index.ts" || file === "scripts/peers.ts") return file;
  const [first, second] = dirname(file).split("/");
  return second && first !== "scripts" ? `${first}/${second}` : first!;
}

/** Which module imports which others, types included. */
export function modulesOf(all: readonly Import[]): Map<string, Set<string>> {
  const modules = new Map<string, Set<string>>();
  for (const { from, to } of all) {
    if (!isSource(to)) continue;
    const [one, other] = [moduleOf(from), moduleOf(to)];
    for (const module of [one, other]) if (!modules.has(module)) modules.set(module, new Set());
    if (one !== other) modules.get(one)!.add(other);
  }
  return modules;
}

/** The ground floors; a module under protocols/ that neither names is an application protocol, and stands on both. */
const floors: readonly (readonly string[])[] = [
  ["wire"],
  "endpoint packet filter names ethernet link arp ipv4 ipv6 icmp udp tcp pcapng x509".split(" "),
];

/** 0: the language; 1: what all dialogues stand on; 2: the application protocols; 3: what uses them. */
export function floorOf(module: string): number {
  const [folder, name] = module.split("/");
  if (folder !== "protocols") return floors.length + 1;
  const floor = floors.findIndex(names => names.includes(name!));
  return floor < 0 ? floors.length : floor;
}
