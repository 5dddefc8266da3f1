// `bun lab exercise` as a person types it, from the list to the first solved exercise.
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { exercise as example } from "./example.ts";
import { exerciseOf } from "./find.ts";
import { exercises } from "./index.ts";
import { solutionOf } from "./solution.ts";
import { describeExercise } from "./testing.ts";
import { Work } from "./work.ts";

const root = resolve(import.meta.dir, "../..");
const place = mkdtempSync(join(tmpdir(), "lab-exercise-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function lab(...words: string[]): { code: number; out: string; said: string } {
  const child = Bun.spawnSync([process.execPath, "lab", ...words], {
    cwd: root,
    stdin: "ignore",
    env: { ...process.env, NO_COLOR: "1", LAB_LANG: "en" },
    timeout: 30_000,
  });
  return { code: child.exitCode, out: String(child.stdout), said: String(child.stderr) };
}

/** The command that a line of output tells to type. */
const toldIn = (out: string, verb: string): string =>
  out.match(new RegExp(`^ {2}bun lab (exercise ${verb} .*)$`, "m"))![1]!;

test("from `bun lab` alone, three commands come to a solved exercise", async () => {
  const help = lab();
  expect(help.out).toContain("bun lab exercise ");
  // 1: the list, which tells what to type.
  const list = lab("exercise", "--student", `Nobody ${place}`);
  expect(toldIn(list.out, "start")).toStartWith(`exercise start ${exercises[0]!.id}`);
  // 2: the task, which shows the packets and tells what to type.
  const folder = join(place, "first");
  const task = lab("exercise", "start", exercises[0]!.id, "-o", folder);
  expect(task.code).toBe(0);
  for (const { id } of exercises[0]!.questions) expect(task.out).toContain(` ${id}:`);
  expect(task.out).toContain("DHCP Discover");
  expect(toldIn(task.out, "check")).toContain(folder);
  // 3: the answers.
  const work = await Work.open(folder, exerciseOf);
  const answers = solutionOf(work.exercise, work.run).map(([, answer]) => answer);
  const checked = lab("exercise", "check", folder, ...answers);
  expect(checked.out).toContain("\nSolved.\n");
  expect(checked.code).toBe(0);
}, 60_000);

test("a wrong answer ends with 1 and says where to look; one that can't be read is not counted", () => {
  const folder = join(place, "wrong");
  lab("exercise", "start", "dhcp-offer", "-o", folder);
  const wrong = lab("exercise", "check", folder, "server=10.0.0.77", "why=neither", "--json");
  expect(wrong.code).toBe(1);
  const [server, why] = wrong.out
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  expect(server).toMatchObject({ question: "server", is: "wrong" });
  expect(server.says).toMatch(/packet \d+.*option 54.*RFC 2131/);
  expect(why).toMatchObject({ question: "why", is: "illegible" });
  const { attempts } = JSON.parse(readFileSync(join(folder, "progress.json"), "utf8"));
  expect(attempts).toHaveLength(1);
  expect(lab("exercise", "hint", folder).out).toStartWith("Hint 1 of 3:");
  expect(lab("exercise", "hint", folder).out).toStartWith("Hint 2 of 3:");
  expect(lab("exercise", "reset", folder).code).toBe(0);
  expect(lab("exercise", "hint", folder).out).toStartWith("Hint 1 of 3:");
  const answers = join(place, "answers.txt");
  writeFileSync(answers, "# mine\n\nserver: 10.0.0.77\n");
  expect(lab("exercise", "check", folder, "--file", answers).code).toBe(1);
  expect(lab("exercise", "check", folder).said).toContain("give the answers");
}, 90_000);

test("what is mistyped, missing or changed is said in one sentence", () => {
  const said = (...words: string[]) => {
    const { code, said } = lab("exercise", ...words);
    expect(said.trim().split("\n")).toHaveLength(1);
    return `${code} ${said}`;
  };
  expect(said("start", "dhcp-ofer")).toStartWith(
    "2 lab: there is no exercise dhcp-ofer; did you mean dhcp-offer?",
  );
  expect(said("check", "dhcp-times", "1", "--student", `Nobody ${place}`)).toContain("is not begun yet");
  expect(said("solution", "dhcp-times", "--key", join(place, "none"))).toStartWith("1 lab: ");
  expect(said("start", "--from", join(place, "none.ts"))).toStartWith("2 lab: there is no file");
  writeFileSync(join(place, "empty.ts"), "export const nothing = 1;\n");
  expect(said("lint", join(place, "empty.ts"))).toContain('exports no "exercise"');
  writeFileSync(join(place, "lacks.ts"), "export const exercise = { id: 'own-one' };\n");
  expect(said("lint", join(place, "lacks.ts"))).toContain("lacks subject, level, title");
  const folder = join(place, "broken");
  mkdirSync(folder);
  writeFileSync(join(folder, "progress.json"), "{}");
  expect(said("check", folder, "1")).toContain("was changed");
}, 90_000);

describeExercise(example);

test("an exercise of an author's own is one file: linted, begun and checked by its path", async () => {
  const file = join(import.meta.dir, "example.ts");
  expect(lab("exercise", "lint", file).out).toBe("1 exercises, nothing wrong.\n");
  const folder = join(place, "own");
  expect(lab("exercise", "start", "--from", file, "-o", folder).code).toBe(0);
  const work = await Work.open(folder, async () => example);
  const [[, answer]] = solutionOf(work.exercise, work.run) as [[unknown, string]];
  expect(lab("exercise", "check", folder, answer).said).toContain("--from example.ts");
  // A folder may name any program; only a person does.
  expect(lab("exercise", "check", folder, answer, "--from", file).out).toStartWith("✓ absent");
  expect(lab("exercise", "start", "dhcp-find", "-o", folder).said).toContain(
    "holds the task of across-visit",
  );
}, 60_000);
