// Starting over inside a user namespace, as an ordinary user: the process stays the same to everyone outside.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { probe } from "./probe.ts";

const { namespaces } = await probe();
const isRoot = process.getuid?.() === 0;
/** Root becomes nobody for this; anyone else stays who he is. */
const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
const enter = JSON.stringify(join(import.meta.dir, "enter.ts"));
const probing = JSON.stringify(join(import.meta.dir, "probe.ts"));

const SCRIPT = `
  const { enter, hasEntered, machineNamespaces } = await import(${enter});
  const { probe } = await import(${probing});
  const { namespaces } = await probe();
  if (namespaces.ok && namespaces.how === "user") enter(namespaces.unshare);
  const user = process.getuid();
  const words = process.argv.slice(1);
  const read = await Bun.stdin.text();
  const outside = machineNamespaces();
  console.log(JSON.stringify({ how: namespaces.how, pid: process.pid, entered: hasEntered(), user, words, read, outside }));
  process.exit(42);
`;

function run(words: readonly string[], stdin: string) {
  const child = Bun.spawnSync([process.execPath, "-e", SCRIPT, ...words], {
    stdin: new TextEncoder().encode(stdin),
    stderr: "pipe",
    ...nobody,
  });
  return { child, said: JSON.parse(child.stdout.toString() || "null"), complaint: child.stderr.toString() };
}

const lack = namespaces.ok ? undefined : namespaces.reason;

test.skipIf(lack !== undefined)(
  `an ordinary user's process starts over with its words, its input and its exit code${lack ? ` (${lack})` : ""}`,
  () => {
    const words = ["dhcp", "--name=a b", "", "ñ"];
    const { child, said, complaint } = run(words, "typed by a person");
    expect(complaint).toBe("");
    const user = nobody.uid ?? process.getuid?.();
    expect(said).toMatchObject({ how: "root", entered: true, user, words, read: "typed by a person" });
    expect(said.pid).toBe(child.pid);
    expect(new Set(said.outside).size).toBe(2);
    expect(child.exitCode).toBe(42);
  },
);

test.skipIf(!isRoot || lack !== undefined)("root need not start over", () => {
  const child = Bun.spawnSync([process.execPath, "-e", SCRIPT], { stdin: "ignore", stderr: "pipe" });
  expect(JSON.parse(child.stdout.toString())).toMatchObject({ how: "root", entered: false, user: 0 });
});
