// Where everything of a ladder stands: columns, rows, lines of text. Units are pixels of the drawing.
import type { Step } from "../../story/telling.ts";
import type { Language } from "../../words.ts";
import { fitting, widthOf, wrapped } from "../text.ts";
import {
  type Chapter,
  everybody,
  type Ladder,
  type Message,
  type Sight,
  sightOf,
  stepsOf,
} from "./ladder.ts";

/** From the whole run to what each host knows. */
export const details = ["overview", "messages", "story"] as const;
export type Detail = (typeof details)[number];

export interface View {
  readonly language: Language;
  readonly width: number;
  /** Whether TLS is looked into. */
  readonly isOpen: boolean;
  readonly detail: Detail;
  readonly segment: number;
  /** One chapter alone; none: all of them. */
  readonly chapter?: number;
  /** Of those only these: places, the last exclusive. */
  readonly slice?: readonly [from: number, to: number];
}

export interface Column {
  readonly name: string;
  readonly address?: string;
  readonly x: number;
}

/** A state that a host comes to, below the arrow on its line. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly lines: readonly string[];
  /** Nothing of it is on the wire: a LED, a clock. */
  readonly isOwn: boolean;
}

export interface Row {
  readonly kind: "message";
  readonly message: Message;
  readonly sight: Sight;
  readonly top: number;
  readonly height: number;
  /** Of the arrow's line. */
  readonly y: number;
  readonly from: number;
  /** Ends of the arrow: several, where it is for everybody. */
  readonly to: readonly number[];
  readonly label: string;
  readonly labelX: number;
  readonly marks: readonly Mark[];
  readonly text: { readonly x: number; readonly y: number; readonly lines: readonly string[] };
}

export interface Heading {
  readonly kind: "heading";
  readonly place: number;
  readonly chapter: Chapter;
  readonly title: string;
  readonly figures: string;
  readonly top: number;
  readonly height: number;
  /** Overview: its messages as thin lines. */
  readonly strokes: readonly {
    readonly y: number;
    readonly from: number;
    readonly to: number;
    readonly layer: string;
  }[];
}

export interface Layout {
  readonly columns: readonly Column[];
  readonly rows: readonly (Row | Heading)[];
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly isNarrow: boolean;
}

export const sizes = { label: 12, text: 13, mark: 10.5, head: 13, band: 13, line: 17, markLine: 13 } as const;
/** Above the first row stand the hosts. */
const headHeight = 46;
/** More hosts are drawn as "others". */
const mostColumns = 8;
const fewHosts = 4;

export function layoutOf(ladder: Ladder, view: View): Layout {
  const { width, detail, isOpen } = view;
  const isNarrow = width < 760;
  const messages = ladder.messages.filter(
    ({ segment, chapter }) =>
      segment === view.segment && (view.chapter === undefined || chapter === view.chapter),
  );
  const all = ladder.messages.filter(({ segment }) => segment === view.segment);
  // Of few hosts each has its place, whatever is looked at.
  const names = columnsOf(ladder, view.segment, ladder.hosts.length <= fewHosts ? all : messages);
  const gutter = isNarrow ? 8 : 84;
  const hasText = detail === "story" && !isNarrow;
  const right = hasText ? Math.round(gutter + (width - gutter) * 0.6) : width - 8;
  const half = Math.min(90, (right - gutter) / (2 * Math.max(1, names.length)));
  const gap = (right - gutter - 2 * half) / Math.max(1, names.length - 1);
  const columns = names.map((name, i): Column => {
    const address = ladder.hosts.find(host => host.name === name)?.address;
    return {
      name,
      x: Math.round(gutter + half + i * gap),
      ...(address !== undefined && address !== name && { address }),
    };
  });
  const place: Placing = {
    columns,
    view,
    right,
    isNarrow,
    gutter,
    gap: names.length > 1 ? gap : right - gutter,
  };
  const rows: (Row | Heading)[] = [];
  let y = headHeight + 6;
  let current = -1;
  const [first, last] = view.slice ?? [0, messages.length];
  for (const [i, message] of messages.entries()) {
    if (i < first || i >= last) continue;
    if (message.chapter !== current && (view.chapter === undefined || i === first)) {
      current = message.chapter;
      const heading = headingOf(ladder, message.chapter, messages, i, y, place);
      rows.push(heading);
      y += heading.height;
    }
    if (detail === "overview") continue;
    const row = rowOf(message, sightOf(message, isOpen), y, place);
    rows.push(row);
    y += row.height;
  }
  return { columns, rows, width, height: Math.ceil(y + 12), gutter, isNarrow };
}

interface Placing {
  readonly columns: readonly Column[];
  readonly view: View;
  readonly right: number;
  readonly isNarrow: boolean;
  readonly gutter: number;
  readonly gap: number;
}

/** The segment's own hosts; all beyond the router share a column. */
function columnsOf({ hosts, segments }: Ladder, segment: number, messages: readonly Message[]): string[] {
  const heard = new Set(messages.flatMap(({ from, to }) => [from, to]));
  heard.delete(everybody);
  const own = hosts.filter(host => heard.has(host.name) && isWithin(host.segment, segments, segment));
  const beyond = hosts.some(host => heard.has(host.name) && !isWithin(host.segment, segments, segment));
  const names = own.map(({ name }) => name);
  if (names.length + (beyond ? 1 : 0) > mostColumns) return [...names.slice(0, mostColumns - 1), others];
  return beyond ? [...names, others] : names;
}

