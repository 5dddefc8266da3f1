// How a command fails: one sentence that says what is wrong, where, and what to try next; and an exit code.

export const exit = { done: 0, failed: 1, usage: 2, noReply: 9, timedOut: 27 } as const;

/** A failure that its user can do something about. Anything else is a bug and keeps its stack. */
export class Failure extends Error {
  override readonly name = "Failure";
  constructor(
    sentence: string,
    readonly code: number = exit.failed,
  ) {
    super(sentence);
  }
}

export const usage = (sentence: string): Failure => new Failure(sentence, exit.usage);
