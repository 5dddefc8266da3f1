// The display filter: completed while it is written, its errors shown where they are, applied by Enter.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Captured, type FieldName, Wrong } from "./captured.ts";
import { suggestions, use, usedFilters } from "./completion.ts";
import type { Words } from "./words.ts";

/** Milliseconds of rest before what is written is judged. */
const rest = 250;

export interface FilterProps {
  readonly captured: Captured;
  readonly words: Words;
  /** What is written, which others may write too: a field's own filter. */
  readonly text: string;
  readonly write: (text: string) => void;
  /** Empty: all packets. */
  readonly apply: (text: string) => Promise<void>;
  /** What is applied now. */
  readonly applied: string;
  readonly leave: () => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ captured, words, text, write, apply, applied, leave, input }: FilterProps) {
  const [names, know] = useState<readonly FieldName[]>([]);
  const [caret, place] = useState(0);
  const [isOpen, open] = useState(false);
  const [at, point] = useState(-1);
  const [judged, judge] = useState<Wrong | Error>();
  const used = useRef(usedFilters());
  const list = isOpen ? suggestions(text, caret, names, used.current) : [];
  // A name that is still being written is no error yet.
  const wrong = list.length > 0 ? undefined : judged;

  useEffect(() => {
    judge(undefined);
    if (text.trim() === "" || text === applied) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      captured.check(text).catch(error => isCurrent && error instanceof Wrong && judge(error));
    }, rest);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [captured, text, applied]);

  const submit = (what: string): void => {
    open(false);
    const trimmed = what.trim();
    apply(trimmed).then(
      () => {
        if (trimmed === "") return;
        use(trimmed);
        used.current = usedFilters();
      },
      error => judge(error as Error),
    );
  };
  const take = (i: number): void => {
    const { text: next, caret: after } = list[i]!;
    // At once, not when it is drawn: who goes on typing goes on behind the name.
    if (input.current) {
      input.current.value = next;
      input.current.focus();
      input.current.setSelectionRange(after, after);
    }
    write(next);
    place(after);
    point(-1);
    open(false);
  };
  const press = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (!isOpen) open(true);
      else if (list.length > 0)
        point(at < 0 ? (step > 0 ? 0 : list.length - 1) : (at + step + list.length) % list.length);
    } else if (event.key === "Enter") {
      if (list[at]) take(at);
      else submit(text);
    } else if (event.key === "Tab" && list[at] && !event.shiftKey) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape") {
      if (list.length > 0) open(false);
      else leave();
    }
  };

  return (
    <search class="filter">
      <div class={`entry${wrong ? " wrong" : applied !== "" && applied === text ? " applied" : ""}`}>
        <input
          ref={input}
          type="text"
          role="combobox"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          maxLength={2000}
          aria-label={words.filter}
          aria-expanded={list.length > 0}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong ? "filter-wrong" : undefined}
          aria-activedescendant={list[at] ? `suggestion-${at}` : undefined}
          placeholder={words.filterHint}
          value={text}
          onFocus={() => captured.names().then(know, () => {})}
          onBlur={() => open(false)}
          onInput={({ currentTarget }) => {
            write(currentTarget.value);
            place(currentTarget.selectionStart ?? currentTarget.value.length);
            point(-1);
            open(true);
          }}
          onKeyDown={press}
        />
        <button type="button" onClick={() => submit(text)} disabled={text === applied}>
          {words.apply}
        </button>
        <button
          type="button"
          onClick={() => {
            write("");
            submit("");
          }}
          disabled={text === "" && applied === ""}
        >
          {words.clear}
        </button>
      </div>
      <div
        id="suggestions"
        role="listbox"
        aria-label={words.suggestions}
        class={list.length > 0 ? "suggestions" : "hidden"}
        tabIndex={-1}
      >
        {list.map((one, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's
          <div
            key={one.shown}
            id={`suggestion-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onMouseDown={event => event.preventDefault()}
            onClick={() => take(i)}
          >
            <span>{one.shown}</span> <span class="type">{one.type ?? words.recent}</span>
          </div>
        ))}
      </div>
      {wrong && (
        <div id="filter-wrong" class="filter-wrong" role="alert">
          {wrong instanceof Wrong && (
            <pre aria-hidden="true">
              {text.slice(0, wrong.column)}
              <mark>{text.slice(wrong.column, wrong.column + wrong.length) || " "}</mark>
              {text.slice(wrong.column + wrong.length)}
              {"\n"}
              {" ".repeat(wrong.column)}^{"~".repeat(Math.max(0, wrong.length - 1))}
            </pre>
          )}
          <p>
            {/[.!?]$/.test(wrong.message) ? wrong.message : `${wrong.message}.`}
            {wrong instanceof Wrong && wrong.meant !== undefined && (
              <>
                {" "}
                {words.didYouMean}{" "}
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    const { column, length, meant } = wrong;
                    write(text.slice(0, column) + meant + text.slice(column + length));
                    input.current?.focus();
                  }}
                >
                  {wrong.meant}
                </button>
                ?
              </>
            )}
          </p>
        </div>
      )}
    </search>
  );
}
