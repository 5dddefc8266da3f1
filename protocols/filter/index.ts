// Display filters in Wireshark's language.
export { compile, type Filter } from "./compile.ts";
export { FilterError, pointed } from "./error.ts";
export type { Need } from "./need.ts";
export type { Range } from "./syntax.ts";
export type { Subject, Vocabulary } from "./terms.ts";
export type { FieldType, Value } from "./values.ts";
