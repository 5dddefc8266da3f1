// The page of a run that is being played: boards to press and unplug, consoles, faults, and the ladder as it grows.
import "./page.css";
import "./live.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Ladder } from "../drawings/ladder/ladder.ts";
import type { Language } from "../words.ts";
import {
  type AboutLive,
  faultLimits,
  faultNames,
  type LaidFaults,
  type LiveAct,
  type LiveBoard,
  type LiveEvents,
  type LiveLine,
  type Over,
} from "./live.ts";
import { Zoomable } from "./panels/ladder.tsx";
import { useTail } from "./panels/tail.ts";

interface Seen {
  readonly boards: readonly LiveBoard[];
  readonly lines: readonly LiveLine[];
  readonly ladder?: Ladder;
  readonly faults: Readonly<Record<string, LaidFaults>>;
  readonly over?: Over;
  /** The lab has ended. */
  readonly isLost?: boolean;
}

/** Lines that the page keeps. */
const mostLines = 2000;

function Page({ about }: { readonly about: AboutLive }) {
  const { language } = about;
  const said = words[language];
  const [seen, see] = useState<Seen>({ boards: [], lines: [], faults: {} });
  const [refused, refuse] = useState("");
  useEffect(() => listen(see), []);
  const act = async (what: LiveAct): Promise<void> => {
    const answer = await fetch("act", { method: "POST", body: JSON.stringify(what) }).catch(() => undefined);
    refuse(answer?.ok ? "" : ((await answer?.text()) ?? said.lost));
  };
  const { boards, lines, ladder, faults, over, isLost } = seen;
  const isPlaying = !over && !isLost;
  return (
    <div class="live">
      <header class="head">
        <h1>{about.name}</h1>
        <p class="progress" role="status">
          {isLost && !over
            ? said.lost
            : over
              ? over.ok
                ? said.ok
                : said.failed
              : boards.length > 0
                ? said.playing
                : said.waiting}
        </p>
        {over?.url ? <a href={over.url}>{said.look}</a> : null}
      </header>
      <p class={refused === "" ? "hidden" : "banner"} role="status">
        {refused}
      </p>
      {over && !over.ok ? <p class="banner warning">{over.says}</p> : null}
      <main class="live-main">
        <div class="live-side">
          {boards.map(board => (
            <Board key={board.name} board={board} language={language} isPlaying={isPlaying} act={act} />
          ))}
          <Desk language={language} isPlaying={isPlaying} act={act} />
          <Faults
            hosts={ladder?.hosts.map(({ name }) => name) ?? boards.map(({ name }) => name)}
            faults={faults}
            language={language}
            isPlaying={isPlaying}
            act={act}
          />
          <Console lines={lines} language={language} />
        </div>
        <div class="live-ladder">
          {ladder && ladder.messages.length > 0 ? (
            <Zoomable
              ladder={ladder}
              language={language}
              selected={undefined}
              select={() => {}}
              grows={isPlaying}
            />
          ) : (
            <p class="waiting">{said.noPackets}</p>
          )}
        </div>
      </main>
    </div>
  );
}

interface Part {
  readonly language: Language;
  readonly isPlaying: boolean;
  act(what: LiveAct): void;
}

