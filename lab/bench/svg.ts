// The plot as SVG: write and read over the size of the message, a line a connection, with confidence intervals.
import type { Language } from "../words.ts";
import { segmentSize } from "./plan.ts";
import type { ConnectionResult, SizeResult } from "./result.ts";
import type { Summary } from "./summary.ts";

const panel = { width: 420, height: 300, left: 58, top: 48, gap: 66 } as const;
const whole = { width: panel.left + 2 * panel.width + panel.gap + 16, height: panel.top + panel.height + 92 };
/** Told apart in grey and by the colour-blind too (Okabe and Ito). */
const colours = ["#000000", "#0072b2", "#56b4e9", "#d55e00", "#e69f00"] as const;
const dashes = ["", "", "5 3", "", "5 3"] as const;

/** Sizes on a logarithmic axis, times on a linear one from 0, the same in both panels. */
export function svgOf(connections: readonly ConnectionResult[], lang: Language): string {
  const words = said[lang];
  const all = connections.flatMap(({ sizes }) => sizes);
  const most = roundUp(Math.max(...all.flatMap(({ write, read }) => [write, read]).map(upper)));
  const sizes = connections[0]?.sizes.map(({ octets }) => octets) ?? [];
  const scales = { sizes, x: horizontal(sizes), y: (time: number) => panel.height * (1 - time / most), most };
  const panels = (["write", "read"] as const).map((part, i) => {
    const left = panel.left + i * (panel.width + panel.gap);
    const lines = connections.map((one, at) => line(one.sizes, part, at, scales)).join("\n");
    return `<g transform="translate(${left} ${panel.top})">
${axes(words[part], scales, words)}
${lines}
</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" font-family="sans-serif" font-size="12">
<title>${words.title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${whole.width / 2}" y="20" text-anchor="middle" font-size="15">${words.title}</text>
${panels.join("\n")}
${legend(connections)}
</svg>
`;
}

interface Scales {
  readonly sizes: readonly number[];
  readonly x: (octets: number) => number;
  readonly y: (microseconds: number) => number;
  readonly most: number;
}

function line(sizes: readonly SizeResult[], part: "write" | "read", at: number, { x, y }: Scales): string {
  const colour = colours[at % colours.length]!;
  const dash = dashes[at % dashes.length]!;
  const points = sizes.map(one => `${n(x(one.octets))},${n(y(one[part].median))}`).join(" ");
  const marks = sizes.map(one => {
    const { median, low, high } = one[part];
    const at = n(x(one.octets));
    const dot = `<circle cx="${at}" cy="${n(y(median))}" r="2.5"/>`;
    if (low === undefined || high === undefined) return dot;
    return `${dot}<path d="M${at} ${n(y(low))}V${n(y(high))}"/>`;
  });
  return `<g stroke="${colour}" fill="${colour}"><polyline points="${points}" fill="none" stroke-width="1.5"${dash && ` stroke-dasharray="${dash}"`}/>${marks.join("")}</g>`;
}

function axes(title: string, { sizes, x, y, most }: Scales, words: (typeof said)[Language]): string {
  const { width, height } = panel;
  const levels = Array.from({ length: 6 }, (_, i) => (most * i) / 5);
  const grid = levels.map(
    level =>
      `<path d="M0 ${n(y(level))}H${width}" stroke="#dddddd"/><text x="-6" y="${n(y(level) + 4)}" text-anchor="end">${n(level)}</text>`,
  );
  const ticks = sizes.map(
    size =>
      `<path d="M${n(x(size))} ${height}v4" stroke="#000000"/><text transform="translate(${n(x(size) + 4)} ${height + 10}) rotate(-45)" text-anchor="end">${size}</text>`,
  );
  const isInside = sizes[0]! < segmentSize && segmentSize < sizes.at(-1)!;
  const segment = isInside
    ? `<path d="M${n(x(segmentSize))} 0V${height}" stroke="#888888" stroke-dasharray="2 3"/><text x="${n(x(segmentSize) - 4)}" y="12" text-anchor="end" fill="#666666">MSS</text>`
    : "";
  return `<text x="${width / 2}" y="-8" text-anchor="middle" font-size="13">${title}</text>
${grid.join("\n")}
<path d="M0 0V${height}H${width}" fill="none" stroke="#000000"/>
${ticks.join("\n")}
${segment}
<text x="${width / 2}" y="${height + 56}" text-anchor="middle">${words.octets}</text>`;
}

function legend(connections: readonly ConnectionResult[]): string {
  const y = whole.height - 12;
  const step = (whole.width - panel.left) / Math.max(1, connections.length);
  return connections
    .map(({ name }, at) => {
      const left = panel.left + at * step;
      const dash = dashes[at % dashes.length]!;
      return `<path d="M${n(left)} ${y - 4}h24" stroke="${colours[at % colours.length]}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}/><text x="${n(left + 30)}" y="${y}">${name}</text>`;
    })
    .join("\n");
}

/** One size alone stands in the middle. */
function horizontal(sizes: readonly number[]): (octets: number) => number {
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)].map(size => Math.log2(size ?? 1));
  const inner = panel.width - 24;
  return octets => 12 + (last > first ? ((Math.log2(octets) - first) / (last - first)) * inner : inner / 2);
}

const upper = ({ median, high }: Summary): number => high ?? median;

/** The next of 1, 2, 2.5 and 5 by a power of ten: its fifths are round. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= value)!;
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

const said = {
  en: {
    title: "PUBLISH: µs to write and to read, medians with 95 % intervals",
    write: "write, µs",
    read: "read, µs",
    octets: "octets of the message",
  },
  es: {
    title: "PUBLISH: µs de escritura y de lectura, medianas con intervalos del 95 %",
    write: "escritura, µs",
    read: "lectura, µs",
    octets: "octetos del mensaje",
  },
} as const;
