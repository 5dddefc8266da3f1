// What panels of the page are drawn from: by name, made of the capture when asked. One line each.
//
// A name is asked as GET …/answer/NAME?key=value, from the page by `captured.ask(NAME, { key: value })`. What an answer
// returns goes out as JSON (octets as hexadecimal, bigints as text), so it is plain data. A query's words are read by
// `query`, which refuses what is not expected; nothing else of the request reaches an answer. A long answer takes turns
// (lab/turns.ts; `capture.each` does), for packets are served meanwhile. A sentence for people: throw `Failure`.
import { ladderOf, plotsOf, walksOf } from "../drawings/reading.ts";
import { openRunOf } from "../runs/kept.ts";
import type { Capture } from "./capture.ts";
import type { Query } from "./query.ts";

export type Answer = (capture: Capture, query: Query) => unknown;

export const answers: Readonly<Record<string, Answer>> = {
  ladder: capture => ladderOf(capture.path, sourcesOf(capture)),
  walk: (capture, query) => walksOf(capture.path, sourcesOf(capture), query.whole("secrets", 0, 1, 0) === 1),
  plots: capture => plotsOf(capture.path, sourcesOf(capture), openRunOf(capture.folder ?? capture.path)),
};

const sourcesOf = ({ keyLog, rules }: Capture) => ({ keyLog, rules });
