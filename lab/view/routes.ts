// What the page asks, by name, and what it is answered: JSON, each question within bounds.
import { Failure } from "../failure.ts";
import { plain } from "../inspect/json.ts";
import { type Found, Wrong } from "../page/captured.ts";
import { followed } from "../statistics/stream.ts";
import { answers } from "./answers.ts";
import type { Capture } from "./capture.ts";
import { headers } from "./guard.ts";
import { Query } from "./query.ts";
import { check, longestFilter, type Selections, words } from "./selections.ts";

/** Rows of one answer, and octets of secrets that are taken: a year's key log of a busy browser is less. */
export const mostRows = 1024;
export const mostSecrets = 8 * 2 ** 20;
const most = Number.MAX_SAFE_INTEGER;

export interface Served {
  readonly capture: Capture;
  readonly selections: Selections;
}

type Route = (served: Served, query: Query) => unknown;

const routes: Readonly<Record<string, Route>> = {
  state: ({ capture }) => capture.state(),
  window({ capture, selections }, query) {
    const [from, count] = [query.whole("from", 0, most), query.whole("count", 1, mostRows)];
    const selection = query.whole("selection", 0, most, 0);
    return selection === 0
      ? capture.window(from, count)
      : capture.rows(selections.numbers(selection, from, count));
  },
  packet: ({ capture }, query) => capture.packet(query.whole("number", 1, most)),
  check: (_, query) => check(query.text("text", longestFilter)),
  filter: ({ selections }, query) => selections.filter(query.text("text", longestFilter)),
  selected: ({ selections }, query) => selections.selected(query.whole("selection", 1, most)),
  place: ({ selections }, query) =>
    selections.place(query.whole("selection", 1, most), query.whole("number", 1, most)),
  neighbour: ({ capture }, query) =>
    capture.neighbour(query.whole("packet", 1, most), query.choice("by", ["1", "-1"]) === "1" ? 1 : -1),
  names: () => [...words.names()].sort().map(name => ({ name, type: words.typeOf(name) })),
  findings: ({ capture }): { findings: readonly Found[]; left: number } => capture.findings(),
  follow: ({ capture }, query) =>
    capture.follow(query.choice("protocol", followed), query.whole("stream", 0, most)),
};

/** `name`: what follows the token in the path. */
export async function answered(
  name: string,
  request: Request,
  served: Served,
): Promise<Response | undefined> {
  const query = new Query(new URL(request.url).searchParams);
  const ask = routeOf(name, request);
  if (!ask) return undefined;
  try {
    return json(await ask(served, query));
  } catch (error) {
    // Answers all the same: a browser writes every other status into its console, as if the page were broken.
    if (error instanceof Wrong)
      return json({ refused: error.message, column: error.column, length: error.length, meant: error.meant });
    if (error instanceof Failure) return json({ refused: error.message });
    console.error(`lab: this is a mistake of the lab itself: ${(error as Error).stack}`);
    return json({ refused: "The lab made a mistake; what it was stands in the terminal." }, 500);
  }
}

function routeOf(name: string, request: Request): Route | undefined {
  if (request.method === "POST") return name === "secrets" ? takes(request) : undefined;
  if (request.method !== "GET") return undefined;
  const [, answer] = /^answer\/(\w+)$/.exec(name) ?? [];
  if (answer !== undefined)
    return Object.hasOwn(answers, answer)
      ? ({ capture }, query) => answers[answer]!(capture, query)
      : undefined;
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
}

const takes =
  (request: Request): Route =>
  async ({ capture }, query) => {
    const text = await request.text();
    if (text.length > mostSecrets) throw new Failure("That is too large to be a key log.");
    return capture.take(text, query.text("name", 300, "what was dropped"));
  };

const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value ?? null, plain), {
    status,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
  });
