// A filter made ready: from its text to a function that says whether a packet is selected.
import { FilterError } from "./error.ts";
import { allOf, anyOf, anything, type Need } from "./need.ts";
import { type Condition, type Operand, parse, type Relation } from "./syntax.ts";
import { type Subject, said, type Term, Terms, type Vocabulary } from "./terms.ts";
import { compare, familyOf, masked, type Value } from "./values.ts";

export interface Filter {
  readonly text: string;
  /** Names of the fields and protocols that it asks for. */
  readonly names: ReadonlySet<string>;
  /** What is in every packet that it selects. */
  readonly need: Need;
  selects(subject: Subject): boolean;
}

/**
 * Wireshark's display filter language, version 4.0 (wireshark-filter(4)), without macros. Fields may come several
 * times in a packet: one that fits is enough, but for `!=` and `===`, which all must fit; a field that is not
 * there fits nothing.
 * @throws FilterError with the column
 */
export function compile(text: string, vocabulary: Vocabulary): Filter {
  const compiler = new Compiler(vocabulary);
  const { test, need } = compiler.condition(parse(text));
  return { text, names: compiler.terms.names, need, selects: test };
}

/** What a relation asks of each pair, and whether all pairs must meet it. */
const meanings: Readonly<
  Record<Exclude<Relation, "contains" | "matches">, readonly [(order: number) => boolean, boolean]>
> = {
  "==": [order => order === 0, false],
  "===": [order => order === 0, true],
  "!=": [order => order !== 0, true],
  "!==": [order => order !== 0, false],
  ">": [order => order > 0, false],
  "<": [order => order < 0, false],
  ">=": [order => order >= 0, false],
  "<=": [order => order <= 0, false],
};

/** A condition made ready: the test, and what must be in a packet that passes it. */
interface Ready {
  readonly test: (subject: Subject) => boolean;
  readonly need: Need;
}

class Compiler {
  readonly terms: Terms;
  constructor(vocabulary: Vocabulary) {
    this.terms = new Terms(vocabulary);
  }

  condition(node: Condition): Ready {
    switch (node.kind) {
      case "or": {
        const [left, right] = [this.condition(node.left), this.condition(node.right)];
        const test = (subject: Subject) => left.test(subject) || right.test(subject);
        return { test, need: anyOf([left.need, right.need]) };
      }
      case "and": {
        const [left, right] = [this.condition(node.left), this.condition(node.right)];
        const test = (subject: Subject) => left.test(subject) && right.test(subject);
        return { test, need: allOf([left.need, right.need]) };
      }
      case "not": {
        const inner = this.condition(node.of);
        return { test: subject => !inner.test(subject), need: anything };
      }
      case "there":
        return this.#there(node.what);
      case "compare":
        return this.#compared(node);
      case "among":
        return this.#among(node);
    }
  }

