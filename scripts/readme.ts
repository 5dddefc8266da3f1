// Runs the commands whose output README.md, the READMEs below it and the course show, and writes it between
// `<!-- printed: NAME -->` and `<!-- /printed -->`.
//   bun scripts/readme.ts           all but the slow ones
//   bun scripts/readme.ts NAME…     these
//   bun scripts/readme.ts --check   says what differs, what differs from run to run left out (readme/masks.ts)
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probe } from "../lab/network/probe.ts";
import { root } from "./imports.ts";
import { blocksIn, documents, fenced, withBlock } from "./markers.ts";
import { type Command, commands, shown } from "./readme/commands.ts";
import { masked } from "./readme/masks.ts";

const words = process.argv.slice(2);
const check = words.includes("--check");
const names = words.filter(word => word !== "--check");
const files = documents(root);
const folder = mkdtempSync(join(tmpdir(), "readme-"));
try {
  process.exitCode = await run();
} catch (error) {
  console.error(`readme: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

async function run(): Promise<number> {
  const markdown = new Map<string, string>();
  for (const file of files) markdown.set(file, await Bun.file(join(root, file)).text());
  const blocks = [...markdown].flatMap(([file, text]) =>
    blocksIn(text, "printed").map(block => ({ ...block, file })),
  );
  const known = blocks.map(({ what }) => what);
  const unknown = [...names, ...known].find(name => !(name in commands) || !known.includes(name));
  if (unknown) {
    console.error(
      `readme: "${unknown}" is to be a marker in a README and a command in scripts/readme/commands.ts.`,
    );
    return 2;
  }
  const network = (await probe()).namespaces;
  let wrong = 0;
  for (const [name, command] of Object.entries(commands)) {
    const block = blocks.find(({ what }) => what === name);
    if (!block || (names.length > 0 && !names.includes(name))) continue;
    if (command.slow && (check || names.length === 0)) continue;
    if (command.namespaces && !network.ok) {
      console.log(`not compared: ${command.line}: ${network.reason}`);
      continue;
    }
    const text = fenced(`$ ${command.line}\n${await outputOf(command)}`);
    const { file } = block;
    if (check) wrong += same(file, block.text, text, command) ? 0 : 1;
    else {
      const before = markdown.get(file)!;
      const after = withBlock(before, "printed", name, text);
      if (after !== before) await Bun.write(join(root, file), after);
      markdown.set(file, after);
    }
  }
  if (wrong > 0) console.error("`bun scripts/readme.ts` writes them anew.");
  return wrong > 0 ? 1 : 0;
}

/** What the command prints, on either of its streams, as the README shows it. @throws if it fails */
async function outputOf({ line, parts }: Command): Promise<string> {
  const here = line.replaceAll("run.pcapng", join(folder, "run.pcapng"));
  const child = Bun.spawn(["sh", "-c", `exec 2>&1; ${here}`], {
    cwd: root,
    env: environment(),
    stdin: "ignore",
    timeout: 300_000,
  });
  const [output, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0)
    throw new Error(
      `${line} ended with ${code}; its last words:\n${output.trimEnd().split("\n").slice(-5).join("\n")}`,
    );
  return shown(output.replaceAll(join(folder, "run.pcapng"), "run.pcapng"), parts);
}

/** As on any machine: English, without colour, and without what a person has set for the lab. */
function environment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(LAB_|LC_|LANG|SSLKEYLOGFILE)/.test(name));
  return {
    ...Object.fromEntries(own),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
  };
}

function same(file: string, before: string, now: string, { line }: Command): boolean {
  const [one, other] = [masked(before).split("\n"), masked(now).split("\n")];
  const at = [...one, ""].findIndex((text, i) => text !== (other[i] ?? ""));
  if (at < 0 && one.length === other.length) return true;
  console.error(`${file} does not show what \`${line}\` prints:`);
  console.error(`  it shows   ${one[at] ?? "(nothing)"}`);
  console.error(`  now it is  ${other[at] ?? "(nothing)"}`);
  return false;
}
