// What a bench is.

export interface Bench {
  /** One sentence for the list. */
  readonly says: string;
  run(): Promise<Result>;
}

export interface Result {
  /** For machines. */
  readonly figures: object;
  /** For people, ready to print. */
  readonly text: string;
}
