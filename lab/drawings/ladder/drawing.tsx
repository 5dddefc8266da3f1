// The ladder drawn: hosts as columns, time down, each message with its layers, and the states that it leaves behind.
import type { ComponentChildren } from "preact";
import type { Language } from "../../words.ts";
import { colourOf, shortNameOf } from "../layers.ts";
import { fitting, widthOf } from "../text.ts";
import type { Ladder } from "./ladder.ts";
import {
  type Column,
  type Heading,
  type Layout,
  layoutOf,
  type Mark,
  others,
  type Row,
  sizes,
  topOf,
  type View,
} from "./layout.ts";

export interface Drawing {
  readonly ladder: Ladder;
  readonly view: View;
  /** The packet that is looked at. */
  readonly selected?: number;
  /** Where a packet is shown: an address within the page. */
  readonly hrefOf?: (packet: number) => string;
  readonly onPick?: (packet: number) => void;
  readonly onZoom?: (chapter: number) => void;
  /** Goes inside first: the style of a file that stands alone. */
  readonly children?: ComponentChildren;
}

export function LadderDrawing(props: Drawing) {
  const { ladder, view, children } = props;
  const layout = layoutOf(ladder, view);
  const { width, height, columns, rows } = layout;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label; a title would pop up wherever the pointer rests
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="drawing ladder"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      {...named(words[view.language].ladder)}
    >
      {children}
      <rect class="paper" width={width} height={height} />
      <Lines layout={layout} />
      <Heads columns={columns} y={18} />
      {rows.map(row =>
        row.kind === "heading" ? (
          <Chapter key={`c${row.top}`} row={row} layout={layout} drawing={props} />
        ) : (
          <Arrow key={row.message.number} row={row} layout={layout} drawing={props} />
        ),
      )}
    </svg>
  );
}

const Lines = ({ layout: { columns, height } }: { layout: Layout }) => (
  <g>
    {columns.map(({ x, name }) => (
      <line key={name} class="lifeline" x1={x} y1={42} x2={x} y2={height - 6} />
    ))}
  </g>
);

