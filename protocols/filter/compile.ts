// A filter made ready: from its text to a function that says whether a packet is selected.
import { FilterError } from "./error.ts";
import { functions } from "./functions.ts";
import { type Condition, type Operand, parse, type Range, type Relation } from "./syntax.ts";
import { compare, type FieldType, familyOf, type Literal, literalOf, masked, type Value } from "./values.ts";

/** What can be asked about. */
export interface Vocabulary {
  /** The type of a field, "protocol" for a protocol; `undefined`: nobody knows the name. */
  typeOf(name: string): FieldType | undefined;
  /** The number that a field's value is called so for: "Client Hello". */
  numberOf?(name: string, called: string): number | undefined;
}

/** Of which a filter asks: a packet. */
export interface Subject {
  /**
   * The values of a field, in the order of their octets; of a protocol the octets of each of its messages,
   * payload included. A field that is there without a value counts as an empty text. `layers`: only those in the
   * n-th messages of its protocol.
   */
  values(name: string, layers?: readonly Range[]): readonly Value[];
  /** The same as they are shown. */
  texts(name: string): readonly string[];
}

export interface Filter {
  readonly text: string;
  /** Names of the fields and protocols that it asks for. */
  readonly names: ReadonlySet<string>;
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
  const selects = compiler.condition(parse(text));
  return { text, names: compiler.names, selects };
}

type Test = (subject: Subject) => boolean;
type Values = (subject: Subject) => readonly Value[];

/** Something that has values in a packet. */
export interface Term {
  readonly type: FieldType;
  readonly values: Values;
  /** The field whose values these are as they stand. */
  readonly field?: string;
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

class Compiler {
  readonly names = new Set<string>();
  constructor(readonly vocabulary: Vocabulary) {}

  condition(node: Condition): Test {
    switch (node.kind) {
      case "or": {
        const [left, right] = [this.condition(node.left), this.condition(node.right)];
        return subject => left(subject) || right(subject);
      }
      case "and": {
        const [left, right] = [this.condition(node.left), this.condition(node.right)];
        return subject => left(subject) && right(subject);
      }
      case "not": {
        const inner = this.condition(node.of);
        return subject => !inner(subject);
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
  #there(what: Operand): Test {
    const term = this.#term(what);
    if (!term) throw this.#unknown(what);
    if (what.kind !== "arithmetic" && what.kind !== "negative")
      return subject => term.values(subject).length > 0;
    return subject =>
      term
        .values(subject)
        .some(value => (value instanceof Uint8Array ? value.some(Boolean) : Number(value) !== 0));
  }

  #compared({ relation, left, right, quantifier }: Extract<Condition, { kind: "compare" }>): Test {
    const term = this.#left(left, relation);
    if (relation === "contains") return this.#contains(term, left, right, quantifier === "all");
    if (relation === "matches") return this.#matches(term, left, right, quantifier === "all");
    const [fits, all] = meanings[relation];
    const every = quantifier ? quantifier === "all" : all;
    const other = this.#term(right);
    if (!other) {
      const { value, prefix } = this.#literal(right, term);
      if (prefix === undefined) return quantified(term.values, one => fits(compare(one, value)), every);
      const network = masked(value, prefix);
      return quantified(term.values, one => fits(compare(masked(one, prefix), network)), every);
    }
    if (familyOf(other.type) !== familyOf(term.type))
      throw new FilterError(
        `${said(left)} (${term.type}) and ${said(right)} (${other.type}) can't be compared`,
        right.column,
        right.length,
      );
    return subject => {
      const values = other.values(subject);
      if (values.length === 0) return false;
      const fit = (one: Value) =>
        every
          ? values.every(value => fits(compare(one, value)))
          : values.some(value => fits(compare(one, value)));
      return quantified(term.values, fit, every)(subject);
    };
  }

  #among({ left, members, quantifier }: Extract<Condition, { kind: "among" }>): Test {
    const term = this.#left(left, "in");
    const tests = members.map(([from, to]): ((value: Value) => boolean) => {
      const low = this.#literal(from, term);
      if (!to) {
        const { prefix } = low;
        if (prefix === undefined) return value => compare(value, low.value) === 0;
        const network = masked(low.value, prefix);
        return value => compare(masked(value, prefix), network) === 0;
      }
      const high = this.#literal(to, term);
      if (compare(low.value, high.value) > 0)
        throw new FilterError(
          "This range ends before it begins",
          from.column,
          to.column + to.length - from.column,
        );
      return value => compare(value, low.value) >= 0 && compare(value, high.value) <= 0;
    });
    return quantified(term.values, value => tests.some(test => test(value)), quantifier === "all");
  }

