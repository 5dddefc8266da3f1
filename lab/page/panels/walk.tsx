// The handshake walk in the page: which session, whether sealed records are looked into, whether keys are shown.
import { useState } from "preact/hooks";
import { WalkDrawing } from "../../drawings/walk/drawing.tsx";
import type { Walk } from "../../drawings/walk/walk.ts";
import { useAnswer } from "../answer.ts";
import type { PanelProps } from "../parts.tsx";
import { EavesdropperSwitch } from "./eavesdropper.tsx";
import "../../drawings/walk/walk.css";
import "./ladder.css";

export function WalkPanel(props: PanelProps) {
  const { language, select } = props;
  const said = words[language];
  const [shows, show] = useState(false);
  const [isOpen, open] = useState(true);
  const [at, turn] = useState(0);
  const { answer: walks, refused } = useAnswer<readonly Walk[]>(props, "walk", shows ? { secrets: 1 } : {});
  if (refused !== undefined) return <p class="refused">{refused}</p>;
  if (!walks) return <p class="waiting">…</p>;
  const walk = walks[at] ?? walks[0];
  if (!walk) return <p class="waiting">{said.none}</p>;
  const isKnown = walk.secrets.some(({ known }) => known === "told");
  return (
    <div class="ladder-panel">
      <div class="ladder-bar">
        {walks.length > 1 ? (
          <label>
            {said.session}{" "}
            <select value={String(at)} onChange={event => turn(Number(event.currentTarget.value))}>
              {walks.map(({ client, server, stream }, i) => (
                <option key={stream} value={String(i)}>{`${stream}: ${client} → ${server}`}</option>
              ))}
            </select>
          </label>
        ) : null}
        <EavesdropperSwitch {...{ language, isOpen, open }} isUseful={isKnown} />
        {props.captured.about.embedded ? null : (
          <button
            type="button"
            role="switch"
            aria-checked={shows}
            disabled={!isKnown}
            onClick={() => show(!shows)}
          >
            {said.keys}
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="ladder-place walk-place" aria-label={said.walk} tabIndex={0}>
        <WalkDrawing
          walk={walk}
          language={language}
          isOpen={isOpen}
          id="walk"
          hrefOf={packet => `#packet-${packet}`}
          onPick={packet => select(packet)}
        />
      </section>
    </div>
  );
}

const words = {
  en: {
    none: "This capture has no TLS handshake.",
    session: "Session:",
    keys: "Show the keys",
    walk: "Handshake",
  },
  es: {
    none: "En esta captura no hay negociación TLS.",
    session: "Sesión:",
    keys: "Mostrar las claves",
    walk: "Negociación",
  },
} as const;