const isWithin = (segment: string | undefined, segments: readonly string[], at: number): boolean =>
  segment === undefined || segment === "" || segments[at] === segment;

/** The column of those who have none. */
export const others = "…";

const columnOf = (name: string, columns: readonly Column[]): number =>
  (columns.find(one => one.name === name) ?? columns.find(one => one.name === others) ?? columns[0])?.x ?? 0;

function headingOf(
  { chapters }: Ladder,
  place: number,
  messages: readonly Message[],
  at: number,
  top: number,
  { columns, view, isNarrow }: Placing,
): Heading {
  const chapter = chapters[place]!;
  const title = (view.isOpen ? chapter.title : (chapter.closed ?? chapter.title))[view.language];
  const isContinued = messages.slice(0, at).some(one => one.chapter === place);
  const milliseconds = ((chapter.end - chapter.start) * 1000).toFixed(1);
  const figures = `${chapter.messages} ${words[view.language].packets} · ${milliseconds} ms`;
  const room = view.width - (isNarrow ? 20 : 240);
  const strokes: Heading["strokes"][number][] = [];
  if (view.detail === "overview") {
    let y = top + (isNarrow ? 46 : 34);
    for (const message of messages.slice(at)) {
      if (message.chapter !== place) break;
      const from = columnOf(message.from, columns);
      const ends = message.to === everybody ? columns.map(({ x }) => x) : [columnOf(message.to, columns)];
      const to = ends.toSorted((a, b) => Math.abs(b - from) - Math.abs(a - from))[0] ?? from;
      strokes.push({ y, from, to, layer: topOf(sightOf(message, view.isOpen)) });
      y += 5;
    }
  }
  const head = isNarrow ? 42 : 30;
  return {
    kind: "heading",
    place,
    chapter,
    title: fitting(isContinued ? `${title} (${words[view.language].continued})` : title, room, sizes.head),
    figures,
    top,
    height: view.detail === "overview" ? head + strokes.length * 5 + 10 : head,
    strokes,
  };
}

function rowOf(message: Message, sight: Sight, top: number, placing: Placing): Row {
  const { columns, view, right, isNarrow, gutter, gap } = placing;
  const from = columnOf(message.from, columns);
  const to =
    message.to === everybody
      ? columns.map(({ x }) => x).filter(x => x !== from)
      : [columnOf(message.to, columns)];
  const y = top + 26;
  const story = view.detail === "story";
  const ends = [from, ...to];
  const [left, end] = [Math.min(...ends), Math.max(...ends)];
  // On a narrow screen the packet's number stands in the same line.
  const margin = isNarrow ? gutter + 22 : gutter;
  const labelRoom = Math.max(end - left, isNarrow ? view.width - margin - 12 : 200);
  const short = fitting(
    sight.label,
    isNarrow ? Math.min(labelRoom, view.width - margin - 12) : labelRoom,
    sizes.label,
  );
  const halfLabel = widthOf(short, sizes.label) / 2;
  const middle = (left + end) / 2;
  const labelX = Math.min(
    Math.max(middle, margin + halfLabel),
    Math.max(right - halfLabel, margin + halfLabel),
  );
  const marks = story ? marksOf(message, y + 12, placing, gap) : [];
  const below = Math.max(y + 16, ...marks.map(mark => mark.y + mark.lines.length * sizes.markLine + 8));
  const says = story ? [sight.says[view.language], ...message.notes].filter(Boolean).join(" ") : "";
  const textX = isNarrow ? gutter + 4 : right + 16;
  const textWidth = isNarrow ? view.width - 24 : view.width - right - 24;
  const lines = story ? wrapped(says, textWidth, sizes.text) : [];
  const textY = isNarrow ? below + 12 : top + 20;
  const bottom = lines.length > 0 ? textY + (lines.length - 1) * sizes.line + 8 : 0;
  return {
    kind: "message",
    message,
    sight,
    top,
    height: Math.max(below, bottom) - top + (story ? 8 : 0),
    y,
    from,
    to,
    label: short,
    labelX,
    marks,
    text: { x: textX, y: textY, lines },
  };
}

function marksOf(message: Message, top: number, { columns, view }: Placing, gap: number): Mark[] {
  const steps = stepsOf(message, view.isOpen);
  const own = new Set(view.isOpen ? message.own : []);
  const filled = new Map<number, number>();
  const isAlone = new Set(steps.map(({ host }) => columnOf(host, columns))).size === 1;
  const room = isAlone ? 190 : Math.min(190, Math.max(70, gap - 10));
  return steps.map((step): Mark => {
    const x = columnOf(step.host, columns);
    const y = filled.get(x) ?? top;
    const lines = wrapped(stateText(step, view), room - 12, sizes.mark, 3);
    filled.set(x, y + lines.length * sizes.markLine + 8);
    const width = Math.max(...lines.map(line => widthOf(line, sizes.mark)), 20) + 12;
    const at = Math.min(Math.max(x, width / 2 + 2), view.width - width / 2 - 2);
    return { x: at, y, width, lines, isOwn: own.has(step) };
  });
}

/** What it is about: octets that nobody knows are none of it. */
export const topOf = ({ layers }: Sight): string => layers.findLast(name => name !== "data") ?? "data";

const stateText = ({ to }: Step, { language }: View): string => (typeof to === "string" ? to : to[language]);

const words = {
  en: { packets: "packets", continued: "continued" },
  es: { packets: "paquetes", continued: "continuación" },
} as const;
