// The grammar of a display filter: what `not`, `and` and `or` tie together, and what is compared with what.
import { FilterError } from "./error.ts";
import { type Token, tokensOf } from "./tokens.ts";

interface Placed {
  readonly column: number;
  readonly length: number;
}

/** Part of something that has octets: from, and how many; no count: up to the end. Negative: counted from the end. */
export interface Range {
  readonly start: number;
  readonly count?: number;
  /** The last one taken, where it was said so. */
  readonly last?: number;
}

export type Arithmetic = "+" | "-" | "*" | "/" | "%" | "&";
export type Relation = "==" | "!=" | "===" | "!==" | ">" | "<" | ">=" | "<=" | "contains" | "matches";

/** What is compared. A word may name a field, or be a value: that is found out later. */
export type Operand = Placed &
  (
    | { readonly kind: "word"; readonly text: string; readonly layers?: readonly Range[] }
    | { readonly kind: "string" | "character"; readonly text: string }
    | { readonly kind: "slice"; readonly of: Operand; readonly ranges: readonly Range[] }
    | { readonly kind: "call"; readonly name: string; readonly of: readonly Operand[] }
    | {
        readonly kind: "arithmetic";
        readonly sign: Arithmetic;
        readonly left: Operand;
        readonly right: Operand;
      }
    | { readonly kind: "negative"; readonly of: Operand }
  );

export type Condition =
  | { readonly kind: "or" | "and"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "there"; readonly what: Operand }
  | {
      readonly kind: "compare";
      readonly relation: Relation;
      readonly left: Operand;
      readonly right: Operand;
      readonly quantifier?: "any" | "all";
    }
  | {
      readonly kind: "among";
      readonly left: Operand;
      readonly members: readonly (readonly [from: Operand, to?: Operand])[];
      readonly quantifier?: "any" | "all";
    };

const relations: ReadonlySet<string> = new Set<Relation>([
  ...(["==", "!=", "===", "!==", ">", "<", ">=", "<=", "contains", "matches"] as const),
]);
const isRelation = (text: string): text is Relation => relations.has(text);

/** Parentheses and braces within one another beyond this depth are a mistake, not a question. */
const deepest = 200;

/** @throws FilterError */
export const parse = (text: string): Condition => new Parser(tokensOf(text)).whole();

class Parser {
  #at = 0;
  #depth = 0;
  constructor(readonly tokens: readonly Token[]) {}

  whole(): Condition {
    const condition = this.#or();
    if (this.#next.kind !== "end") throw this.#unexpected();
    return condition;
  }

  get #next(): Token {
    return this.tokens[this.#at]!;
  }

  #unexpected(): FilterError {
    const { kind, text, column, length } = this.#next;
    if (kind === "end") return new FilterError("The filter ends too soon", column);
    return new FilterError(`${JSON.stringify(text)} was not expected here`, column, length);
  }