function Board({ board, language, isPlaying, act }: Part & { readonly board: LiveBoard }) {
  const said = words[language];
  const { name, address, lit, isLinked, isOver } = board;
  const isIdle = !isPlaying || isOver;
  return (
    <section class="live-card" aria-label={name}>
      <h2>{name}</h2>
      <p class="live-faint">
        {isOver ? said.isOver : (address ?? said.noAddress)}
        {isLinked ? null : ` · ${said.unplugged}`}
      </p>
      <div class="live-board">
        <ul class="live-leds">
          {[1, 2, 3].map(led => (
            <li key={led} class={lit.includes(led) ? `led lit led-${led}` : "led"}>
              LED {led} <span class="sr">{lit.includes(led) ? said.on : said.off}</span>
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="live-button"
          disabled={isIdle || !isLinked}
          onClick={() => act({ does: "button", board: name })}
        >
          {said.button}
        </button>
        <button
          type="button"
          role="switch"
          aria-checked={isLinked}
          disabled={isIdle}
          onClick={() => act({ does: isLinked ? "pull" : "plug", board: name })}
        >
          {isLinked ? `═══ ${said.pull}` : `═ ═ ${said.plug}`}
        </button>
        <button type="button" disabled={isIdle} onClick={() => act({ does: "off", board: name })}>
          {said.switchOff}
        </button>
      </div>
    </section>
  );
}

function Desk({ language, isPlaying, act }: Part) {
  const said = words[language];
  const [text, write] = useState("Hola XD");
  const publish = (what: string): void => act({ does: "publish", text: what });
  return (
    <section class="live-card" aria-label={said.desk}>
      <h2>{said.desk}</h2>
      <form
        class="live-row"
        onSubmit={event => {
          event.preventDefault();
          if (text !== "") publish(text);
        }}
      >
        <label>
          <span class="sr">{said.message}</span>
          <input value={text} maxLength={1000} onInput={event => write(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={!isPlaying}>
          {said.publish}
        </button>
      </form>
      <div class="live-row">
        {[1, 2, 3].flatMap(led =>
          (["ON", "OFF"] as const).map(state => (
            <button
              type="button"
              key={`${led}${state}`}
              disabled={!isPlaying}
              onClick={() => publish(`LD${led}${state}`)}
            >
              {`LD${led}${state}`}
            </button>
          )),
        )}
      </div>
    </section>
  );
}

function Faults({
  hosts,
  faults,
  language,
  isPlaying,
  act,
}: Part & { readonly hosts: readonly string[]; readonly faults: Seen["faults"] }) {
  const said = words[language];
  const [host, choose] = useState<string>();
  const [wanted, want] = useState<LaidFaults>({});
  const chosen = host ?? hosts[0];
  const laid = Object.entries(faults).filter(([, one]) => Object.values(one).some(value => value > 0));
  const names = Object.keys(faultLimits) as (keyof LaidFaults)[];
  return (
    <details class="live-card">
      <summary>
        <h2>{said.faults}</h2>
      </summary>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (chosen !== undefined) act({ does: "faults", host: chosen, faults: wanted });
        }}
      >
        <label>
          {said.cableOf}{" "}
          <select value={chosen} onChange={event => choose(event.currentTarget.value)}>
            {hosts.map(one => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <div class="live-faults">
          {names.map(name => (
            <label key={name}>
              {faultNames[name][language]}, {faultNames[name].unit}{" "}
              <input
                type="number"
                min={0}
                max={faultLimits[name]}
                value={wanted[name] ?? 0}
                onInput={event =>
                  want({ ...wanted, [name]: Math.max(0, Number(event.currentTarget.value) || 0) })
                }
              />
            </label>
          ))}
        </div>
        <button type="submit" disabled={!isPlaying}>
          {said.lay}
        </button>{" "}
        <button
          type="button"
          disabled={!isPlaying}
          onClick={() => {
            want({});
            if (chosen !== undefined) act({ does: "faults", host: chosen, faults: {} });
          }}
        >
          {said.mend}
        </button>
      </form>
      <ul class="live-laid">
        {laid.map(([name, one]) => (
          <li key={name}>
            {name}:{" "}
            {names
              .filter(fault => (one[fault] ?? 0) > 0)
              .map(fault => `${one[fault]} ${faultNames[fault].unit} ${faultNames[fault][language]}`)
              .join(", ")}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The last line stays in sight, unless somebody reads further up. */
function Console({ lines, language }: { readonly lines: readonly LiveLine[]; readonly language: Language }) {
  const [place, scrolled] = useTail<HTMLOListElement>(lines, true);
  return (
    <section class="live-card live-console" aria-label={words[language].console}>
      <h2>{words[language].console}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <ol ref={place} onScroll={scrolled} tabIndex={0} aria-label={words[language].console}>
        {lines.map((line, i) => (
          <li key={i} class={`line-${line.kind}`}>
            <span class="live-time">{line.time.toFixed(3)}</span> {line.who === "" ? null : <b>{line.who}</b>}{" "}
            {line.text}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Hears what the lab tells, from the first event on. */
function listen(see: (change: (seen: Seen) => Seen) => void): () => void {
  const source = new EventSource("events");
  const on = <Name extends keyof LiveEvents>(
    name: Name,
    change: (seen: Seen, told: LiveEvents[Name]) => Seen,
  ): void =>
    source.addEventListener(name, event => {
      const told = JSON.parse((event as MessageEvent<string>).data);
      see(seen => change({ ...seen, isLost: false }, told));
    });
  on("boards", (seen, boards) => ({ ...seen, boards }));
  on("lines", (seen, lines) => ({
    ...seen,
    // What comes first, or after a break, is all that was so far.
    lines: (lines.length === 1 ? [...seen.lines, ...lines] : lines).slice(-mostLines),
  }));
  on("faults", (seen, faults) => ({ ...seen, faults }));
  on("over", (seen, over) => ({ ...seen, over }));
  on("ladder", (seen, { from, messages, ...rest }) => ({
    ...seen,
    ladder: { ...rest, messages: [...(seen.ladder?.messages.slice(0, from) ?? []), ...messages] },
  }));
  source.onerror = () => see(seen => ({ ...seen, isLost: true }));
  return () => source.close();
}

const words = {
  en: {
    waiting: "The run is about to begin.",
    playing: "The run is being played.",
    ok: "The run is over; it went as expected.",
    failed: "The run is over; it did not go as expected.",
    lost: "The lab has ended.",
    look: "Look at the capture",
    noPackets: "No packet has passed yet.",
    noAddress: "no address yet",
    unplugged: "unplugged",
    isOver: "has done its work",
    on: "on",
    off: "off",
    button: "Button",
    pull: "pull the cable",
    plug: "plug it in",
    switchOff: "Switch off",
    desk: "At the PC",
    message: "Message for the secret topic",
    publish: "Publish",
    faults: "Faults",
    cableOf: "Cable of",
    lay: "Lay them on the cable",
    mend: "Mend the cable",
    console: "Console",
  },
  es: {
    waiting: "La ejecución está a punto de empezar.",
    playing: "La ejecución está en marcha.",
    ok: "La ejecución ha terminado como se esperaba.",
    failed: "La ejecución no ha terminado como se esperaba.",
    lost: "El laboratorio ha terminado.",
    look: "Ver la captura",
    noPackets: "Todavía no ha pasado ningún paquete.",
    noAddress: "aún sin dirección",
    unplugged: "desconectada",
    isOver: "ha terminado su trabajo",
    on: "encendido",
    off: "apagado",
    button: "Botón",
    pull: "desconectar el cable",
    plug: "conectarlo",
    switchOff: "Apagar",
    desk: "En el PC",
    message: "Mensaje para el tema secreto",
    publish: "Publicar",
    faults: "Fallos",
    cableOf: "Cable de",
    lay: "Ponerlos en el cable",
    mend: "Arreglar el cable",
    console: "Consola",
  },
} as const;

const about: AboutLive = JSON.parse(document.body.dataset.about!);
document.body.classList.add("view");
render(<Page about={about} />, document.body);
