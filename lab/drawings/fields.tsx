// Octets on the left, what they are on the right: an annotated message, the same on paper and on the screen.
import type { Node } from "../inspect/shown.ts";
import type { Language } from "../words.ts";
import type { Part } from "./walk/walk.ts";

export interface OctetsProps {
  readonly part: Pick<Part, "octets" | "tree">;
  readonly language: Language;
  readonly name: string;
  readonly isOpen: boolean;
  /** What was explained before, by path: it is explained once. None: everything is, each time. */
  readonly explained?: Set<string>;
}

export function Octets({ part, language, name, isOpen, explained }: OctetsProps) {
  return (
    <details open={isOpen}>
      <summary>{name}</summary>
      <div class="walk-octets">
        {part.tree.map(node => (
          <Field key={node.path} {...{ node, part, language, explained, depth: 0 }} />
        ))}
      </div>
    </details>
  );
}

interface FieldProps {
  readonly node: Node;
  readonly part: OctetsProps["part"];
  readonly language: Language;
  readonly depth: number;
  readonly explained: Set<string> | undefined;
}

function Field({ node, part, language, depth, explained }: FieldProps) {
  const inner = (node.inner ?? []).filter(({ kind }) => kind !== "worked out");
  const isLeaf = inner.length === 0;
  const { start = 0, size = 0 } = node;
  const octets = isLeaf ? part.octets.slice(2 * start, 2 * (start + size)) : "";
  const line = (
    <div class={`walk-field walk-depth-${Math.min(depth, 6)}${isLeaf ? "" : " walk-head"}`}>
      <code>{isLeaf ? cut(octets) : ""}</code>
      <div>
        <b>{node.label}</b>
        {node.shown === undefined || isOctets.test(node.shown) ? null : (
          <span class="walk-shown">{clipped(node.shown)}</span>
        )}
        {isLeaf || depth === 0 ? null : (
          <span class="walk-reference">{` ${size} ${words[language].octets}`}</span>
        )}
        {node.says && isNews(node, explained) ? (
          <span class="walk-says">
            {node.says[language]} <span class="walk-reference">{node.reference}</span>
          </span>
        ) : null}
      </div>
    </div>
  );
  if (isLeaf) return line;
  const fields = inner.map(one => (
    <Field key={one.path} {...{ node: one, part, language, explained, depth: depth + 1 }} />
  ));
  if (leavesIn(node) <= mostOpen) return <>{[line, ...fields]}</>;
  return (
    <>
      {line}
      <details
        class={depth === 0 ? "walk-many walk-top" : "walk-many"}
        open={depth < 3 && inner.length <= 12}
      >
        <summary>{words[language].fields(leavesIn(node))}</summary>
        {fields}
      </details>
    </>
  );
}

/** A value that is only its octets, which stand beside it. */
const isOctets = /^[0-9a-f]{16,}/;
/** What has more parts than these opens when asked. */
const mostOpen = 40;
/** Octets of one field that are shown. */
const mostOctets = 48;
const mostShown = 160;

const leavesIn = (node: Node): number =>
  node.inner?.length ? node.inner.reduce((count, one) => count + leavesIn(one), 0) : 1;

/** The same field of an earlier message was explained there. */
function isNews({ says }: Node, explained: Set<string> | undefined): boolean {
  if (!explained || !says) return true;
  if (explained.has(says.en)) return false;
  explained.add(says.en);
  return true;
}

/** Two digits an octet, apart. */
export const spaced = (hex: string): string => hex.replace(/../g, "$& ").trimEnd();

const cut = (hex: string): string =>
  hex.length > 2 * mostOctets ? `${spaced(hex.slice(0, 2 * mostOctets))} …` : spaced(hex);

const clipped = (text: string): string => (text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);

const words = {
  en: { octets: "octets", fields: (count: number) => `${count} fields` },
  es: { octets: "octetos", fields: (count: number) => `${count} campos` },
} as const;
