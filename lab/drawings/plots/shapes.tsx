// Shapes of plots as SVG, for paper and page alike: bars of times, columns over time, stacked octets, lines with intervals.
import type { ComponentChildren } from "preact";
import type { Language } from "../../words.ts";
import { named } from "../ladder/drawing.tsx";
import { fitting, widthOf } from "../text.ts";
import type { Cost, Timed } from "./plots.ts";
import { said } from "./words.ts";

export interface Framed {
  readonly width: number;
  readonly language: Language;
}

/** Told apart in grey and by the colour-blind too (Okabe and Ito, darkened to be seen on white). */
export const series = ["#0072b2", "#c8510a", "#00805c", "#a3487f", "#8a6d00"] as const;

const row = 24;
const labels = 0.34;

/** A bar each, from 0; negative ones go to the left. */
export function TimeBars({
  values,
  width,
  unit = "ms",
  title,
}: Framed & { readonly values: readonly Timed[]; readonly unit?: string; readonly title: string }) {
  const left = Math.round(width * labels);
  const room = width - left - 96;
  const most = Math.max(...values.map(one => Math.abs(one.milliseconds)), 1e-9);
  const hasNegative = values.some(one => one.milliseconds < 0);
  const zero = hasNegative ? left + room / 2 : left;
  const scale = (hasNegative ? room / 2 : room) / most;
  const height = values.length * row + 8;
  return (
    <Frame width={width} height={height} title={title}>
      {values.map(({ label, milliseconds }, i) => {
        const y = i * row + 6;
        const size = Math.max(1, Math.abs(milliseconds) * scale);
        const x = milliseconds < 0 ? zero - size : zero;
        return (
          <g key={i}>
            <text x={left - 8} y={y + 12} text-anchor="end">
              {fitting(label, left - 12, 12)}
            </text>
            <rect x={x} y={y} width={size} height={16} rx={2} fill={series[0]} />
            <text class="dim" x={Math.max(x + size, zero) + 6} y={y + 12}>
              {`${shown(milliseconds)} ${unit}`}
            </text>
          </g>
        );
      })}
      <path class="axis" d={`M${zero} 0V${height}`} />
    </Frame>
  );
}

/** What each session's octets were for. */
export function StackedOctets({ costs, width, language }: Framed & { readonly costs: readonly Cost[] }) {
  const words = said[language];
  const parts = [
    ["payload", words.payload, series[2]],
    ["tls", words.tls, series[1]],
    ["below", words.below, series[0]],
  ] as const;
  const most = Math.max(...costs.map(one => one.payload + one.tls + one.below), 1);
  const room = width - 20;
  const height = costs.length * 56 + 30;
  let key = 10;
  return (
    <Frame width={width} height={height} title={words.stacked}>
      {parts.map(([part, name, colour]) => {
        const x = key;
        key += widthOf(name, 12) + 36;
        return (
          <g key={part}>
            <rect x={x} y={4} width={12} height={12} rx={2} fill={colour} />
            <text x={x + 17} y={14}>
              {name}
            </text>
          </g>
        );
      })}
      {costs.map((cost, i) => {
        const y = 30 + i * 56;
        let x = 10;
        return (
          <g key={i}>
            <text x={10} y={y + 12}>
              {fitting(cost.label, room, 12)}
            </text>
            {parts.map(([part, , colour]) => {
              const size = (cost[part] / most) * room;
              const at = x;
              x += size;
              const text = String(cost[part]);
              return (
                <g key={part}>
                  <rect x={at} y={y + 18} width={Math.max(0, size - 1)} height={22} fill={colour} />
                  {widthOf(text, 11) < size - 6 ? (
                    <text class="on-colour" x={at + size / 2} y={y + 33} text-anchor="middle">
                      {text}
                    </text>
                  ) : null}
                </g>
              );
            })}
          </g>
        );
      })}
    </Frame>
  );
}

