// Where we differ from tshark on purpose, each with its reason.

interface Difference {
  readonly field: RegExp;
  readonly reason: string;
}

const differences: readonly Difference[] = [
  {
    field: /^data /,
    reason:
      "what neither of the two takes is data; of what only tshark knows (HTTP, SMB, …) we say so, and it does not",
  },
  {
    field: /_resolved$/,
    reason: "vendor names: the list of vendors is none of the lab's data, and tshark hides them itself",
  },
];

/** Why this field is not compared; `undefined`: it is. */
export const intended = (protocol: string, name: string): string | undefined =>
  differences.find(({ field }) => field.test(`${protocol} ${name}`))?.reason;