  #contains(term: Term, left: Operand, right: Operand, every: boolean): Test {
    const family = this.#searched(term, left, "contains");
    const { value } = this.#literal(right, term);
    if (family === "text")
      return quantified(term.values, one => (one as string).includes(value as string), every);
    const wanted = latin(value as Uint8Array);
    return quantified(term.values, one => latin(one as Uint8Array).includes(wanted), every);
  }

  #matches(term: Term, left: Operand, right: Operand, every: boolean): Test {
    const family = this.#searched(term, left, "matches");
    if (right.kind !== "string" && right.kind !== "word")
      throw new FilterError(
        'A regular expression stands in quotes: matches "^www"',
        right.column,
        right.length,
      );
    const pattern = this.#pattern(right);
    if (family === "text") return quantified(term.values, one => pattern.test(one as string), every);
    return quantified(term.values, one => pattern.test(latin(one as Uint8Array)), every);
  }

  #pattern({ text, column, length }: { text: string; column: number; length: number }): RegExp {
    try {
      return new RegExp(text, "is");
    } catch (error) {
      throw new FilterError((error as Error).message, column, length);
    }
  }

  #searched({ type }: Term, { column, length }: Operand, what: string): "text" | "octets" {
    const family = familyOf(type);
    if (family === "text" || family === "octets") return family;
    throw new FilterError(
      `${what} asks of texts and octets, this is a ${type}; string(…) makes a text of it`,
      column,
      length,
    );
  }

  #left(operand: Operand, relation: string): Term {
    const term = this.#term(operand);
    if (!term) throw this.#unknown(operand, `; on the left of "${relation}" stands a field`);
    if (term.type === "none")
      throw new FilterError(
        `${said(operand)} has no value: it is there or not`,
        operand.column,
        operand.length,
      );
    return term;
  }

  #unknown(operand: Operand, more = ""): FilterError {
    const word = operand.kind === "word" ? operand.text : undefined;
    return new FilterError(
      `${said(operand)} is neither a field nor a protocol${more}`,
      operand.column,
      operand.length,
      word,
    );
  }

  /** `undefined`: a literal. */
  #term(operand: Operand): Term | undefined {
    switch (operand.kind) {
      case "word": {
        const { text, layers } = operand;
        const type = this.vocabulary.typeOf(text);
        if (!type) return undefined;
        this.names.add(text);
        return layers
          ? { type, values: subject => subject.values(text, layers) }
          : { type, values: subject => subject.values(text), field: text };
      }
      case "string":
      case "character":
        return undefined;
      case "slice":
        return this.#slice(operand);
      case "call":
        return this.#call(operand);
      case "negative":
        return this.#negative(operand);
      case "arithmetic":
        return this.#arithmetic(operand);
    }
  }

  #slice({ of, ranges }: Extract<Operand, { kind: "slice" }>): Term {
    const inner = this.#left(of, "[");
    const family = familyOf(inner.type);
    if (family === "number" || family === "time" || family === "duration")
      throw new FilterError(
        `${said(of)} is a ${inner.type}: only octets, texts and addresses have parts`,
        of.column,
        of.length,
      );
    return {
      type: "bytes",
      values: subject =>
        inner.values(subject).flatMap(value => {
          const parts = ranges.map(range => part(octetsIn(value), range));
          return parts.every(one => one !== undefined)
            ? [Uint8Array.from(parts.flatMap(one => [...one]))]
            : [];
        }),
    };
  }

  #call({ name, of, column, length }: Extract<Operand, { kind: "call" }>): Term {
    if (!Object.hasOwn(functions, name))
      throw new FilterError(
        `There is no function ${name}; there are ${Object.keys(functions).join(", ")}`,
        column,
        name.length,
      );
    const one = functions[name]!;
    const known = of.map(operand => this.#term(operand));
    const first = known.find(term => term !== undefined);
    if (of.length === 0 || (of.length > 1 && !one.several) || !first)
      throw new FilterError(
        `${name}() takes ${one.several ? "fields" : "one field"}: ${one.example}`,
        column,
        length,
      );
    const terms = known.map((term, i): Term => {
      if (term) return term;
      const { value } = this.#literal(of[i]!, first);
      return { type: first.type, values: () => [value] };
    });
    const strange = terms.findIndex(({ type, field }) => !one.takes(familyOf(type), field));
    if (strange >= 0)
      throw new FilterError(
        `${name}() can't take ${said(of[strange]!)}, a ${terms[strange]!.type}: ${one.example}`,
        of[strange]!.column,
        of[strange]!.length,
      );
    return { type: one.type ?? first.type, values: one.made(terms) };
  }

  #negative({ of }: Extract<Operand, { kind: "negative" }>): Term | undefined {
    const inner = this.#term(of);
    if (!inner) return undefined;
    this.#numeric(inner, of, "-");
    return {
      type: signed(inner.type),
      values: subject => inner.values(subject).map(value => -(value as number)),
    };
  }

  #arithmetic({ sign, left, right }: Extract<Operand, { kind: "arithmetic" }>): Term | undefined {
    const [known, other] = [this.#term(left), this.#term(right)];
    const first = known ?? other;
    // Numbers alone: worked out when it is known what they are compared with.
    if (!first) return undefined;
    const term = (term: Term | undefined, operand: Operand): Term => {
      if (term) return term;
      const { value } = this.#literal(operand, first);
      return { type: first.type, values: () => [value] };
    };
    const [a, b] = [term(known, left), term(other, right)];
    const octets = sign === "&" && familyOf(a.type) === "octets" && familyOf(b.type) === "octets";
    if (!octets) {
      this.#numeric(a, left, sign);
      this.#numeric(b, right, sign);
    }
    return {
      type: sign === "-" ? signed(a.type) : a.type,
      values: subject => {
        const others = b.values(subject);
        return a.values(subject).flatMap(x => others.flatMap(y => worked(sign, x, y) ?? []));
      },
    };
  }

  #numeric({ type }: Term, { column, length }: Operand, sign: string): void {
    const family = familyOf(type);
    if (type === "boolean" || (family !== "number" && family !== "duration"))
      throw new FilterError(`A ${type} can't be reckoned with by "${sign}"`, column, length);
  }

  /** What an operand that is no field stands for, beside a term of that type. */
  #literal(operand: Operand, { type, field }: Term): Literal {
    const { column, length } = operand;
    if (operand.kind === "negative") {
      const { value } = this.#literal(operand.of, { type, field } as Term);
      if (typeof value === "number" || typeof value === "bigint") return { value: -value };
    }
    if (operand.kind === "arithmetic") {
      const [a, b] = [operand.left, operand.right].map(
        one => this.#literal(one, { type, field } as Term).value,
      );
      const value = worked(operand.sign, a!, b!);
      if (value !== undefined) return { value };
    }
    if (operand.kind === "character") {
      const family = familyOf(type);
      if (family === "number") return { value: operand.text.codePointAt(0)! };
      return this.#literal({ kind: "string", text: operand.text, column, length }, { type } as Term);
    }
    if (operand.kind !== "word" && operand.kind !== "string")
      throw new FilterError("Here stands a value, or a field", column, length);
    const called = field === undefined ? undefined : this.vocabulary.numberOf?.(field, operand.text);
    if (called !== undefined) return { value: called };
    const literal = literalOf(operand.text, type, operand.kind === "string");
    if (typeof literal === "string") throw new FilterError(literal, column, length);
    return literal;
  }
}

