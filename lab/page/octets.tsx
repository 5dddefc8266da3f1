// The octets of a packet, a tab for each of their sources; every octet knows its field.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../words.ts";
import type { Node } from "./captured.ts";
import { type Fields, holds } from "./fields.ts";
import { useScrolling } from "./scrolling.ts";
import { number, type Words } from "./words.ts";

/** Pixels; the same as in page.css. */
const lineHeight = 20;

export interface OctetsProps {
  readonly fields: Fields;
  readonly source: number;
  readonly open: (source: number) => void;
  readonly chosen: Node | undefined;
  readonly lit: Node | undefined;
  readonly choose: (node: Node) => void;
  readonly point: (node: Node | undefined) => void;
  /** Octets of a line: 16, or 8 where the page is narrow. */
  readonly wide: number;
  readonly words: Words;
  readonly language: Language;
  readonly view: RefObject<HTMLDivElement | null>;
}

export function Octets(props: OctetsProps) {
  const { fields, source, open, words, language } = props;
  const { sources } = fields.shown;
  const { left } = sources[source]!;
  return (
    <>
      {sources.length > 1 && (
        <div class="tabs small" role="tablist" aria-label={words.octets}>
          {sources.map(({ title, kind }, i) => (
            <button
              key={i}
              type="button"
              role="tab"
              class={kind}
              aria-selected={i === source}
              tabIndex={i === source ? 0 : -1}
              onClick={() => open(i)}
              onKeyDown={event => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (step === undefined) return;
                event.preventDefault();
                const next = (i + step + sources.length) % sources.length;
                open(next);
                (event.currentTarget.parentElement!.children[next] as HTMLElement).focus();
              }}
            >
              {title}
            </button>
          ))}
        </div>
      )}
      <Grid key={source} {...props} />
      {left !== undefined && <p class="left">{words.left(number(left, language))}</p>}
    </>
  );
}

function Grid({ fields, source, chosen, lit, choose, point, wide, words, view }: OctetsProps) {
  const { octets } = fields.shown.sources[source]!;
  const size = octets.length / 2;
  const lines = Math.ceil(size / wide);
  const { first, end, height, offset, reveal, page } = useScrolling(view, lines, lineHeight);
  const [cursor, move] = useState<number>();
  const shown = useRef<Node | undefined>(undefined);
  useLayoutEffect(() => {
    if (chosen && chosen !== shown.current && chosen.source === source && chosen.size)
      reveal(Math.floor(chosen.start! / wide));
    shown.current = chosen;
  });

  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || size === 0) return;
    const here = cursor ?? (chosen?.source === source ? chosen.start! : 0);
    const to = {
      ArrowRight: here + 1,
      ArrowLeft: here - 1,
      ArrowDown: here + wide,
      ArrowUp: here - wide,
      PageDown: here + page * wide,
      PageUp: here - page * wide,
      Home: 0,
      End: size - 1,
    }[event.key];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(to, size - 1));
      move(next);
      reveal(Math.floor(next / wide));
      point(fields.owner(source, next));
    } else if (event.key === "Enter" || event.key === " ") click(here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const click = (octet: number): void => {
    const owner = fields.owner(source, octet, chosen);
    move(octet);
    if (owner) choose(owner);
  };
  const octetAt = ({ target }: Event): number | undefined => {
    const at = (target as Element).closest<HTMLElement>("[data-at]")?.dataset.at;
    return at === undefined ? undefined : Number(at);
  };
  const state = (octet: number): string => {
    const isLit = lit && holds(lit, source, octet);
    const isChosen = chosen && holds(chosen, source, octet);
    return `${isLit ? " lit" : ""}${isChosen ? " chosen" : ""}${octet === cursor ? " cursor" : ""}`;
  };
  const here = cursor ?? chosen?.start;
  const digits = size > 0xffff ? 6 : 4;

  return (
    // biome-ignore lint/a11y/useSemanticElements: octets are drawn as far as they are in sight
    <div
      ref={view}
      class={`octets w${wide}`}
      role="grid"
      tabIndex={0}
      aria-label={`${words.octets}: ${fields.shown.sources[source]!.title}`}
      aria-rowcount={lines}
      aria-activedescendant={
        here !== undefined && here >= first * wide && here < Math.min(end * wide, size)
          ? `octet-${here}`
          : undefined
      }
      onKeyDown={press}
      onMouseMove={event => {
        const octet = octetAt(event);
        point(octet === undefined ? undefined : fields.owner(source, octet));
      }}
      onMouseLeave={() => point(undefined)}
      onClick={event => {
        const octet = octetAt(event);
        if (octet !== undefined) click(octet);
      }}
    >
      <div class="whole" role="presentation" style={{ height: `${height}px` }}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div class="lines" role="rowgroup" style={{ transform: `translateY(${offset}px)` }}>
          {Array.from({ length: Math.max(end - first, 0) }, (_, i) => {
            const start = (first + i) * wide;
            const here = Array.from({ length: Math.min(wide, size - start) }, (_, j) => start + j);
            return (
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div key={start} class="octet-line" role="row" tabIndex={-1} aria-rowindex={first + i + 1}>
                {/* biome-ignore lint/a11y/useSemanticElements: as above */}
                <span class="at" role="rowheader" tabIndex={-1}>
                  {start.toString(16).padStart(digits, "0")}
                </span>
                {here.map(octet => (
                  // biome-ignore lint/a11y/useSemanticElements: as above
                  <span
                    key={octet}
                    id={`octet-${octet}`}
                    class={`octet${state(octet)}${octet % 8 === 0 && octet % wide !== 0 ? " half" : ""}`}
                    role="gridcell"
                    tabIndex={-1}
                    data-at={octet}
                  >
                    {octets.slice(octet * 2, octet * 2 + 2)}
                  </span>
                ))}
                {Array.from({ length: wide - here.length }, (_, j) => (
                  <span
                    key={`gap-${j}`}
                    class={`octet gap${(here.length + j) % 8 === 0 ? " half" : ""}`}
                    aria-hidden="true"
                  />
                ))}
                <span class="text" aria-hidden="true">
                  {here.map(octet => (
                    <span key={octet} class={`character${state(octet)}`} data-at={octet}>
                      {character(Number.parseInt(octets.slice(octet * 2, octet * 2 + 2), 16))}
                    </span>
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const character = (octet: number): string =>
  octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·";
