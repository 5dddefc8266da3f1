// Display filters in Wireshark's language.
export { compile, type Filter, type Subject, type Vocabulary } from "./compile.ts";
export { FilterError, pointed } from "./error.ts";
export type { Range } from "./syntax.ts";
export type { FieldType, Value } from "./values.ts";
