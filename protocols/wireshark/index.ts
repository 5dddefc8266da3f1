// Wireshark's names for what our trees hold: items of a packet, and how they are written.
export { Selection } from "./selection.ts";
export { durationShown, shown } from "./show.ts";
export { Sieve } from "./sieve.ts";
export { type Observed, type Reading, Vocabulary } from "./vocabulary.ts";
