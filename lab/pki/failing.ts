// How `bun lab pki` fails: what its folder, a file or a person's word is refused for, in one sentence.
import { Unusable } from "../../pki/store.ts";
import { Malformed, Unwritable } from "../../protocols/wire/index.ts";
import { Failure, usage } from "../failure.ts";
import { meant } from "../words.ts";

/** Runs a command. @throws Failure */
export async function exitCodeOf(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Unusable) throw new Failure(`${error.message}.`);
    if (error instanceof Malformed) throw new Failure(`that can't be read: ${error}.`);
    if (error instanceof Unwritable) throw new Failure(`that can't be written: ${error.message}.`);
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    if (code && syscall && path)
      throw new Failure(`${path} can't be used (${code}); name another folder in LAB_PKI.`);
    throw error;
  }
}

export function unknownCommand(word: string, commands: readonly string[]): Failure {
  const close = meant(word, commands);
  return usage(
    `there is no "${word}" here; ${close ? `did you mean ${close}?` : `there are ${commands.join(", ")}.`}`,
  );
}
