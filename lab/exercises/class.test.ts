// A class from the list of names to the marks; and folders that are not what they were.
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeClass, solution } from "./class.ts";
import { csvOf } from "./csv.ts";
import { exerciseOf } from "./find.ts";
import { grade, type Mark, marksOf } from "./grade.ts";
import { type Key, readKey } from "./key.ts";
import { Work } from "./work.ts";

const place = mkdtempSync(join(tmpdir(), "lab-class-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** `LAB_EXERCISE_CLASS=30`: a whole class. */
const size = Math.max(3, Number(process.env.LAB_EXERCISE_CLASS) || 3);
/** Six exercises on two runs. */
const sheet = "dhcp-find,dhcp-offer,dhcp-times,dns-chain,dns-ttl,dns-nothing";

async function aClass(name: string, names: readonly string[], ids = sheet) {
  const list = join(place, `${name}.csv`);
  writeFileSync(list, csvOf([["name", "group"], ...names.map(one => [one, 1])]));
  const folder = join(place, name);
  await makeClass(list, { folder, sheet: ids, lang: "en" });
  return { folder, students: join(folder, "students"), key: readKey(join(folder, "key")) };
}

const answersOf = (key: Key, student: string, exercise: string): [string, string][] =>
  Object.entries(
    key.students.find(one => one.student === student)!.tasks.find(task => task.exercise === exercise)!
      .answers,
  );

async function answer(folder: string, answers: readonly (readonly [string, string])[]): Promise<void> {
  const work = await Work.open(folder, exerciseOf);
  for (const [id, typed] of answers)
    await work.check(work.exercise.questions.find(question => question.id === id)!, typed);
}

const sumOf = (marks: readonly Mark[], student: string): [right: number, of: number] => {
  const own = marks.filter(mark => mark.student === student);
  return [own.reduce((sum, { right }) => sum + right, 0), own.reduce((sum, { of }) => sum + of, 0)];
};

test("a class is made, answers right, wrong and half, and is graded", async () => {
  const names = Array.from({ length: size }, (_, i) => `Student ${i + 1}`);
  const { students, key } = await aClass("whole", names);
  for (const [i, { student, folder, tasks }] of key.students.entries())
    for (const { exercise } of tasks) {
      const right = answersOf(key, student, exercise);
      // A neighbour's answers are the wrong ones.
      const wrong = answersOf(key, names[(i + 1) % size]!, exercise).map(([id]) => [id, "4711"] as const);
      const half = right.slice(0, 1);
      await answer(join(students, folder, exercise), [right, half, wrong][i % 3]!);
    }
  const marks = await marksOf(students, key);
  expect(marks).toHaveLength(size * 6);
  expect(marks.map(({ remark }) => remark).filter(Boolean)).toEqual([]);
  for (const [i, name] of names.entries()) {
    const [right, of] = sumOf(marks, name);
    expect(right).toBe([of, 6, 0][i % 3]!);
  }
}, 180_000);

test("no two students of a class have the same answers, and nobody's seed tells another's", async () => {
  const { key } = await aClass("neighbours", ["Ana", "Bea", "Carlos"]);
  const answers = key.students.map(({ tasks }) => JSON.stringify(tasks.map(task => task.answers)));
  expect(new Set(answers).size).toBe(3);
  const again = await aClass("another year", ["Ana"]);
  expect(again.key.students[0]!.tasks[0]!.seed).not.toBe(key.students[0]!.tasks[0]!.seed);
});

describe("what was handed in", () => {
  const made = aClass("hostile", ["Ana", "Bea", "=cmd|' /C calc'!A0"], "dhcp-offer");
  const handedIn = async (change: (folders: { ana: string; bea: string }) => unknown): Promise<Mark[]> => {
    const { students, key } = await made;
    const copy = mkdtempSync(join(place, "handed-in-"));
    cpSync(students, copy, { recursive: true });
    await change({ ana: join(copy, "ana", "dhcp-offer"), bea: join(copy, "bea", "dhcp-offer") });
    return marksOf(copy, key);
  };
  const remarkFor = (marks: readonly Mark[], student: string) =>
    marks.find(mark => mark.student === student)?.remark;
  const changed = (folder: string, change: (progress: Record<string, unknown>) => object): void => {
    const path = join(folder, "progress.json");
    writeFileSync(path, JSON.stringify({ ...change(JSON.parse(readFileSync(path, "utf8"))) }));
  };

  test("a capture that was changed does not count", async () => {
    const marks = await handedIn(({ ana }) => {
      const path = join(ana, "capture.pcapng");
      const octets = readFileSync(path);
      octets[octets.length - 9]! ^= 1;
      writeFileSync(path, octets);
    });
    expect(remarkFor(marks, "Ana")).toContain("was changed, or is somebody else's");
    expect(sumOf(marks, "Ana")[0]).toBe(0);
  });

  test("somebody else's folder under one's own name is known for what it is", async () => {
    const { key } = await made;
    const marks = await handedIn(async ({ ana, bea }) => {
      await answer(ana, answersOf(key, "Ana", "dhcp-offer"));
      rmSync(bea, { recursive: true });
      cpSync(ana, bea, { recursive: true });
      changed(bea, progress => ({ ...progress, student: "Bea" }));
    });
    expect(sumOf(marks, "Ana")[0]).toBe(2);
    expect(remarkFor(marks, "Bea")).toBe("capture.pcapng is the one that Ana was given");
  });

  test("answers that the folder calls right are judged all the same", async () => {
    const at = new Date().toISOString();
    const marks = await handedIn(({ ana }) =>
      changed(ana, progress => ({
        ...progress,
        attempts: [{ at, question: "server", typed: "10.9.8.7", right: true }],
      })),
    );
    expect(marks[0]).toMatchObject({ right: 0, attempts: 1, answers: "server: wrong (10.9.8.7); why: open" });
  });

  test("digests and salt of the folder's own making are of no use", async () => {
    const marks = await handedIn(async ({ ana }) => {
      changed(ana, progress => ({ ...progress, salt: "", answers: {} }));
      await answer(ana, [["server", "10.9.8.7"]]);
    });
    expect(marks[0]!.right).toBe(0);
  });

  const broken: [string, string | Uint8Array, string][] = [
    ["no JSON", "{", "it is no JSON"],
    ["another shape", '{"format":1}', "is not as it was"],
    ["a prototype", '{"__proto__":{"format":1}}', "is not as it was"],
    ["a list", "[]", "was changed"],
    ["too large", new Uint8Array(33 * 1024 * 1024), "larger than any file of a task"],
  ];
  for (const [name, content, says] of broken)
    test(`progress that is ${name} is refused in one sentence`, async () => {
      const marks = await handedIn(({ ana }) => writeFileSync(join(ana, "progress.json"), content));
      const odd = marks.find(({ student }) => student === "?")!;
      expect(odd.remark).toContain(says);
      expect(odd.remark).not.toContain("\n");
      expect(remarkFor(marks, "Ana")).toBe("not handed in");
    });

  test("files outside of the folder are not read", async () => {
    await handedIn(async ({ bea }) => {
      changed(bea, progress => ({ ...progress, files: { "../../../key/key.json": "0".repeat(64) } }));
      await expect(Work.open(bea, exerciseOf)).rejects.toThrow("was changed: it names");
    });
  });

  test("copies, and times that can't be, are remarked on", async () => {
    const marks = await handedIn(({ ana, bea }) => {
      cpSync(ana, join(ana, "../copy"), { recursive: true });
      const attempt = (at: string) => ({ at, question: "server", typed: "10.0.0.1", right: false });
      const attempts = [attempt("2031-01-01T00:00:00Z"), attempt("1999-01-01T00:00:00Z")];
      changed(bea, progress => ({
        ...progress,
        files: JSON.parse(readFileSync(join(ana, "progress.json"), "utf8")).files,
        attempts,
      }));
    });
    expect(remarkFor(marks, "Ana")).toContain("2 copies were handed in");
    expect(remarkFor(marks, "Bea")).toContain("times go backwards");
  });

  test("a cell that begins like a formula is text in the marks", async () => {
    const { students, folder } = await made;
    let printed = "";
    const out = spyOn(process.stdout, "write").mockImplementation(text => {
      printed += text;
      return true;
    });
    try {
      await grade(students, { key: join(folder, "key"), csv: true });
    } finally {
      out.mockRestore();
    }
    expect(printed).toContain(`"'=cmd|' /C calc'!A0"`);
    for (const line of printed.split("\r\n")) expect(line).not.toMatch(/(^|,)"?[=+@-]/);
  });
});

test("cells are text, whatever they begin with", () => {
  const cells = ["=1+1", "+1", "-1", "@sum", "\t=1", " =1", "a,b", 'a"b', "-"];
  expect(csvOf([cells])).toBe(`"'=1+1","'+1","'-1","'@sum","'\t=1","' =1","a,b","a""b","'-"\r\n`);
});

test("the key is its owner's alone, and a solution needs it", async () => {
  const { folder, students } = await aClass("key", ["Ana"], "dhcp-times");
  expect(statSync(join(folder, "key")).mode & 0o077).toBe(0);
  expect(statSync(join(folder, "key", "key.json")).mode & 0o077).toBe(0);
  expect(() => solution("dhcp-times", { key: join(students, "ana"), student: "Ana" })).toThrow();
  expect(() => solution("dhcp-times", { key: join(folder, "key"), student: "Eve" })).toThrow(
    "knows no student Eve",
  );
});

test("sheets hold no markup of students, and no script", async () => {
  const { students, folder } = await aClass("sheets", ["<script>alert(1)</script>"], "dns-compression");
  const [student] = readdirSync(students);
  for (const file of [
    join(students, student!, "dns-compression", "sheet.html"),
    join(folder, "key", `${student}.html`),
  ]) {
    const page = readFileSync(file, "utf8");
    expect(page).not.toContain("<script");
    expect(page).toContain("&#60;script&#62;");
  }
});

test("lists of names that are none, and folders that are taken, are refused", async () => {
  const list = join(place, "names.txt");
  const make = (text: string, folder = join(place, "never")) => {
    writeFileSync(list, text);
    return makeClass(list, { folder, sheet: "dhcp-find", lang: "en" });
  };
  await expect(make("")).rejects.toThrow("holds no names");
  await expect(make("Ana\nana\n")).rejects.toThrow("twice");
  await expect(make("x".repeat(300))).rejects.toThrow("longer than a name");
  await expect(make("Ana\n", place)).rejects.toThrow("is not empty");
  expect(existsSync(join(place, "never"))).toBe(false);
});