const signed = (type: FieldType): FieldType =>
  type.startsWith("uint") ? (type.slice(1) as FieldType) : type;

const quantified =
  (values: Values, fits: (value: Value) => boolean, every: boolean): Test =>
  subject => {
    const known = values(subject);
    return every ? known.length > 0 && known.every(fits) : known.some(fits);
  };

/** `undefined`: a division by zero has no result. */
function worked(sign: string, x: Value, y: Value): Value | undefined {
  if (x instanceof Uint8Array && y instanceof Uint8Array)
    return x.subarray(0, y.length).map((octet, i) => octet & y[i]!);
  if (typeof x === "bigint" || typeof y === "bigint")
    return reckoned(sign, BigInt(x as number), BigInt(y as number));
  const [a, b] = [x as number, y as number];
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  if (sign === "&") return Number(BigInt(a) & BigInt(b));
  if (b === 0) return undefined;
  if (sign === "%") return a % b;
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

function reckoned(sign: string, a: bigint, b: bigint): bigint | undefined {
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  if (sign === "&") return a & b;
  if (b === 0n) return undefined;
  return sign === "%" ? a % b : a / b;
}

/** The octets that a part can be taken of. */
function octetsIn(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return new TextEncoder().encode(value);
  return Uint8Array.of(...[24, 16, 8, 0].map(shift => Number(value) >>> shift));
}

/** `undefined` where the octets don't reach that far. */
function part(octets: Uint8Array, { start, count, last }: Range): Uint8Array | undefined {
  const from = start < 0 ? octets.length + start : start;
  const end =
    last !== undefined
      ? (last < 0 ? octets.length + last : last) + 1
      : count === undefined
        ? octets.length
        : from + count;
  return from >= 0 && from < end && end <= octets.length ? octets.subarray(from, end) : undefined;
}

const decoder = new TextDecoder("latin1");
/** An octet a character, so that texts and patterns can be looked for in octets. */
const latin = (octets: Uint8Array): string => decoder.decode(octets);

const said = (operand: Operand): string =>
  operand.kind === "word" ? operand.text : operand.kind === "string" ? JSON.stringify(operand.text) : "this";
