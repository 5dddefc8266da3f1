// Statistics over captures, asked for as in tshark: `-z conv,tcp`, `-z io,stat,0.5,dns`, `-z follow,tls,ascii,0`.
import { usage } from "../failure.ts";
import type { Language } from "../words.ts";
import { meant } from "../words.ts";
import { counters } from "./counters.ts";
import { Expert } from "./expert.ts";
import { Flow, Hosts } from "./flow.ts";
import { Hierarchy } from "./hierarchy.ts";
import { Intervals } from "./intervals.ts";
import type { Selects, Statistic } from "./statistic.ts";
import { Follow, type Followed, followed, type Mode, modes } from "./stream.ts";
import { Conversations, Endpoints, kinds, type TalkKind } from "./talks.ts";

export type { Selects, Statistic } from "./statistic.ts";

/** What a statistic needs to know beside its words. */
export interface Asked {
  readonly language: Language;
  /** A display filter made ready. @throws Failure for one that can't be */
  filter(text: string): Selects;
}

type Make = (words: readonly string[], asked: Asked) => Statistic;

const every: Selects = () => true;
/** Filters may hold commas of their own. */
const filterOf = (words: readonly string[], { filter }: Asked): Selects =>
  words.length === 0 || words.join(",").trim() === "" ? every : filter(words.join(","));

const talks = Object.fromEntries(
  (Object.keys(kinds) as TalkKind[]).flatMap((kind): [string, Make][] => [
    [`conv,${kind}`, (words, asked) => new Conversations(kind, filterOf(words, asked))],
    [`endpoints,${kind}`, (words, asked) => new Endpoints(kind, filterOf(words, asked))],
  ]),
);
const counted = Object.fromEntries(
  Object.entries(counters).map(([name, make]): [string, Make] => [
    name,
    (words, asked) => make(filterOf(words, asked)),
  ]),
);

/** By the words that they begin with. */
const statistics: Readonly<Record<string, Make>> = {
  ...talks,
  "io,stat": ([interval = "", ...filters], asked) => {
    const width = Number(interval);
    if (!(width >= 0 && interval.trim() !== ""))
      throw usage(`io,stat takes an interval in seconds, as in io,stat,0.5; 0: one interval for all.`);
    const columns = filters.length === 0 ? [""] : filters;
    return new Intervals(
      BigInt(Math.round(width * 1e9)),
      columns.map(title => ({ title, selects: title.trim() === "" ? every : asked.filter(title) })),
    );
  },
  "io,phs": (words, asked) => new Hierarchy(filterOf(words, asked)),
  ...counted,
  expert: (words, asked) => new Expert(filterOf(words, asked), asked.language),
  "flow,any": (words, asked) => new Flow("any", filterOf(words, asked)),
  "flow,tcp": (words, asked) => new Flow("tcp", filterOf(words, asked)),
  hosts: () => new Hosts(),
  ...Object.fromEntries(
    followed.map((protocol): [string, Make] => [`follow,${protocol}`, words => follow(protocol, words)]),
  ),
};

function follow(protocol: Followed, [mode = "ascii", index = "0"]: readonly string[]): Statistic {
  const known = modes.find(one => one === mode) as Mode | undefined;
  if (!known || !/^\d+$/.test(index))
    throw usage(
      `follow,${protocol} takes a mode (${modes.join(", ")}) and a stream's number, as in follow,${protocol},ascii,0.`,
    );
  return new Follow(protocol, known, Number(index));
}

/** All that can be asked for. */
export const statisticNames: readonly string[] = Object.keys(statistics);

/** @throws Failure for one that there is not */
export function statisticOf(text: string, asked: Asked): Statistic {
  const words = text.split(",").map(word => word.trim());
  for (const size of [2, 1]) {
    const name = words.slice(0, size).join(",");
    if (Object.hasOwn(statistics, name)) return statistics[name]!(words.slice(size), asked);
  }
  const close = meant(words.slice(0, 2).join(","), statisticNames);
  throw usage(
    `there is no statistic ${text}${close ? `; did you mean ${close}?` : `; there are ${statisticNames.join(" ")}.`}`,
  );
}
