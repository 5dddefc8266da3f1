// The language in which wire formats are described, once each.
export { type Bits, bits } from "./bits.ts";
export { by, cases, given, nothing, optional, preset, type Variants, variants, when } from "./choices.ts";
export { Codec, type Draft, leaf, mapped, type Notes, rest, type Value } from "./codec.ts";
export { type Field, labelOf, leaves, malformations, nameOf, show, wordsOf } from "./field.ts";
export { figure } from "./figure.ts";
export { lengthOf, prefixed, sized, writePrefixed } from "./lengths.ts";
export { counted, countOf, many, times } from "./lists.ts";
export { Malformed, Truncated, Unwritable } from "./malformed.ts";
export { aligned, constant, i8, i16, i32, i64, octets, u8, u16, u24, u32, u64 } from "./numbers.ts";
export { type Options, optionOf, options, type UnknownOption } from "./options.ts";
export { offsetOf, type Peek, peek } from "./peek.ts";
export { Reader } from "./reader.ts";
export { Dependent, Derived } from "./siblings.ts";
export { Struct, struct } from "./struct.ts";
export { text, textIn, utf8 } from "./text.ts";
export { Writer } from "./writer.ts";
