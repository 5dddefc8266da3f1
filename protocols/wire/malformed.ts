// What can be wrong between octets and values: octets that don't follow a description, values that don't fit one.

/** The octets do not follow the description. */
export class Malformed extends Error {
  override readonly name: string = "Malformed";
  /** The field being read, once known: `answers.0.ttl`. */
  path: string | undefined;

  /** `at`: offset in the source, in octets. */
  constructor(
    readonly at: number,
    readonly reason: string,
  ) {
    super(reason);
  }

  override toString(): string {
    return `${this.path ? `${this.path}: ` : ""}${this.reason} (at octet ${this.at})`;
  }
}

/** The octets end before the field does. */
export class Truncated extends Malformed {
  override readonly name: string = "Truncated";
  constructor(
    at: number,
    readonly wanted: number,
    readonly left: number,
  ) {
    super(at, `${wanted} ${wanted === 1 ? "octet" : "octets"} wanted, ${left} left`);
  }
}

/** The value does not fit the description: too large, too long, or at odds with another field. */
export class Unwritable extends Error {
  override readonly name: string = "Unwritable";
  /** The field being written: `options.2.value`. */
  path = "";

  constructor(readonly reason: string) {
    super(reason);
  }

  private told = false;

  /** The same error, seen from one level further out. */
  within(key: string | number): this {
    if (this.told) {
      this.told = false;
      return this;
    }
    this.path = this.path === "" ? String(key) : `${key}.${this.path}`;
    this.message = `${this.path}: ${this.reason}`;
    return this;
  }

  /** The same error, met by one field while it measured the field `key` beside it: the path names that one. */
  beside(key: string | number): this {
    this.within(key).told = true;
    return this;
  }
}

/** Rethrows what `key` could not be written for, with `key` in its path. */
export function unwritable(error: unknown, key: string | number): never {
  throw error instanceof Unwritable ? error.within(key) : error;
}
