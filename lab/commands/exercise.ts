// `bun lab exercise`: exercises from a run of one's own, checked by the lab; classes, keys and marks for teachers.
import { type Command, Option } from "commander";

const student = () => new Option("--student <name>", "whose task it is").env("LAB_STUDENT");
const folder = () => new Option("-o, --folder <folder>", "the task's folder");
const from = () =>
  new Option("--from <file>", "an exercise of an author's own; it is a program: run those you trust");
const json = () => new Option("--json", "one JSON object a line");
const key = () => new Option("--key <folder>", "the class's key, which class made").makeOptionMandatory();

export function register(program: Command): void {
  // --json and --student may stand before a command and after it.
  const options: Options = command => ({ ...command.optsWithGlobals(), lang: program.opts().lang });
  const exercise = program
    .command("exercise")
    .description("exercises from a run of your own, checked by the lab")
    .enablePositionalOptions()
    .addOption(student())
    .addOption(json())
    .action(async (_own, command) => {
      const { list } = await import("../exercises/commands.ts");
      process.exitCode = list(options(command));
    });
  exercise
    .command("start")
    .description("a task and a capture of your own")
    .argument("[id]", "which exercise")
    .addOption(student())
    .addOption(folder())
    .option("--seed <seed>", "the seed, instead of one from the student's name")
    .addOption(from())
    .addOption(json())
    .action(async (id, _own, command) => {
      const { start } = await import("../exercises/commands.ts");
      process.exitCode = await start(id, options(command));
    });
  exercise
    .command("check")
    .description("right or wrong, and where to look; without answers it asks for them")
    .argument("<id>", "the exercise, or its folder")
    .argument("[answers...]", "in the order of the questions (- passes one over), or QUESTION=ANSWER")
    .addOption(student())
    .addOption(folder())
    .addOption(from())
    .option("--file <file>", "answers from a file, a line each: QUESTION: ANSWER")
    .addOption(json())
    .action(async (id, answers, _own, command) => {
      const { check } = await import("../exercises/commands.ts");
      process.exitCode = await check(id, answers, options(command));
    });
  exercise
    .command("hint")
    .description("the next hint")
    .argument("<id>", "the exercise, or its folder")
    .addOption(student())
    .addOption(folder())
    .addOption(from())
    .addOption(json())
    .action(async (id, _own, command) => {
      const { hint } = await import("../exercises/commands.ts");
      process.exitCode = await hint(id, options(command));
    });
  exercise
    .command("reset")
    .description("begin anew: answers and hints are forgotten")
    .argument("<id>", "the exercise, or its folder")
    .addOption(student())
    .addOption(folder())
    .addOption(from())
    .action(async (id, _own, command) => {
      const { again } = await import("../exercises/commands.ts");
      process.exitCode = await again(id, options(command));
    });
  registerTeaching(exercise, options);
  exercise.addHelpText(
    "after",
    `
Examples:
  bun lab exercise                                      what there is, and what is done
  bun lab exercise start dhcp-offer                     a task of your own
  bun lab exercise check dhcp-offer 192.168.1.1 "b 14"  its answers, in order
  bun lab exercise hint dhcp-offer                      the next hint
  bun lab exercise class names.csv -o class --sheet dhcp-offer,dhcp-times
  bun lab exercise grade handed-in --key class/key --csv > marks.csv`,
  );
  for (const command of exercise.commands)
    command.helpOption("--help", "what it does").exitOverride().showSuggestionAfterError(true);
}

// biome-ignore lint/suspicious/noExplicitAny: commander's options are what the command declares
type Options = (command: Command) => any;

function registerTeaching(exercise: Command, options: Options): void {
  exercise
    .command("class")
    .description("for teachers: a folder a student, and a key")
    .argument("<names>", "a list of names: the first column of a CSV, or a line each")
    .requiredOption("-o, --folder <folder>", "where the class goes; it is made")
    .option("--sheet <ids>", "which exercises, with commas; by default all")
    .option(
      "--from <file>",
      "one more, of an author's own; may be repeated",
      (file: string, before: string[] = []) => [...before, file],
    )
    .action(async (names, _own, command) => {
      const { makeClass } = await import("../exercises/class.ts");
      console.log(await makeClass(names, options(command)));
    });
  exercise
    .command("solution")
    .description("for teachers: the answers of a student's task")
    .argument("<id>", "the exercise")
    .addOption(key())
    .addOption(student())
    .addOption(json())
    .action(async (id, _own, command) => {
      const { solution } = await import("../exercises/class.ts");
      process.exitCode = solution(id, options(command));
    });
  exercise
    .command("grade")
    .description("for teachers: folders that were handed in, held against the key")
    .argument("<folder>", "where they lie")
    .addOption(key())
    .option("--csv", "comma-separated values")
    .addOption(json())
    .option("--run", "run what students built (their programs, on this machine)")
    .action(async (handedIn, _own, command) => {
      const { grade } = await import("../exercises/grade.ts");
      process.exitCode = await grade(handedIn, options(command));
    });
  exercise
    .command("lint")
    .description("for authors: what is wrong with an exercise")
    .argument("[exercises...]", "ids or files; by default all of the lab")
    .action(async (which, _own, command) => {
      const { lintAll } = await import("../exercises/linting.ts");
      process.exitCode = await lintAll(which, options(command));
    });
}