  #is(operator: string): boolean {
    return this.#next.kind === "operator" && this.#next.text === operator;
  }
  #take(operator: string): boolean {
    if (!this.#is(operator)) return false;
    this.#at++;
    return true;
  }
  #need(operator: string): void {
    if (!this.#take(operator)) throw this.#unexpected();
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#take("||")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#take("&&")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    return this.#within(() => {
      if (this.#take("!")) return { kind: "not", of: this.#not() };
      if (!this.#take("(")) return this.#comparison();
      const inner = this.#or();
      this.#need(")");
      return inner;
    });
  }

  #within<T>(inner: () => T): T {
    if (++this.#depth > deepest) throw new FilterError("The filter nests too deep", this.#next.column);
    const made = inner();
    this.#depth--;
    return made;
  }

  #comparison(): Condition {
    const any = this.#take("any");
    const quantifier = any ? "any" : this.#take("all") ? "all" : undefined;
    const left = this.#operand();
    const { kind, text } = this.#next;
    if (kind === "operator" && isRelation(text)) {
      this.#at++;
      return {
        kind: "compare",
        relation: text,
        left,
        right: this.#operand(),
        ...(quantifier && { quantifier }),
      };
    }
    const among = (): Condition => ({
      kind: "among",
      left,
      members: this.#set(),
      ...(quantifier && { quantifier }),
    });
    if (this.#take("in")) return among();
    if (this.#is("!") && this.tokens[this.#at + 1]!.text === "in") {
      this.#at += 2;
      return { kind: "not", of: among() };
    }
    if (quantifier) throw this.#unexpected();
    return { kind: "there", what: left };
  }

  #set(): (readonly [Operand, Operand?])[] {
    const members: (readonly [Operand, Operand?])[] = [];
    this.#need("{");
    do {
      const from = this.#operand();
      members.push(this.#take("..") ? [from, this.#operand()] : [from]);
    } while (this.#take(","));
    this.#need("}");
    return members;
  }

  /** From what binds least to what binds most: the bits in common, sums, products. */
  #operand(): Operand {
    return this.#chain(["&"], () =>
      this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#factor())),
    );
  }

  #chain(signs: readonly Arithmetic[], inner: () => Operand): Operand {
    let left = inner();
    for (;;) {
      const sign = signs.find(one => this.#take(one));
      if (!sign) return left;
      const right = inner();
      left = { kind: "arithmetic", sign, left, right, ...spanOf(left, right) };
    }
  }

  #factor(): Operand {
    return this.#within(() => {
      const { column } = this.#next;
      if (this.#take("-")) {
        const of = this.#factor();
        return { kind: "negative", of, column, length: of.column + of.length - column };
      }
      this.#take("+");
      return this.#sliced(this.#atom());
    });
  }

  #sliced(of: Operand): Operand {
    const { kind, text, column, length } = this.#next;
    if (kind !== "slice") return of;
    this.#at++;
    const ranges = rangesOf(text, column + 1);
    return this.#sliced({
      kind: "slice",
      of,
      ranges,
      column: of.column,
      length: column + length - of.column,
    });
  }

  #atom(): Operand {
    const { kind, text, column, length } = this.#next;
    if (this.#take("{")) {
      const inner = this.#operand();
      this.#need("}");
      return inner;
    }
    if (kind === "string" || kind === "character") {
      this.#at++;
      return { kind, text, column, length };
    }
    if (kind !== "word") throw this.#unexpected();
    this.#at++;
    if (this.#take("(")) return this.#call(text, column);
    const layers = this.#layers();
    return { kind: "word", text, column, length, ...(layers && { layers }) };
  }

  #call(name: string, column: number): Operand {
    const of: Operand[] = [];
    if (!this.#is(")"))
      do of.push(this.#operand());
      while (this.#take(","));
    const end = this.#next.column + 1;
    this.#need(")");
    return { kind: "call", name, of, column, length: end - column };
  }

  /** `ip.addr#2`: the field in the second layer of its protocol. */
  #layers(): Range[] | undefined {
    if (!this.#take("#")) return undefined;
    const { kind, text, column } = this.#next;
    if (kind !== "word" && kind !== "slice") throw this.#unexpected();
    this.#at++;
    return rangesOf(text, column);
  }
}

const spanOf = (left: Placed, right: Placed): Placed => ({
  column: left.column,
  length: right.column + right.length - left.column,
});

/** "0:3", "0-2", ":4", "4:", "-2:", "5", and several of them with commas. */
function rangesOf(text: string, column: number): Range[] {
  return text.split(",").map(part => {
    const [, from = "", sign, to = ""] = /^\s*(-?\d+)?\s*(?:([:-])\s*(-?\d+)?)?\s*$/.exec(part) ?? [];
    const start = Number(from);
    if (sign === "-" && from !== "" && to !== "" && Number(to) >= start) return { start, last: Number(to) };
    if (sign === ":" && (from !== "" || to !== "") && (to === "" || Number(to) > 0))
      return to === "" ? { start } : { start, count: Number(to) };
    if (sign === undefined && from !== "") return { start, count: 1 };
    throw new FilterError(
      `[${part.trim()}] is no range: [2] one octet, [0:3] three from the first, [0-2] the same, [:4], [4:], [-2:]`,
      column,
      Math.max(1, text.length),
    );
  });
}
