// The fields of a packet as a tree that is walked by the arrow keys.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Node } from "./captured.ts";
import type { Fields, Line } from "./fields.ts";
import { useScrolling } from "./scrolling.ts";

/** Pixels; the same as in page.css. */
const lineHeight = 22;

export interface TreeProps {
  readonly fields: Fields;
  readonly folds: ReadonlyMap<string, boolean>;
  readonly fold: (changes: Iterable<readonly [key: string, isOpen: boolean]>) => void;
  /** The field that is chosen, and the one that is pointed at. */
  readonly chosen: Node | undefined;
  readonly lit: Node | undefined;
  readonly choose: (node: Node) => void;
  readonly point: (node: Node | undefined) => void;
  readonly label: string;
  readonly view: RefObject<HTMLDivElement | null>;
}

export function Tree(props: TreeProps) {
  const { fields, folds, fold, chosen, lit, choose, point, label, view } = props;
  const lines = fields.lines(folds);
  const { first, end, height, offset, reveal, page } = useScrolling(view, lines.length, lineHeight);
  const at = lines.findIndex(({ node }) => node === chosen);
  const shown = useRef<Node | undefined>(undefined);
  useLayoutEffect(() => {
    if (chosen && chosen !== shown.current && at >= 0) reveal(at);
    shown.current = chosen;
  });

  const press = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    const line = lines[at];
    const isWhole = event.ctrlKey && (event.key === "ArrowLeft" || event.key === "ArrowRight");
    if (event.ctrlKey && !isWhole) return;
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: lines.length - 1,
    }[event.key];
    if (isWhole) fold(allOf(fields.shown.tree, fields, event.key === "ArrowRight"));
    else if (to !== undefined) choose(lines[Math.max(0, Math.min(to, lines.length - 1))]!.node);
    else if (!line || !walk(event, line, lines, at, props)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={view}
      class="tree"
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={at >= first && at < end ? `field-${at}` : undefined}
      onKeyDown={press}
      onMouseLeave={() => point(undefined)}
    >
      <div class="whole" role="presentation" style={{ height: `${height}px` }}>
        <div class="lines" role="presentation" style={{ transform: `translateY(${offset}px)` }}>
          {lines.slice(first, end).map((line, i) => (
            <Item
              key={line.node.path}
              line={line}
              id={`field-${first + i}`}
              isChosen={line.node === chosen}
              isLit={line.node === lit}
              {...{ fields, fold, choose, point, view }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Folding, and the ways up and down. Returns whether the key meant something. */
function walk(
  event: KeyboardEvent,
  { node, isOpen }: Line,
  lines: readonly Line[],
  at: number,
  { fields, fold, choose }: TreeProps,
): boolean {
  const parent = fields.parent(node);
  const isFoldable = isOpen !== undefined;
  if (event.key === "ArrowRight" && event.shiftKey) fold(allOf([node], fields, true));
  else if (event.key === "ArrowRight" && isFoldable && !isOpen) fold([[fields.key(node), true]]);
  else if (event.key === "ArrowRight" && isOpen) choose(lines[at + 1]!.node);
  else if (event.key === "ArrowLeft" && isOpen) fold([[fields.key(node), false]]);
  else if ((event.key === "ArrowLeft" || event.key === "Backspace") && parent) choose(parent);
  else if ((event.key === "Enter" || event.key === " ") && isFoldable) fold([[fields.key(node), !isOpen]]);
  else return event.key === "ArrowLeft" || event.key === "ArrowRight";
  return true;
}

function* allOf(
  nodes: readonly Node[],
  fields: Fields,
  isOpen: boolean,
): Generator<readonly [string, boolean]> {
  for (const node of nodes) {
    if (!node.inner) continue;
    yield [fields.key(node), isOpen];
    yield* allOf(node.inner, fields, isOpen);
  }
}

interface ItemProps extends Pick<TreeProps, "fields" | "fold" | "choose" | "point" | "view"> {
  readonly line: Line;
  readonly id: string;
  readonly isChosen: boolean;
  readonly isLit: boolean;
}

function Item({ line, id, isChosen, isLit, fields, fold, choose, point, view }: ItemProps) {
  const { node, level, position, siblings, isOpen } = line;
  const classes = [
    "line",
    node.kind,
    node.protocol && `p-${node.protocol}`,
    isChosen && "chosen",
    isLit && "lit",
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's
    <div
      id={id}
      class={classes.filter(Boolean).join(" ").replace("worked out", "worked-out")}
      role="treeitem"
      tabIndex={-1}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={isOpen}
      aria-selected={isChosen}
      data-path={node.path}
      style={{ paddingLeft: `${level * 16 - 10}px` }}
      onClick={() => {
        choose(node);
        view.current?.focus({ preventScroll: true });
      }}
      onDblClick={() => isOpen !== undefined && fold([[fields.key(node), !isOpen]])}
      onMouseEnter={() => point(node)}
    >
      <span
        class={isOpen === undefined ? "twist none" : "twist"}
        aria-hidden="true"
        onClick={event => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          fold([[fields.key(node), !isOpen]]);
        }}
      >
        {isOpen === undefined ? "" : isOpen ? "▾" : "▸"}
      </span>
      <span class="label">{node.label}</span>
      {node.shown !== undefined && <span class="shown">{node.shown}</span>}
    </div>
  );
}