/** Columns of equal times. */
export function Columns({
  values,
  seconds,
  width,
  title,
}: Framed & { readonly values: readonly number[]; readonly seconds: number; readonly title: string }) {
  const [left, height, bottom] = [58, 150, 26];
  const room = width - left - 12;
  const most = roundedUp(Math.max(...values, 1));
  const step = room / Math.max(1, values.length);
  const y = (value: number): number => 10 + (height - 10) * (1 - value / most);
  return (
    <Frame width={width} height={height + bottom} title={title}>
      {[0, 0.5, 1].map(part => (
        <g key={part}>
          <path class="grid" d={`M${left} ${y(most * part)}H${width - 12}`} />
          <text class="dim small" x={left - 6} y={y(most * part) + 4} text-anchor="end">
            {Number((most * part).toFixed(2))}
          </text>
        </g>
      ))}
      {values.map((value, i) =>
        value > 0 ? (
          <rect
            key={i}
            x={left + i * step}
            y={y(value)}
            width={Math.max(1, step - 0.5)}
            height={height - y(value)}
            fill={series[0]}
          />
        ) : null,
      )}
      <path class="axis" d={`M${left} 10V${height}H${width - 12}`} />
      {[0, 0.25, 0.5, 0.75, 1].map(part => (
        <text
          key={part}
          class="dim small"
          x={left + part * room}
          y={height + 16}
          text-anchor={part === 0 ? "start" : part === 1 ? "end" : "middle"}
        >
          {`${shown(values.length * seconds * part)} s`}
        </text>
      ))}
    </Frame>
  );
}

export interface Line {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Lines over places that are as far from one another, each point with its interval. */
export function Lines({
  lines,
  width,
  title,
  unit,
  ticks,
}: Framed & {
  readonly lines: readonly Line[];
  readonly title: string;
  readonly unit: string;
  readonly ticks: readonly number[];
}) {
  const [left, top, height] = [58, 10 + 18 * Math.ceil(lines.length / 2), 230];
  const room = width - left - 24;
  const most = roundedUp(
    Math.max(...lines.flatMap(({ points }) => points.map(({ y, high }) => high ?? y)), 1e-9),
  );
  const x = (value: number): number =>
    left + 12 + (ticks.indexOf(value) / Math.max(1, ticks.length - 1)) * room;
  const y = (value: number): number => top + (height - top) * (1 - value / most);
  const every = Math.ceil(ticks.length / (width / 70));
  return (
    <Frame width={width} height={height + 26} title={title}>
      {lines.map(({ name }, i) => (
        <g key={name}>
          <path
            d={`M${left + (i % 2) * (room / 2)} ${9 + 18 * (i >> 1)}h22`}
            stroke={series[i % series.length]}
            stroke-width={3}
            {...dashed(i)}
          />
          <text x={left + (i % 2) * (room / 2) + 28} y={13 + 18 * (i >> 1)}>
            {fitting(name, room / 2 - 34, 12)}
          </text>
        </g>
      ))}
      {[0, 0.25, 0.5, 0.75, 1].map(part => (
        <g key={part}>
          <path class="grid" d={`M${left} ${y(most * part)}H${width - 12}`} />
          <text class="dim small" x={left - 6} y={y(most * part) + 4} text-anchor="end">
            {Number((most * part).toPrecision(3))}
          </text>
        </g>
      ))}
      <text class="dim small" x={left + 4} y={top + 12}>
        {unit}
      </text>
      {lines.map(({ name, points }, i) => (
        <g key={name} stroke={series[i % series.length]} fill={series[i % series.length]}>
          <path
            d={points.map((point, at) => `${at ? "L" : "M"}${n(x(point.x))} ${n(y(point.y))}`).join("")}
            fill="none"
            stroke-width={1.8}
            {...dashed(i)}
          />
          {points.map(point => (
            <g key={point.x}>
              {point.low !== undefined && point.high !== undefined ? (
                <path
                  d={`M${n(x(point.x))} ${n(y(point.low))}V${n(y(point.high))}m-3 0h6M${n(x(point.x) - 3)} ${n(y(point.low))}h6`}
                />
              ) : null}
              {points.length <= 40 ? (
                <circle cx={n(x(point.x))} cy={n(y(point.y))} r={2.6} stroke="none" />
              ) : null}
            </g>
          ))}
        </g>
      ))}
      <path class="axis" d={`M${left} ${top}V${height}H${width - 12}`} />
      {ticks.map((tick, i) =>
        i % every === 0 ? (
          <text key={tick} class="dim small" x={n(x(tick))} y={height + 16} text-anchor="middle">
            {tick}
          </text>
        ) : null,
      )}
    </Frame>
  );
}

const Frame = ({
  width,
  height,
  title,
  children,
}: {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly children: ComponentChildren;
}) => (
  // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label; a title would pop up wherever the pointer rests
  <svg
    xmlns="http://www.w3.org/2000/svg"
    class="drawing"
    viewBox={`0 0 ${width} ${height}`}
    width={width}
    height={height}
    {...named(title)}
  >
    {children}
  </svg>
);

const dashed = (i: number) => (i % 2 === 1 ? { "stroke-dasharray": "6 3" } : {});

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toFixed(3);

const n = (value: number): number => Math.round(value * 100) / 100;

/** The next of 1, 2, 2.5 and 5 by a power of ten. */
function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= value) ?? value;
}
