// A plot that one can look into: uPlot, in the page's colours; drawn anew when data, width or theme change.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { series as colours } from "../../drawings/plots/shapes.tsx";

export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Ends of the interval of each value. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

export interface ChartProps {
  readonly title: string;
  readonly width: number;
  /** Along the horizontal axis, ascending. */
  readonly at: readonly number[];
  readonly curves: readonly Curve[];
  readonly unit: string;
  readonly along: string;
  /** Columns instead of lines. */
  readonly columns?: boolean;
  /** The horizontal axis is logarithmic: sizes that double. */
  readonly logarithmic?: boolean;
}

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current || props.width < 80) return;
    const drawn = new uPlot(optionsOf(props, place.current), dataOf(props), place.current);
    return () => drawn.destroy();
  }, [props]);
  const { title, curves, at, unit } = props;
  return (
    <figure class="plot">
      <figcaption>{title}</figcaption>
      <ul class="plot-key">
        {curves.length > 1
          ? curves.map(({ name }, i) => (
              <li key={name} class={`series-${i % colours.length}`}>
                {name}
              </li>
            ))
          : null}
      </ul>
      <div ref={place} role="img" aria-label={`${title}: ${summary(curves, at, unit)}`} />
    </figure>
  );
}

/** What it shows, for those who do not see it. */
const summary = (curves: readonly Curve[], at: readonly number[], unit: string): string =>
  curves
    .map(({ name, values }) => {
      const there = values.filter(one => one !== null);
      return `${name}: ${at.length} (${Math.min(...there).toPrecision(3)} – ${Math.max(...there).toPrecision(3)} ${unit})`;
    })
    .join("; ");

function dataOf({ at, curves }: ChartProps): uPlot.AlignedData {
  return [
    at,
    ...curves.flatMap(({ values, low, high }) => [values, ...(low && high ? [low, high] : [])]),
  ] as never;
}

function optionsOf(
  { width, unit, along, columns, curves, logarithmic }: ChartProps,
  place: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(place);
  const ink = style.color;
  const grid = { stroke: style.getPropertyValue("--line") || ink, width: 0.7 };
  const bands: uPlot.Band[] = [];
  const series: uPlot.Series[] = [{ label: along }];
  for (const [i, { name, low, high }] of curves.entries()) {
    const stroke = colours[i % colours.length]!;
    series.push({
      label: name,
      stroke,
      width: 2,
      ...(columns && {
        fill: stroke,
        width: 0,
        paths: uPlot.paths.bars!({ size: [1, 40] }),
        points: { show: false },
      }),
    });
    if (!low || !high) continue;
    const at = series.length;
    const hidden = { stroke: `${stroke}55`, width: 1, points: { show: false } };
    series.push({ label: `${name} −`, ...hidden }, { label: `${name} +`, ...hidden });
    bands.push({ series: [at + 1, at], fill: `${stroke}33` });
  }
  const axis = { stroke: ink, grid, ticks: grid, font: "11px system-ui, sans-serif" };
  return {
    width,
    height: 220,
    series,
    bands,
    legend: { show: false },
    cursor: { y: false },
    scales: {
      x: { time: false, ...(logarithmic && { distr: 3 as const, log: 2 as const }) },
      y: { range: (_, __, most) => [0, most * 1.08 || 1] },
    },
    axes: [
      { ...axis, label: along, labelFont: axis.font, labelSize: 18 },
      { ...axis, label: unit, labelFont: axis.font, labelSize: 18, size: 56 },
    ],
  };
}
