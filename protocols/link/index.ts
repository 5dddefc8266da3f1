// Link layers without Ethernet: Linux cooked captures, loopback, raw IP.
export { linuxCooked, linuxCooked2, nullLoopback, raw } from "./decoder.ts";
export { explain } from "./explain.ts";
export {
  type Cooked,
  type Cooked2,
  cooked,
  cooked2,
  Family,
  familyOf,
  type Loopback,
  loopback,
} from "./format.ts";
