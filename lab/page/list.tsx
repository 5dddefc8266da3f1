// The packet list: a grid of which only what is in sight is drawn.
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Language } from "../words.ts";
import type { Listed } from "./captured.ts";
import { useScrolling } from "./scrolling.ts";
import type { Windows } from "./windows.ts";
import { number, wordsIn } from "./words.ts";

/** Pixels: one line, or two where the page is narrow; the same as in page.css. */
export const rowHeight = { wide: 22, narrow: 40 } as const;
const headHeight = { wide: 26, narrow: 0 } as const;

export interface ListProps {
  readonly windows: Windows;
  readonly total: number;
  /** Which row is chosen, counted from 0. */
  readonly at: number | undefined;
  readonly choose: (at: number) => void;
  /** Enter: on to the fields. */
  readonly enter: () => void;
  readonly language: Language;
  /** Host names in place of addresses. */
  readonly names: Readonly<Record<string, string>> | undefined;
  readonly isNarrow: boolean;
  readonly grid: RefObject<HTMLDivElement | null>;
}

export function PacketList(props: ListProps) {
  const { windows, total, at, choose, enter, language, isNarrow, grid } = props;
  const size = isNarrow ? "narrow" : "wide";
  const [height, head] = [rowHeight[size], headHeight[size]];
  const { first, end, height: whole, offset, reveal, page } = useScrolling(grid, total, height, head);
  const words = wordsIn(language);
  const rows = Array.from({ length: Math.max(end - first, 0) }, (_, i) => first + i);

  useEffect(() => windows.see(first, end, total), [windows, first, end, total]);
  const shown = useRef<number | undefined>(undefined);
  useLayoutEffect(() => {
    if (at !== undefined && at !== shown.current) reveal(at);
    shown.current = at;
  });

  // Two keys may come before the first of them is drawn.
  const latest = useRef(at);
  latest.current = at;
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || total === 0) return;
    const here = latest.current ?? -1;
    const to = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (event.key === "Enter" && at !== undefined) enter();
    else if (to !== undefined) {
      latest.current = Math.max(0, Math.min(to, total - 1));
      choose(latest.current);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of a million rows can't be drawn
    <div
      ref={grid}
      id="list"
      class="list"
      role="grid"
      tabIndex={0}
      aria-label={words.listOf(number(total, language))}
      aria-rowcount={total + 1}
      aria-colcount={words.columns.length}
      aria-activedescendant={at !== undefined && at >= first && at < end ? `row-${at}` : undefined}
      onKeyDown={press}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div class="heads" role="row" tabIndex={-1} aria-rowindex={1}>
        {words.columns.map((title, i) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span key={columns[i]} class={columns[i]} role="columnheader" tabIndex={-1}>
            {title}
          </span>
        ))}
      </div>
      <div class="whole" role="presentation" style={{ height: `${whole}px` }}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div class="rows" role="rowgroup" style={{ transform: `translateY(${offset}px)` }}>
          {rows.map(one => (
            <Row key={one} {...props} row={windows.row(one)} place={one} isChosen={one === at} />
          ))}
        </div>
      </div>
    </div>
  );
}

const columns = ["number", "time", "source", "destination", "protocol", "length", "info"] as const;

function Row({
  row,
  place,
  isChosen,
  choose,
  names,
  grid,
}: ListProps & { readonly row: Listed | undefined; readonly place: number; readonly isChosen: boolean }) {
  if (!row)
    return (
      // biome-ignore lint/a11y/useSemanticElements: as above
      <div class="row waiting" role="row" tabIndex={-1} aria-rowindex={place + 2}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <span class="number" role="gridcell" tabIndex={-1}>
          …
        </span>
      </div>
    );
  const named = (address: string): string => names?.[address] ?? address;
  const values: Readonly<Record<(typeof columns)[number], string>> = {
    number: String(row.number),
    time: row.time,
    source: named(row.source),
    destination: named(row.destination),
    protocol: row.protocol,
    length: String(row.length),
    info: row.info,
  };
  // "TLSv1.2" and "SSLv3" are of one colour.
  const family = row.protocol.toLowerCase().replace(/^(?:tls|ssl)v?[\d.]*$/, "tls");
  const kind = row.malformed ? "malformed" : `p-${family}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the grid's
    <div
      id={`row-${place}`}
      class={`row ${kind}${isChosen ? " chosen" : ""}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={place + 2}
      aria-selected={isChosen}
      title={row.comment}
      onClick={() => {
        choose(place);
        grid.current?.focus({ preventScroll: true });
      }}
    >
      {columns.map(column => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <span key={column} class={column} role="gridcell" tabIndex={-1}>
          {column === "number" && row.severity && (
            <span class={`mark ${row.severity}`} role="img" aria-label={row.severity} />
          )}
          {values[column]}
        </span>
      ))}
    </div>
  );
}
