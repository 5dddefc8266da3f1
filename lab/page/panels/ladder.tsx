// The ladder in the page: how near one looks, whether TLS is looked into, which part; and what each host knows by then.
import { useEffect, useState } from "preact/hooks";
import { LadderDrawing } from "../../drawings/ladder/drawing.tsx";
import { ladderSvg } from "../../drawings/ladder/file.tsx";
import { knowledgeAfter, type Ladder } from "../../drawings/ladder/ladder.ts";
import { type Detail, details, type View } from "../../drawings/ladder/layout.ts";
import type { Language } from "../../words.ts";
import { useAnswer } from "../answer.ts";
import type { PanelProps } from "../parts.tsx";
import { EavesdropperSwitch } from "./eavesdropper.tsx";
import "../../drawings/drawings.css";
import "./ladder.css";
import { useTail } from "./tail.ts";
import { useWidth } from "./width.ts";

export function LadderPanel(props: PanelProps) {
  const { answer, refused } = useAnswer<Ladder>(props, "ladder");
  if (refused !== undefined) return <p class="refused">{refused}</p>;
  if (!answer) return <p class="waiting">…</p>;
  if (answer.messages.length === 0) return <p class="waiting">{words[props.language].nothing}</p>;
  return <Zoomable {...props} ladder={answer} />;
}

/** Of a long run the whole is seen first. */
const manyMessages = 150;

