// What a student types: the list, start, check, hint, reset.
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { exit, usage } from "../failure.ts";
import { lineOf, Rows } from "../inspect/list.ts";
import { paint, printable, table } from "../terminal.ts";
import type { Language } from "../words.ts";
import { answersIn, asking } from "./answers.ts";
import { type Exercise, type Run, say, subjects } from "./exercise.ts";
import { folderOf } from "./files.ts";
import { exerciseCalled, exerciseIn, exerciseOf, nobody, type Place, placeOf } from "./find.ts";
import { exercises } from "./index.ts";
import { progressFile, readProgress, solvedIn } from "./progress.ts";
import { seedOf } from "./run.ts";
import { makeTask } from "./task.ts";
import { inLanguage, levelNames, words } from "./words.ts";
import { type Checked, reset, Work } from "./work.ts";

interface Common extends Place {
  readonly lang: Language;
  readonly json?: boolean;
  /** The file of an author's own exercise. */
  readonly from?: string;
}

/** All exercises, with what is done of each, and what to type next. */
export function list({ lang, student = nobody, json }: Common): number {
  const all = exercises.map(exercise => ({ exercise, ...stateOf(exercise, student) }));
  if (json) {
    for (const { exercise, state, solved } of all)
      console.log(
        JSON.stringify({
          ...{ id: exercise.id, subject: exercise.subject, level: exercise.level },
          ...{ title: exercise.title[lang], state, solved, questions: exercise.questions.length },
        }),
      );
    return exit.done;
  }
  for (const subject of subjects) {
    const rows = all
      .filter(({ exercise }) => exercise.subject === subject)
      .map(({ exercise, state, solved }) => [
        `  ${exercise.id}`,
        levelNames[lang][exercise.level],
        exercise.title[lang],
        { none: "", begun: `${solved}/${exercise.questions.length}`, done: paint("✓", "green") }[state],
      ]);
    if (rows.length === 0) continue;
    console.log(paint(headings[lang][subject], "bold"));
    console.log(table(["", "", "", ""], rows).split("\n").slice(1).join("\n"));
    console.log("");
  }
  tellNext(student, lang);
  return exit.done;
}

export interface StartOptions extends Common {
  readonly seed?: string;
}

/** Makes a task of one's own, or goes on with the one that is there, and shows it. */
export async function start(id: string | undefined, options: StartOptions): Promise<number> {
  const { lang, student = nobody, from, seed } = options;
  if ((id === undefined) === (from === undefined)) throw usage("give an exercise's id, or --from FILE.");
  const exercise = from === undefined ? exerciseCalled(id!) : await exerciseIn(from);
  const folder = options.folder ?? folderOf(student, exercise.id);
  const said = words[lang];
  if (existsSync(join(folder, progressFile))) {
    console.error(said.exists);
  } else {
    const task = await makeTask(exercise, {
      student,
      seed: seed === undefined ? seedOf(student, exercise.scene) : seedOf(seed, exercise.scene, "seed"),
      language: lang,
      called: calledAs(exercise, options),
      folder: shown(folder),
      from,
    });
    Work.lay(folder, task);
  }
  const work = await Work.open(folder, async () => exercise);
  if (options.json) console.log(JSON.stringify({ folder, exercise: exercise.id, student }));
  else show(work, options);
  return exit.done;
}

/** Judges answers: from the command line, from a file, or asked for one by one. Returns 1 if one of them is wrong. */
export async function check(
  word: string,
  given: readonly string[],
  options: Common & { readonly file?: string },
): Promise<number> {
  const { lang, json, file } = options;
  const work = await opened(word, options);
  const isAsked = given.length === 0 && file === undefined;
  if (isAsked && !process.stdin.isTTY)
    throw usage(
      `give the answers: bun lab exercise check ${word} ${work.exercise.questions.map(({ id }) => `${id}=…`).join(" ")}`,
    );
  let wrong = 0;
  const judged = isAsked ? asking(work, lang) : answersIn(work, given, file);
  for await (const checked of judged) {
    if (checked.verdict.is !== "right") wrong++;
    if (json)
      console.log(
        JSON.stringify({
          question: checked.question.id,
          is: checked.verdict.is,
          ...("says" in checked.verdict && { says: checked.verdict.says[lang] }),
        }),
      );
    else console.log(lineFor(checked, lang));
  }
  const { open } = work;
  const said = words[lang];
  if (!json) {
    console.log(open.length === 0 ? paint(said.solved, "green", "bold") : said.left(open.length));
    if (open.length === 0 && !work.progress.isOfClass) tellNext(work.progress.student, lang);
  }
  return wrong > 0 || (isAsked && open.length > 0) ? exit.failed : exit.done;
}

const opened = (word: string, options: Common): Promise<Work> =>
  Work.open(placeOf(word, options), progress => exerciseOf(progress, options.from));

/** The next hint. */
export async function hint(word: string, options: Common): Promise<number> {
  const work = await opened(word, options);
  const said = words[options.lang];
  const next = work.hint(options.lang);
  const of = work.exercise.hints.length;
  if (options.json) console.log(JSON.stringify(next ?? null));
  else console.log(next ? `${paint(said.hint(next.number, of), "bold")}: ${next.text}` : said.noHint);
  return next ? exit.done : exit.failed;
}

