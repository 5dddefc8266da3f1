// Plots in the page: curves to look into with uPlot, bars as in the report.
import { useMemo } from "preact/hooks";
import { linesOf } from "../../drawings/plots/drawing.tsx";
import type { Plots } from "../../drawings/plots/plots.ts";
import { StackedOctets, TimeBars } from "../../drawings/plots/shapes.tsx";
import { said } from "../../drawings/plots/words.ts";
import type { Language } from "../../words.ts";
import { useAnswer } from "../answer.ts";
import type { PanelProps } from "../parts.tsx";
import { Chart, type ChartProps } from "./chart.tsx";
import "../../drawings/drawings.css";
import "./ladder.css";
import "./plots.css";
import { useWidth } from "./width.ts";

export function PlotsPanel(props: PanelProps) {
  const { answer, refused } = useAnswer<Plots>(props, "plots");
  const [place, width] = useWidth<HTMLDivElement>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="plots-panel" aria-label={props.language === "es" ? "Gráficas" : "Plots"} tabIndex={0}>
      <div ref={place}>
        {refused !== undefined ? <p class="refused">{refused}</p> : null}
        {answer && width > 0 ? (
          <Drawn plots={answer} width={Math.min(width, 900)} language={props.language} />
        ) : null}
      </div>
    </section>
  );
}

function Drawn({
  plots,
  width,
  language,
}: {
  readonly plots: Plots;
  readonly width: number;
  readonly language: Language;
}) {
  const words = said[language];
  const charts = useMemo(() => chartsOf(plots, language), [plots, language]);
  const framed = { width, language };
  return (
    <>
      {charts.map(chart => (
        <Chart key={chart.title} {...chart} width={width} />
      ))}
      {plots.phases.map(({ board, phases }) => (
        <figure key={board} class="plot">
          <figcaption>{`${board}: ${words.phases}`}</figcaption>
          <TimeBars
            {...framed}
            title={words.phases}
            values={phases.map(one => ({ ...one, label: one.label.toUpperCase() }))}
          />
        </figure>
      ))}
      {plots.tls.length > 0 ? (
        <figure class="plot">
          <figcaption>{words.stacked}</figcaption>
          <StackedOctets {...framed} costs={plots.tls} />
        </figure>
      ) : null}
      {(["dns", "pings", "clocks"] as const).map(kind =>
        plots[kind].length > 0 ? (
          <figure key={kind} class="plot">
            <figcaption>{words[kind]}</figcaption>
            <TimeBars {...framed} title={words[kind]} values={plots[kind]} />
          </figure>
        ) : null,
      )}
    </>
  );
}

function chartsOf({ rdwr, cycles, rate }: Plots, language: Language): Omit<ChartProps, "width">[] {
  const words = said[language];
  const sizes = rdwr[0]?.sizes.map(({ octets }) => octets) ?? [];
  const bench = (["write", "read"] as const).flatMap(part =>
    rdwr.length === 0
      ? []
      : {
          title: words.rdwr[part],
          at: sizes,
          unit: "µs",
          along: axis[language].octets,
          logarithmic: true,
          curves: linesOf(rdwr, part).map(({ name, points }) => {
            const of = (one: "y" | "low" | "high") =>
              sizes.map(size => points.find(({ x }) => x === size)?.[one] ?? null);
            return { name, values: of("y"), low: of("low"), high: of("high") };
          }),
        },
  );
  const tests = cycles.map(({ board, write, read }) => ({
    title: `${board}: ${words.cycles}`,
    at: write.map((_, i) => i + 1),
    unit: "µs",
    along: axis[language].cycle,
    curves: [
      { name: words.write, values: write },
      { name: words.read, values: read },
    ],
  }));
  if (rate.packets.length < 2) return [...bench, ...tests];
  const at = rate.packets.map((_, i) => (i + 0.5) * rate.seconds);
  const columns = { at, along: "s", columns: true };
  return [
    ...bench,
    ...tests,
    {
      ...columns,
      title: words.packets(rate.seconds * 1000),
      unit: axis[language].packets,
      curves: [{ name: axis[language].packets, values: rate.packets }],
    },
    {
      ...columns,
      title: words.messages(rate.seconds * 1000),
      unit: axis[language].messages,
      curves: [{ name: axis[language].messages, values: rate.messages }],
    },
    {
      ...columns,
      title: words.throughput,
      unit: "kbit/s",
      curves: [{ name: "kbit/s", values: rate.octets.map(one => (one * 8) / 1000 / rate.seconds) }],
    },
  ];
}

const axis = {
  en: { octets: "octets", cycle: "cycle", packets: "packets", messages: "messages" },
  es: { octets: "octetos", cycle: "ciclo", packets: "paquetes", messages: "mensajes" },
} as const;