export function Zoomable({
  ladder,
  language,
  selected,
  select,
  grows = false,
}: Pick<PanelProps, "language" | "selected" | "select"> & {
  readonly ladder: Ladder;
  /** New messages come at its end, which stays in sight unless somebody looks further up. */
  readonly grows?: boolean;
}) {
  const said = words[language];
  const [detail, look] = useState<Detail>(ladder.messages.length > manyMessages ? "overview" : "story");
  const [isOpen, open] = useState(true);
  const [chapter, zoom] = useState<number>();
  const [segment, turn] = useState(0);
  const [place, width] = useWidth<HTMLDivElement>();
  const view: View = {
    language,
    width: Math.max(320, width),
    isOpen,
    detail: chapter !== undefined && detail === "overview" ? "messages" : detail,
    segment,
    ...(chapter !== undefined && { chapter }),
  };
  const nearer = (by: number): void => {
    const at = details.indexOf(detail) + by;
    if (at < 0) zoom(undefined);
    else look(details[Math.min(at, details.length - 1)]!);
  };
  const [tail, scrolled] = useTail<HTMLElement>(ladder, grows);
  useEffect(() => zoom(undefined), [segment]);
  const isDivided = ladder.segments.length > 1;
  const sealed = ladder.messages.some(({ closed }) => closed !== undefined);
  return (
    <div class="ladder-panel">
      <div class="ladder-bar">
        <fieldset>
          <legend>{said.near}</legend>
          <button type="button" aria-label={said.farther} onClick={() => nearer(-1)}>
            −
          </button>
          {details.map(one => (
            <button
              type="button"
              key={one}
              aria-pressed={detail === one}
              onClick={() => {
                look(one);
                if (one === "overview") zoom(undefined);
              }}
            >
              {said[one]}
            </button>
          ))}
          <button type="button" aria-label={said.nearer} onClick={() => nearer(1)}>
            +
          </button>
        </fieldset>
        <label>
          {said.part}{" "}
          <select
            value={chapter === undefined ? "" : String(chapter)}
            onChange={event => {
              const { value } = event.currentTarget;
              zoom(value === "" ? undefined : Number(value));
              if (value !== "") look("story");
            }}
          >
            <option value="">{said.whole}</option>
            {ladder.chapters.map((one, at) =>
              ladder.messages.some(message => message.chapter === at && message.segment === segment) ? (
                <option key={at} value={String(at)}>
                  {`${(isOpen ? one.title : (one.closed ?? one.title))[language]} (${one.messages})`}
                </option>
              ) : null,
            )}
          </select>
        </label>
        {isDivided ? (
          <label>
            {said.side}{" "}
            <select value={String(segment)} onChange={event => turn(Number(event.currentTarget.value))}>
              {ladder.segments.map((name, at) => (
                <option key={name} value={String(at)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <EavesdropperSwitch {...{ language, isOpen, open }} isUseful={sealed} />
        <button
          type="button"
          onClick={() => save(ladderSvg(ladder, { ...view, width: 1200 }, styleOfDrawings()), "ladder.svg")}
        >
          {said.save}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="ladder-place" aria-label={said.drawing} tabIndex={0} ref={tail} onScroll={scrolled}>
        <div ref={place}>
          {width > 0 ? (
            <LadderDrawing
              ladder={ladder}
              view={view}
              {...(selected !== undefined && { selected })}
              hrefOf={packet => `#packet-${packet}`}
              onPick={packet => select(packet)}
              onZoom={at => {
                zoom(at);
                look("story");
              }}
            />
          ) : null}
        </div>
        {ladder.more ? <p>{said.more(ladder.messages.length)}</p> : null}
      </section>
      <Knowledge ladder={ladder} selected={selected} isOpen={isOpen} language={language} />
    </div>
  );
}

/** Of what a host knows, that which it came to know last. */
const mostFacts = 6;

/** What each host knows once the selected packet has passed; without one, at the end. */
export function Knowledge({
  ladder,
  selected,
  isOpen,
  language,
}: {
  readonly ladder: Ladder;
  readonly selected: number | undefined;
  readonly isOpen: boolean;
  readonly language: Language;
}) {
  const at = ladder.messages.findIndex(({ number }) => number === selected);
  const known = knowledgeAfter(ladder.messages, at < 0 ? ladder.messages.length : at + 1, isOpen);
  const said = words[language];
  return (
    <section class="ladder-knowledge" aria-label={said.knows}>
      <h3>{at < 0 ? said.atTheEnd : said.after(ladder.messages[at]!.number)}</h3>
      <dl>
        {[...known].map(([host, facts]) => (
          <div key={host}>
            <dt>{host}</dt>
            <dd>
              {facts.length > mostFacts ? "… · " : null}
              {facts.slice(-mostFacts).map((fact, i) => (
                <span key={i}>
                  {i > 0 ? " · " : null}
                  {typeof fact === "string" ? fact : fact[language]}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** drawings.css, as the page has it. */
const styleOfDrawings = (): string =>
  [...document.styleSheets]
    .flatMap(sheet => [...sheet.cssRules])
    .filter(rule => rule instanceof CSSStyleRule && rule.selectorText.startsWith(".drawing"))
    .map(({ cssText }) => cssText)
    .join("\n");

/** Hands a file to the person; nothing leaves the machine. */
function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

const words = {
  en: {
    nothing: "No packets yet.",
    near: "How near",
    farther: "Farther",
    nearer: "Nearer",
    overview: "Whole run",
    messages: "Messages",
    story: "Story and states",
    part: "Part:",
    whole: "all of it",
    side: "Network:",
    save: "Save as SVG",
    drawing: "Ladder",
    more: (count: number) => `The first ${count} packets are drawn.`,
    knows: "What each host knows",
    atTheEnd: "What each knows at the end",
    after: (packet: number) => `What each knows after packet ${packet}`,
  },
  es: {
    nothing: "Todavía no hay paquetes.",
    near: "Cómo de cerca",
    farther: "Más lejos",
    nearer: "Más cerca",
    overview: "Todo",
    messages: "Mensajes",
    story: "Historia y estados",
    part: "Parte:",
    whole: "todo",
    side: "Red:",
    save: "Guardar como SVG",
    drawing: "Diagrama",
    more: (count: number) => `Se dibujan los primeros ${count} paquetes.`,
    knows: "Lo que sabe cada uno",
    atTheEnd: "Lo que sabe cada uno al final",
    after: (packet: number) => `Lo que sabe cada uno tras el paquete ${packet}`,
  },
} as const;
