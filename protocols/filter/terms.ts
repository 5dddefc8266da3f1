// What a filter compares: a field's values, or what is worked out of them.
import { octetsIn, part, worked } from "./arithmetic.ts";
import { FilterError } from "./error.ts";
import { functions } from "./functions.ts";
import { allOf, anyOf, anything, type Need } from "./need.ts";
import type { Operand, Range } from "./syntax.ts";
import { type FieldType, familyOf, type Literal, literalOf, type Value } from "./values.ts";

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

export type Values = (subject: Subject) => readonly Value[];

/** Something that has values in a packet. */
export interface Term {
  readonly type: FieldType;
  readonly values: Values;
  /** The field whose values these are as they stand. */
  readonly field?: string;
  /** Without which it has no values. */
  readonly need: Need;
}

/** Operands made ready. */
export class Terms {
  readonly names = new Set<string>();
  constructor(readonly vocabulary: Vocabulary) {}

  /** What stands on the left of a relation: a field, or something with values. */
  left(operand: Operand, relation: string): Term {
    const term = this.term(operand);
    if (!term) throw this.unknown(operand, `; on the left of "${relation}" stands a field`);
    if (term.type === "none")
      throw new FilterError(
        `${said(operand)} has no value: it is there or not`,
        operand.column,
        operand.length,
      );
    return term;
  }

  unknown(operand: Operand, more = ""): FilterError {
    const word = operand.kind === "word" ? operand.text : undefined;
    return new FilterError(
      `${said(operand)} is neither a field nor a protocol${more}`,
      operand.column,
      operand.length,
      word,
    );
  }

  /** `undefined`: a literal. */
  term(operand: Operand): Term | undefined {
    switch (operand.kind) {
      case "word": {
        const { text, layers } = operand;
        const type = this.vocabulary.typeOf(text);
        if (!type) return undefined;
        this.names.add(text);
        const need: Need = { kind: "field", name: text };
        return layers
          ? { type, need, values: subject => subject.values(text, layers) }
          : { type, need, values: subject => subject.values(text), field: text };
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
    const inner = this.left(of, "[");
    const family = familyOf(inner.type);
    if (family === "number" || family === "time" || family === "duration")
      throw new FilterError(
        `${said(of)} is a ${inner.type}: only octets, texts and addresses have parts`,
        of.column,
        of.length,
      );
    return {
      type: "bytes",
      need: inner.need,
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
    const known = of.map(operand => this.term(operand));
    const first = known.find(term => term !== undefined);
    if (of.length === 0 || (of.length > 1 && !one.several) || !first)
      throw new FilterError(
        `${name}() takes ${one.several ? "fields" : "one field"}: ${one.example}`,
        column,
        length,
      );
    const terms = known.map((term, i): Term => {
      if (term) return term;
      const { value } = this.literal(of[i]!, first);
      return { type: first.type, need: anything, values: () => [value] };
    });
    const strange = terms.findIndex(({ type, field }) => !one.takes(familyOf(type), field));
    if (strange >= 0)
      throw new FilterError(
        `${name}() can't take ${said(of[strange]!)}, a ${terms[strange]!.type}: ${one.example}`,
        of[strange]!.column,
        of[strange]!.length,
      );
    // Of several fields, one that is there gives a value.
    const need = one.several ? anyOf(terms.map(term => term.need)) : first.need;
    return { type: one.type ?? first.type, need, values: one.made(terms) };
  }

  #negative({ of }: Extract<Operand, { kind: "negative" }>): Term | undefined {
    const inner = this.term(of);
    if (!inner) return undefined;
    this.#numeric(inner, of, "-");
    return {
      type: signed(inner.type),
      need: inner.need,
      values: subject => inner.values(subject).map(value => -(value as number)),
    };
  }

  #arithmetic({ sign, left, right }: Extract<Operand, { kind: "arithmetic" }>): Term | undefined {
    const [known, other] = [this.term(left), this.term(right)];
    const first = known ?? other;
    // Numbers alone: worked out when it is known what they are compared with.
    if (!first) return undefined;
    const term = (term: Term | undefined, operand: Operand): Term => {
      if (term) return term;
      const { value } = this.literal(operand, first);
      return { type: first.type, need: anything, values: () => [value] };
    };
    const [a, b] = [term(known, left), term(other, right)];
    const octets = sign === "&" && familyOf(a.type) === "octets" && familyOf(b.type) === "octets";
    if (!octets) {
      this.#numeric(a, left, sign);
      this.#numeric(b, right, sign);
    }
    return {
      type: sign === "-" ? signed(a.type) : a.type,
      need: allOf([a.need, b.need]),
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
  literal(operand: Operand, { type, field }: Term): Literal {
    const { column, length } = operand;
    if (operand.kind === "negative") {
      const { value } = this.literal(operand.of, { type, field } as Term);
      if (typeof value === "number" || typeof value === "bigint") return { value: -value };
    }
    if (operand.kind === "arithmetic") {
      const [a, b] = [operand.left, operand.right].map(
        one => this.literal(one, { type, field } as Term).value,
      );
      const value = worked(operand.sign, a!, b!);
      if (value !== undefined) return { value };
    }
    if (operand.kind === "character") {
      const family = familyOf(type);
      if (family === "number") return { value: operand.text.codePointAt(0)! };
      return this.literal({ kind: "string", text: operand.text, column, length }, { type } as Term);
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

export const said = (operand: Operand): string =>
  operand.kind === "word" ? operand.text : operand.kind === "string" ? JSON.stringify(operand.text) : "this";