  /** A field that is there; of what was worked out, a value other than 0. */
  #there(what: Operand): Ready {
    const term = this.terms.term(what);
    if (!term) throw this.terms.unknown(what);
    const { values, need } = term;
    if (what.kind !== "arithmetic" && what.kind !== "negative")
      return { test: subject => values(subject).length > 0, need };
    const isSet = (value: Value) => (value instanceof Uint8Array ? value.some(Boolean) : Number(value) !== 0);
    return { test: subject => values(subject).some(isSet), need };
  }

  #compared({ relation, left, right, quantifier }: Extract<Condition, { kind: "compare" }>): Ready {
    const term = this.terms.left(left, relation);
    if (relation === "contains") return this.#contains(term, left, right, quantifier === "all");
    if (relation === "matches") return this.#matches(term, left, right, quantifier === "all");
    const [fits, all] = meanings[relation];
    const every = quantifier ? quantifier === "all" : all;
    const other = this.terms.term(right);
    if (!other) {
      const { value, prefix } = this.terms.literal(right, term);
      const text = relation === "==" || relation === "===" ? value : undefined;
      if (prefix === undefined) return quantified(term, one => fits(compare(one, value)), every, text);
      const network = masked(value, prefix);
      return quantified(term, one => fits(compare(masked(one, prefix), network)), every);
    }
    if (familyOf(other.type) !== familyOf(term.type))
      throw new FilterError(
        `${said(left)} (${term.type}) and ${said(right)} (${other.type}) can't be compared`,
        right.column,
        right.length,
      );
    const test = (subject: Subject) => {
      const values = other.values(subject);
      if (values.length === 0) return false;
      const fit = (one: Value) =>
        every
          ? values.every(value => fits(compare(one, value)))
          : values.some(value => fits(compare(one, value)));
      return quantified(term, fit, every).test(subject);
    };
    return { test, need: allOf([term.need, other.need]) };
  }

  #among({ left, members, quantifier }: Extract<Condition, { kind: "among" }>): Ready {
    const term = this.terms.left(left, "in");
    const tests = members.map(([from, to]): ((value: Value) => boolean) => {
      const low = this.terms.literal(from, term);
      if (!to) {
        const { prefix } = low;
        if (prefix === undefined) return value => compare(value, low.value) === 0;
        const network = masked(low.value, prefix);
        return value => compare(masked(value, prefix), network) === 0;
      }
      const high = this.terms.literal(to, term);
      if (compare(low.value, high.value) > 0)
        throw new FilterError(
          "This range ends before it begins",
          from.column,
          to.column + to.length - from.column,
        );
      return value => compare(value, low.value) >= 0 && compare(value, high.value) <= 0;
    });
    return quantified(term, value => tests.some(test => test(value)), quantifier === "all");
  }

  #contains(term: Term, left: Operand, right: Operand, every: boolean): Ready {
    const family = searched(term, left, "contains");
    // Of an address, too, any part may be looked for.
    const { value } = this.terms.literal(right, family === "octets" ? { ...term, type: "bytes" } : term);
    if (family === "text")
      return quantified(term, one => (one as string).includes(value as string), every, value);
    const wanted = latin(value as Uint8Array);
    return quantified(term, one => latin(one as Uint8Array).includes(wanted), every);
  }

  #matches(term: Term, left: Operand, right: Operand, every: boolean): Ready {
    const family = searched(term, left, "matches");
    if (right.kind !== "string" && right.kind !== "word")
      throw new FilterError(
        'A regular expression stands in quotes: matches "^www"',
        right.column,
        right.length,
      );
    const pattern = patternOf(right);
    if (family === "text") return quantified(term, one => pattern.test(one as string), every);
    return quantified(term, one => pattern.test(latin(one as Uint8Array)), every);
  }
}

/** All values of a term fit, or one does; a term without values never does. `text`: what stands in one that fits. */
function quantified(
  { values, need, field }: Term,
  fits: (value: Value) => boolean,
  every: boolean,
  text?: Value,
): Ready {
  return {
    test: subject => {
      const known = values(subject);
      return every ? known.length > 0 && known.every(fits) : known.some(fits);
    },
    need:
      field === undefined
        ? need
        : { kind: "field", name: field, fits, ...(typeof text === "string" && { text }) },
  };
}

function patternOf({
  text,
  column,
  length,
}: Exclude<Operand, { kind: "slice" | "call" | "arithmetic" | "negative" }>): RegExp {
  // "(?i)" says what is so anyway, "(?-i)" that it is not.
  const [given = "", flags = ""] = /^\(\?(-?[ims]+)\)/.exec(text) ?? [];
  try {
    return new RegExp(
      text.slice(given.length),
      `${flags === "-i" ? "" : "i"}s${flags.includes("m") ? "m" : ""}`,
    );
  } catch (error) {
    throw new FilterError((error as Error).message, column, length);
  }
}

function searched({ type }: Term, { column, length }: Operand, what: string): "text" | "octets" {
  const family = familyOf(type);
  if (family === "text" || family === "octets") return family;
  throw new FilterError(
    `${what} asks of texts and octets, this is a ${type}; string(…) makes a text of it`,
    column,
    length,
  );
}

const decoder = new TextDecoder("latin1");
/** An octet a character, so that texts and patterns can be looked for in octets. */
const latin = (octets: Uint8Array): string => decoder.decode(octets);
