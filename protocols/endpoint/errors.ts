// How a dialogue fails: each error carries its evidence.

/** The peer answered, and the answer was no. `messages` are the answers. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(
    reason: string,
    readonly messages: readonly unknown[] = [],
  ) {
    super(reason);
  }
}

/** Nobody answered. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  constructor(
    what: string,
    readonly attempts: number,
    readonly milliseconds: number,
  ) {
    super(
      `${what}: no answer to ${attempts} ${attempts === 1 ? "attempt" : "attempts"} in ${milliseconds} ms`,
    );
  }
}

/** The peer broke a rule of the standard; `rule` is the rule's id, which the protocol's analyzer uses too. */
export class Violated extends Error {
  override readonly name = "Violated";
  constructor(
    readonly rule: string,
    reason: string,
    readonly evidence: unknown = undefined,
  ) {
    super(reason);
  }
}
