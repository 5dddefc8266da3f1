// What the field that is pointed at, or chosen, says: in a sentence, with its standard, and as a filter.
import type { Language } from "../words.ts";
import type { Node, Shown } from "./captured.ts";
import type { Words } from "./words.ts";

export function Explained({
  node,
  shown,
  language,
  words,
  filter,
  select,
}: {
  readonly node: Node | undefined;
  readonly shown: Shown;
  readonly language: Language;
  readonly words: Words;
  /** Filters by it: alone, or in addition. */
  readonly filter: (text: string, isMore: boolean) => void;
  readonly select: (packet: number) => void;
}) {
  if (!node) return <Story shown={shown} words={words} />;
  const { label, shown: value, says, reference, start, size, bits, filter: text, packets } = node;
  const octets = size && node.source !== undefined ? shown.sources[node.source]!.octets : undefined;
  return (
    <div class="explained">
      <p class="what">
        <strong>{label}</strong>
        {value !== undefined && <span class="value"> {value}</span>}
      </p>
      {says && <p class="says">{says[language]}</p>}
      <p class="more">
        {reference && <cite>{reference}</cite>}
        {start !== undefined && size !== undefined && size > 0 && (
          <span>
            {words.offset(String(start), size)}
            {bits && `, ${words.bits(bits[0], bits[0] + bits[1] - 1)}`}
          </span>
        )}
        {bits && octets && (
          <code class="bits">{bitsOf(octets.slice(start! * 2, (start! + size!) * 2), bits)}</code>
        )}
        {packets?.map(packet => (
          <button key={packet} type="button" class="link" onClick={() => select(packet)}>
            {words.packet} {packet}
          </button>
        ))}
        {text && (
          <span class="filters">
            <code>{text}</code>
            <button type="button" class="link" onClick={() => filter(text, false)}>
              {words.asFilter}
            </button>
            <button type="button" class="link" onClick={() => filter(text, true)}>
              {words.andFilter}
            </button>
          </span>
        )}
      </p>
    </div>
  );
}

/** As long as no field is chosen: what the story says of the packet. */
function Story({ shown, words }: { readonly shown: Shown; readonly words: Words }) {
  const comments = shown.tree[0]?.inner?.filter(({ kind }) => kind === "comment") ?? [];
  if (comments.length === 0) return <div class="explained empty">{words.hover}</div>;
  return (
    // A long story scrolls, by keys too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse
    <section class="explained" aria-label={words.story} tabIndex={0}>
      {comments.map(({ path, label }) => (
        <p key={path} class="comment">
          {label}
        </p>
      ))}
    </section>
  );
}

/** ".... 0101": the field's own bits among those of its octets. */
function bitsOf(octets: string, [first, width]: readonly [number, number]): string {
  const all = [...octets].map(digit => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  const own = [...all].map((bit, i) => (i >= first && i < first + width ? bit : "."));
  return own.join("").replace(/(.{4})(?=.)/g, "$1 ");
}