export async function again(word: string, options: Common): Promise<number> {
  const folder = placeOf(word, options);
  await reset(folder, await exerciseOf(readProgress(folder), options.from), options.lang);
  console.log(words[options.lang].reset);
  return exit.done;
}

/** The task as a student meets it: its story, the packets if they are few, the questions, and what to type. */
function show(work: Work, options: StartOptions): void {
  const { lang } = options;
  const { exercise, run, folder, solved } = work;
  const said = words[lang];
  console.log(`${paint(exercise.title[lang], "bold")}\n\n${say(exercise.story, run, lang)}\n`);
  for (const line of packetLines(run)) console.log(line);
  const capture = join(shown(folder), "capture.pcapng");
  console.log(`\n${said.look}: bun lab inspect ${capture}${run.packets.length > mostShown ? "" : " -V"}`);
  console.log(`(${said.wireshark}: wireshark ${capture})\n`);
  for (const [i, { id, asks, kind }] of exercise.questions.entries()) {
    const mark = solved.has(id) ? paint("✓", "green") : `${i + 1}.`;
    console.log(`${mark} ${paint(id, "bold")}: ${say(asks, run, lang)}`);
    for (const { key, says } of kind.options?.(run) ?? []) console.log(`     ${key}) ${says[lang]}`);
    console.log(paint(`   ${said.expected}: ${kind.expects(run)[lang]}.`, "dim"));
  }
  const called = calledAs(exercise, options);
  const places = exercise.questions.map(({ id }) => id.toUpperCase());
  console.log(`\n${said.check} (${said.interactive}):`);
  console.log(`  bun lab exercise check ${called} ${places.join(" ")}${inLanguage(lang)}`);
  console.log(`${said.stuck}:  bun lab exercise hint ${called}${inLanguage(lang)}`);
}

/** More are looked at in `inspect`. */
const mostShown = 40;

function* packetLines({ packets }: Run): Generator<string> {
  const rows = new Rows("r");
  if (packets.length <= mostShown) for (const packet of packets) yield lineOf(rows.of(packet));
}

/** How the other commands are told of a task that is begun by these options. */
function calledAs({ id }: Exercise, { student, folder, from }: StartOptions): string {
  if (from !== undefined)
    return `${shown(folder ?? folderOf(student ?? nobody, id))} --from ${shown(resolve(from))}`;
  if (folder !== undefined) return quoted(folder);
  return student === undefined ? id : `${id} --student ${quoted(student)}`;
}

/** A path as one types it here. */
function shown(folder: string): string {
  const near = relative(process.cwd(), folder) || ".";
  return quoted(near.startsWith("..") ? folder : near);
}

const quoted = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

function lineFor({ question, typed, verdict }: Checked, lang: Language): string {
  const said = words[lang];
  const shown = printable(typed.length > 60 ? `${typed.slice(0, 59)}…` : typed);
  if (verdict.is === "right") return `${paint("✓", "green")} ${question.id}: ${shown}`;
  const why = printable(verdict.says[lang]);
  if (verdict.is === "wrong") return `${paint("✗", "red")} ${question.id}: ${shown}\n    ${why}`;
  return `${paint("?", "yellow")} ${question.id} (${said.unreadable}): ${shown}\n    ${why}`;
}

function stateOf(exercise: Exercise, student: string) {
  const folder = folderOf(student, exercise.id);
  if (!existsSync(join(folder, progressFile))) return { state: "none", solved: 0 } as const;
  try {
    const solved = solvedIn(readProgress(folder)).size;
    return { state: solved >= exercise.questions.length ? "done" : "begun", solved } as const;
  } catch {
    return { state: "begun", solved: 0 } as const;
  }
}

/** What to type next: what is begun, or else what is not. */
function tellNext(student: string, lang: Language): void {
  const all = exercises.map(({ id }, i) => ({ id, ...stateOf(exercises[i]!, student) }));
  const begun = all.find(({ state }) => state === "begun");
  const next = begun ?? all.find(({ state }) => state === "none");
  if (!next) return;
  const who = student === nobody ? "" : ` --student ${quoted(student)}`;
  console.log(`${nextStep[lang][begun ? "begun" : "none"]}:`);
  console.log(`  bun lab exercise ${begun ? "check" : "start"} ${next.id}${who}${inLanguage(lang)}`);
}

const nextStep = {
  en: { begun: "Go on here", none: "Begin here" },
  es: { begun: "Sigue por aquí", none: "Empieza por aquí" },
} as const;

const headings = {
  en: {
    dhcp: "1 DHCP: an address",
    dns: "2 DNS: a name",
    ntp: "3 NTP: the time",
    tls: "4 TLS: a secret",
    mqtt: "5 MQTT: a message",
    across: "6 The whole",
  },
  es: {
    dhcp: "1 DHCP: una dirección",
    dns: "2 DNS: un nombre",
    ntp: "3 NTP: la hora",
    tls: "4 TLS: un secreto",
    mqtt: "5 MQTT: un mensaje",
    across: "6 El conjunto",
  },
} as const;