function Heads({ columns, y }: { columns: readonly Column[]; y: number }) {
  const gap = columns.length > 1 ? columns[1]!.x - columns[0]!.x : 300;
  return (
    <g>
      {columns.map(({ name, address, x }) => (
        <g key={name}>
          <text class="host" x={x} y={y} text-anchor="middle">
            {fitting(name === others ? "WAN …" : name, gap - 6, sizes.head)}
          </text>
          {address === undefined ? null : (
            <text class="dim small" x={x} y={y + 15} text-anchor="middle">
              {address}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}

function Chapter({ row, layout, drawing }: { row: Heading; layout: Layout; drawing: Drawing }) {
  const { width, isNarrow } = layout;
  const { top, title, figures, chapter, strokes, place } = row;
  const { onZoom } = drawing;
  const zoom = onZoom && (() => onZoom(place));
  return (
    <g
      class={zoom ? "chapter pickable" : "chapter"}
      {...(zoom && { role: "button", tabindex: 0, onClick: zoom, onKeyDown: onEnter(zoom) })}
    >
      <rect class="band" x={0} y={top + 2} width={width} height={row.height - 6} rx={4} />
      <rect x={0} y={top + 2} width={4} height={row.height - 6} rx={2} fill={colourOf(chapter.layer)} />
      <text class="title" x={14} y={top + 19}>
        {title}
      </text>
      <text
        class="dim small"
        x={isNarrow ? 14 : width - 10}
        y={isNarrow ? top + 34 : top + 19}
        text-anchor={isNarrow ? "start" : "end"}
      >
        {figures}
      </text>
      {strokes.map(({ y, from, to, layer }) => (
        <g key={y} stroke={colourOf(layer)} fill={colourOf(layer)}>
          <line x1={from} y1={y} x2={to} y2={y} stroke-width={1.5} />
          <path d={head(to, y, Math.sign(to - from) || 1, 4)} stroke="none" />
        </g>
      ))}
    </g>
  );
}

function Arrow({ row, layout, drawing }: { row: Row; layout: Layout; drawing: Drawing }) {
  const { message, top, height, y, label, labelX, marks, text } = row;
  const { hrefOf, onPick, selected } = drawing;
  const isSelected = selected === message.number;
  const picked = (event: Event): void => {
    event.preventDefault();
    onPick?.(message.number);
  };
  return (
    <g class={isSelected ? "message selected" : "message"} data-packet={message.number}>
      {isSelected ? <rect class="choice" x={0} y={top} width={layout.width} height={height} rx={4} /> : null}
      {marks.map((mark, i) => (
        <State key={i} mark={mark} />
      ))}
      <a href={hrefOf?.(message.number)} {...(onPick && { onClick: picked })}>
        <rect class="hit" x={0} y={top + 4} width={layout.width} height={36} />
        {layout.isNarrow ? (
          <text class="dim mono" x={4} y={y - 10}>
            {message.number}
          </text>
        ) : (
          <text class="dim mono" x={8} y={y + 4}>
            {message.number}
            <tspan x={28}>{` ${message.time.toFixed(4)}`}</tspan>
          </text>
        )}
        <Body row={row} />
        <text class="label" x={labelX} y={y - 10} text-anchor="middle">
          {label}
        </text>
      </a>
      {text.lines.map((line, i) => (
        <text key={i} class="says" x={text.x} y={text.y + i * sizes.line}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** The arrow itself: from its sender on it says what is wrapped in what, the outermost layer first. */
function Body({ row: { from, to, y, sight, message } }: { row: Row }) {
  const colour = colourOf(topOf(sight));
  const isForAll = message.to === "*";
  const far = to.toSorted((a, b) => Math.abs(b - from) - Math.abs(a - from))[0] ?? from;
  const way = Math.sign(far - from) || 1;
  const room = Math.max(24, Math.abs(far - from) - 16);
  const layers = sight.layers.filter(name => name !== "data");
  const step = Math.min(42, room / Math.max(1, layers.length));
  return (
    <g>
      {(to.length > 0 ? to : [from]).map(x => (
        <g key={x}>
          <line
            x1={from}
            y1={y}
            x2={x - 5 * (Math.sign(x - from) || 1)}
            y2={y}
            stroke={colour}
            stroke-width={2}
            {...(isForAll && { "stroke-dasharray": "5 4" })}
          />
          <path d={head(x, y, Math.sign(x - from) || 1, 6)} fill={colour} />
        </g>
      ))}
      {layers.map((layer, i) => {
        const x = way > 0 ? from + i * step : from - (i + 1) * step;
        const name = shortNameOf(layer);
        const isNamed = widthOf(name, 8.5) < step - 2;
        return (
          <g key={layer}>
            <rect x={x} y={y - 6.5} width={step - 1} height={sizes.band} rx={2} fill={colourOf(layer)} />
            {isNamed ? (
              <text class="layer" x={x + (step - 1) / 2} y={y + 3} text-anchor="middle">
                {name}
              </text>
            ) : null}
          </g>
        );
      })}
      <circle cx={from} cy={y} r={3} fill={colour} />
    </g>
  );
}

const State = ({ mark: { x, y, width, lines, isOwn } }: { mark: Mark }) => (
  <g class={isOwn ? "state own" : "state"}>
    <rect
      x={x - width / 2}
      y={y}
      width={width}
      height={lines.length * sizes.markLine + 4}
      rx={isOwn ? 8 : 3}
    />
    {lines.map((line, i) => (
      <text key={i} x={x} y={y + 11.5 + i * sizes.markLine} text-anchor="middle">
        {line}
      </text>
    ))}
  </g>
);

/** There is no element for a group of links within SVG. */
export const named = (label: string) => ({ role: "group", "aria-label": label }) as const;

/** An arrow's head that ends at x. */
const head = (x: number, y: number, way: number, size: number): string =>
  `M${x} ${y}l${-way * size * 1.5} ${-size * 0.8}v${size * 1.6}z`;

const onEnter = (does: () => void) => (event: KeyboardEvent) => {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  does();
};

const words: Readonly<Record<Language, { ladder: string }>> = {
  en: { ladder: "Ladder of the messages" },
  es: { ladder: "Diagrama de los mensajes" },
};
