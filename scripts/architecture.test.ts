// The architecture, held against the imports as they stand: they run one way, and what a page runs touches no system.
import { expect, test } from "bun:test";
import { basename, join } from "node:path";
import {
  closed,
  floorOf,
  type Import,
  imports,
  importsIn,
  isSource,
  moduleOf,
  modulesOf,
  root,
  sources,
  testsAmong,
  transpilerOf,
} from "./imports.ts";

/** By file name: what speaks with the system. What only these import may do so too. */
const systemNames = new Set(["client.ts", "server.ts", "native.ts"]);
/** By path, each with its reason. */
const systemFiles: Readonly<Record<string, string>> = {
  "protocols/mqtt/broker/database.ts":
    "keeps sessions in bun:sqlite; a broker without it holds them in memory",
  "protocols/pcapng/file.ts": "maps capture files and reads pipes",
  "protocols/x509/path.ts": "checks signatures with node:crypto; a page shows certificates and trusts none",
  "protocols/x509/issued.ts": "makes certificates with node:crypto, for tests and for scripts/fuzz.ts",
  "protocols/tls/recording.ts": "records conversations of node:tls, for tests and for scripts/fuzz.ts",
  "protocols/tls/frames.ts": "puts those into frames and captures",
  "protocols/wire/vectors.ts": "reads vectors from disk, for tests and for scripts/fuzz.ts",
};

const everything = await imports();
const tests = await testsAmong(everything);
const graph = everything.filter(({ from }) => !tests.has(from));
const inside = graph.filter(({ to }) => isSource(to));
const values = inside.filter(({ types }) => !types);

/** The files under protocols/ that use what a page does not have, tests left out, each with what it uses. */
const system = new Map<string, readonly string[]>();
for (const file of sources().filter(isProtocols)) {
  const words = tests.has(file) ? [] : await systemWordsIn(file);
  if (words.length > 0) system.set(file, words);
}

const told = ({ from, to }: Import) => `${from} imports ${to}`;

function isProtocols(file: string): boolean {
  return file.startsWith("protocols/");
}

test("the imports that are read here are those that Bun follows, and those of types", async () => {
  expect(graph.length).toBeGreaterThan(100);
  const source = [
    '// import a from "./a.ts";',
    'import type { B } from "./b.ts";',
    'import {\n  c,\n} from "./c.ts";',
    'export type * from "./d.ts";',
    'export * from "./e.ts";',
    'import "./f.ts";',
    'const g = await import("./g.ts");',
    "console.log(c, g, 'import h from \"./h.ts\"')",
  ].join("\n");
  const found = importsIn("protocols/dns/format.ts", source);
  const name = (types: boolean) =>
    found.filter(one => one.types === types).map(({ to }) => basename(to, ".ts"));
  expect(name(true).sort()).toEqual(["b", "d"]);
  expect(name(false).sort()).toEqual(["c", "e", "f", "g"]);
  expect(found[0]!.to).toStartWith("protocols/dns/");
});

test("nothing under protocols/ imports the lab, the authority or the scripts", () => {
  const bad = inside.filter(({ from, to }) => isProtocols(from) && !isProtocols(to));
  expect(bad.map(told)).toEqual([]);
});

test("the authority stands on protocols/x509, not on the lab", () => {
  const bad = inside.filter(
    ({ from, to }) =>
      moduleOf(from) === "pki" && !(moduleOf(to) === "pki" || (isProtocols(to) && floorOf(moduleOf(to)) < 2)),
  );
  expect(bad.map(told)).toEqual([]);
});

test("the lab imports no script but the list of real programs", () => {
  const bad = inside.filter(
    ({ from, to }) => !from.startsWith("scripts/") && to.startsWith("scripts/") && to !== "scripts/peers.ts",
  );
  expect(bad.map(told)).toEqual([]);
});

test("no module under protocols/ imports one of a floor above, and no application protocol imports another", () => {
  const bad = inside.filter(({ from, to }) => {
    if (!isProtocols(from) || !isProtocols(to) || moduleOf(from) === moduleOf(to)) return false;
    return (
      floorOf(moduleOf(to)) > floorOf(moduleOf(from)) ||
      (floorOf(moduleOf(from)) !== 1 && floorOf(moduleOf(to)) === floorOf(moduleOf(from)))
    );
  });
  expect(bad.map(told)).toEqual([]);
});

test("no modules import one another in a circle", () => {
  expect(circleIn(modulesOf(graph))).toEqual([]);
});

test("only what speaks with the system uses what a page does not have", () => {
  const may = mayUseSystem();
  const bad = [...system].filter(([file]) => !may.has(file));
  expect(bad.map(([file, words]) => `${file} uses ${words.join(", ")}`)).toEqual([]);
});

test("no index.ts reaches a file that uses what a page does not have", () => {
  const indices = sources().filter(file => isProtocols(file) && basename(file) === "index.ts");
  const bad = indices.flatMap(index =>
    [...reachedFrom(index)].filter(file => system.has(file)).map(file => `${index} reaches ${file}`),
  );
  expect(bad).toEqual([]);
});

test("every file that may use the system for a reason of its own does so", () => {
  expect(Object.keys(systemFiles).filter(file => !system.has(file))).toEqual([]);
});

/** The files that may use the system: those named above, and those that have no other importers than such. */
function mayUseSystem(): ReadonlySet<string> {
  const may = new Set(
    sources().filter(file => isProtocols(file) && (systemNames.has(basename(file)) || file in systemFiles)),
  );
  closed(
    may,
    values.filter(({ from }) => isProtocols(from)),
  );
  return may;
}

function reachedFrom(file: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const { from, to } of values) if (from === file) reachedFrom(to, reached);
  return reached;
}

/** What a file uses that a page does not have. Bun prints it without its types and comments; strings are left out here. */
async function systemWordsIn(file: string): Promise<string[]> {
  const source = await Bun.file(join(root, file)).text();
  const program = transpilerOf(file).transformSync(source);
  const bare = program.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const words = bare.matchAll(/(?<![\w$.#])(?:Bun|process|Buffer|require|__dirname|__filename)(?=[.([])/g);
  const modules = transpilerOf(file)
    .scanImports(source)
    .map(({ path }) => path);
  return [...new Set([...modules.filter(path => /^(node|bun)(:|$)/.test(path)), ...[...words].map(String)])];
}

/** The first circle that is found, as the way around it; none: empty. */
function circleIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at];
    if (done.has(at)) return [];
    for (const to of edges.get(at) ?? []) {
      const circle = walk(to, [...way, at]);
      if (circle.length > 0) return circle;
    }
    done.add(at);
    return [];
  };
  for (const from of edges.keys()) {
    const circle = walk(from, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
