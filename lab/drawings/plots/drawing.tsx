// All plots that there is something for, on paper.
import type { ComponentChildren } from "preact";
import type { ConnectionResult } from "../../bench/result.ts";
import type { Plots } from "./plots.ts";
import { Columns, type Framed, type Line, Lines, StackedOctets, TimeBars } from "./shapes.tsx";
import { said } from "./words.ts";

/** Lines of the bench: a connection each, medians over sizes with their 95 % intervals. */
export const linesOf = (connections: readonly ConnectionResult[], part: "write" | "read"): Line[] =>
  connections.map(({ name, sizes }) => ({
    name,
    points: sizes.map(one => ({
      x: one.octets,
      y: one[part].median,
      ...(one[part].low !== undefined && { low: one[part].low }),
      ...(one[part].high !== undefined && { high: one[part].high }),
    })),
  }));

/** All plots that there is something for, under their titles. */
export function AllPlots({ plots, width, language }: Framed & { readonly plots: Plots }) {
  const words = said[language];
  const framed = { width, language };
  const { rate } = plots;
  const sizes = plots.rdwr[0]?.sizes.map(({ octets }) => octets) ?? [];
  return (
    <>
      {plots.rdwr.length > 0
        ? (["write", "read"] as const).map(part => (
            <Titled key={part} title={words.rdwr[part]}>
              <Lines
                {...framed}
                lines={linesOf(plots.rdwr, part)}
                ticks={sizes}
                unit="µs"
                title={words.rdwr[part]}
              />
            </Titled>
          ))
        : null}
      {plots.cycles.map(({ board, write, read }) => {
        const ticks = write.map((_, i) => i + 1);
        const line = (name: string, times: readonly number[]): Line => ({
          name,
          points: times.map((time, i) => ({ x: i + 1, y: time })),
        });
        return (
          <Titled key={board} title={`${board}: ${words.cycles}`}>
            <Lines
              {...framed}
              title={words.cycles}
              unit="µs"
              ticks={ticks}
              lines={[line(words.write, write), line(words.read, read)]}
            />
          </Titled>
        );
      })}
      {plots.phases.map(({ board, phases }) => (
        <Titled key={board} title={`${board}: ${words.phases}`}>
          <TimeBars
            {...framed}
            title={words.phases}
            values={phases.map(one => ({ ...one, label: one.label.toUpperCase() }))}
          />
        </Titled>
      ))}
      {rate.packets.length > 1 ? (
        <>
          <Titled title={words.packets(rate.seconds * 1000)}>
            <Columns
              {...framed}
              title={words.packets(rate.seconds * 1000)}
              values={rate.packets}
              seconds={rate.seconds}
            />
          </Titled>
          <Titled title={words.messages(rate.seconds * 1000)}>
            <Columns
              {...framed}
              title={words.messages(rate.seconds * 1000)}
              values={rate.messages}
              seconds={rate.seconds}
            />
          </Titled>
          <Titled title={words.throughput}>
            <Columns
              {...framed}
              title={words.throughput}
              values={rate.octets.map(one => (one * 8) / 1000 / rate.seconds)}
              seconds={rate.seconds}
            />
          </Titled>
        </>
      ) : null}
      {plots.tls.length > 0 ? (
        <Titled title={words.stacked}>
          <StackedOctets {...framed} costs={plots.tls} />
        </Titled>
      ) : null}
      {(["dns", "pings", "clocks"] as const).map(kind =>
        plots[kind].length > 0 ? (
          <Titled key={kind} title={words[kind]}>
            <TimeBars {...framed} title={words[kind]} values={plots[kind]} />
          </Titled>
        ) : null,
      )}
    </>
  );
}

const Titled = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <figure class="plot">
    <figcaption>{title}</figcaption>
    {children}
  </figure>
);
