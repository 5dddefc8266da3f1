// `bun lab tls …` inside this process, for tests: what it prints, how it ends, without starting another Bun each time.
import { spyOn } from "bun:test";
import { Command, CommanderError } from "commander";
import { register } from "../commands/tls.ts";
import { Failure } from "../failure.ts";
import type { Ended } from "../scenarios/lab.ts";
import type { Language } from "../words.ts";

/** One at a time: what is printed meanwhile is taken for its own. */
export async function labTls(words: readonly string[], lang: Language = "en"): Promise<Ended> {
  const printed: { out: string[]; err: string[] } = { out: [], err: [] };
  const program = new Command("lab").option("--lang <language>", "", lang).exitOverride();
  register(program);
  const settle = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: text => void printed.err.push(text.trimEnd()) });
    command.commands.forEach(settle);
  };
  settle(program);
  const spies = [
    spyOn(console, "log").mockImplementation((line: string) => void printed.out.push(line)),
    spyOn(console, "error").mockImplementation((line: string) => void printed.err.push(line)),
  ];
  process.env.NO_COLOR = "1";
  let code: number;
  try {
    await program.parseAsync(["tls", ...words], { from: "user" });
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof Failure || error instanceof CommanderError)) throw error;
    if (error instanceof Failure) printed.err.push(`lab: ${error.message}`);
    code = error instanceof Failure ? error.code : 2;
  } finally {
    process.exitCode = 0;
    for (const spy of spies) spy.mockRestore();
  }
  const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join("");
  return { code, stdout: text(printed.out), stderr: text(printed.err) };
}
