// The whole page: its head with tabs and switches, the view behind the chosen tab, and what is said over it.
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Language } from "../words.ts";
import type { Captured, State } from "./captured.ts";
import { Dropping, SecretsButton } from "./dropping.tsx";
import { KeysDialog } from "./keys.tsx";
import { Packets } from "./packets.tsx";
import { parts } from "./parts.tsx";
import { useRemembered } from "./remembered.ts";
import { number, percent, wordsIn } from "./words.ts";

const beginning: State = {
  packets: 0,
  done: false,
  share: 0,
  generation: 0,
  findings: 0,
  damages: [],
  hosts: {},
};

type Theme = "auto" | "light" | "dark";
const themes: readonly Theme[] = ["auto", "light", "dark"];

export interface Jump {
  readonly packet: number;
  readonly path?: string;
}

export function App({
  captured,
  onLost,
}: {
  readonly captured: Captured;
  /** Takes what is to be called when the server has ended. */
  readonly onLost: (tell: () => void) => void;
}) {
  const { about } = captured;
  const [language, speak] = useRemembered<Language>("language", about.language);
  const [theme, shade] = useRemembered<Theme>("theme", "auto");
  const [tab, show] = useState(() => tabIn(location.hash));
  const [isLost, lose] = useState(false);
  const [notice, say] = useState("");
  const [isHelping, help] = useState(false);
  const [jump, setJump] = useState<Jump>();
  const [selected, setSelected] = useState<number>();
  const [names, name] = useRemembered("names", false);
  const [state, ask] = useCaptureState(captured);
  const words = wordsIn(language);

  useEffect(() => onLost(() => lose(true)), [onLost]);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  useEffect(() => {
    const follow = () => show(tabIn(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  const open = useCallback(
    (id: string) => {
      show(id);
      // A report's address is its own.
      if (!about.embedded) history.replaceState(null, "", `#${id}`);
    },
    [about.embedded],
  );
  const select = useCallback(
    (packet: number, path?: string) => {
      setJump({ packet, path });
      open(first);
    },
    [open],
  );

  const tabs = [
    { id: first, title: words.packets },
    ...parts.map(({ id, title }) => ({ id, title: title[language] })),
  ];
  const part = parts.find(({ id }) => id === tab);
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("list")?.focus()}>
        {words.skip}
      </button>
      <header class="head">
        <h1 title={about.name}>{about.name}</h1>
        <p class="progress" role="status">
          {state.done
            ? words.count(number(state.packets, language))
            : `${words.count(number(state.packets, language))}, ${words.reading(percent(state.share))}`}
        </p>
        <Tabs
          label={words.views}
          tabs={tabs}
          chosen={part ? tab : first}
          open={open}
          count={state.findings}
        />
        <div class="switches">
          {captured.secrets && <SecretsButton captured={captured} words={words} say={say} taken={ask} />}
          {Object.keys(state.hosts).length > 0 && (
            <button type="button" aria-pressed={names} title={words.namesHint} onClick={() => name(!names)}>
              {words.names}
            </button>
          )}
          <button
            type="button"
            title={words.language}
            lang={language === "es" ? "en" : "es"}
            onClick={() => speak(language === "es" ? "en" : "es")}
          >
            {language === "es" ? "English" : "Español"}
          </button>
          <button
            type="button"
            class="icon"
            aria-label={words.theme[theme]}
            title={words.theme[theme]}
            onClick={() => shade(nextTheme)}
          >
            {{ auto: "◐", light: "☀", dark: "☾" }[theme]}
          </button>
          <button
            type="button"
            class="icon"
            aria-label={words.keys}
            title={words.keys}
            onClick={() => help(true)}
          >
            ?
          </button>
        </div>
      </header>
      {state.damages.length > 0 && (
        <p class="banner warning" role="status">
          {words.damaged} {state.damages.slice(0, 3).join(" ")}
        </p>
      )}
      {isLost && (
        <p class="banner" role="alert">
          {words.lost}
        </p>
      )}
      <p class={notice === "" ? "hidden" : "banner notice"} role="status">
        {notice}
      </p>
      <main>
        <div
          class="panel-place"
          id={`panel-${part ? tab : first}`}
          role="tabpanel"
          aria-labelledby={`tab-${part ? tab : first}`}
        >
          <Packets
            isShown={!part}
            captured={captured}
            state={state}
            language={language}
            names={names ? state.hosts : undefined}
            jump={jump}
            onSelect={setSelected}
            onHelp={() => help(true)}
          />
          {part && (
            <section class="panel" key={part.id}>
              <part.panel
                captured={captured}
                language={language}
                generation={state.generation}
                selected={selected}
                select={select}
              />
            </section>
          )}
        </div>
      </main>
      {captured.secrets && <Dropping captured={captured} words={words} say={say} taken={ask} />}
      {isHelping && <KeysDialog words={words} close={() => help(false)} />}
    </>
  );
}

const first = "packets";
const tabIn = (hash: string): string => {
  const id = hash.slice(1);
  return parts.some(part => part.id === id) ? id : first;
};

/** How far the capture is read; asked again until it is to its end, and whenever the returned function is called. */
function useCaptureState(captured: Captured): readonly [State, () => void] {
  const [state, tell] = useState(captured.about.first?.state ?? beginning);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const ask = useCallback(() => {
    clearTimeout(timer.current);
    captured.state().then(
      next => {
        tell(next);
        if (!next.done) timer.current = setTimeout(ask, next.packets === 0 ? 30 : 250);
      },
      () => {},
    );
  }, [captured]);
  useEffect(() => {
    ask();
    return () => clearTimeout(timer.current);
  }, [ask]);
  return [state, ask];
}

/** Arrow keys go from tab to tab, as the tabs of ARIA's patterns do. */
function Tabs({
  label,
  tabs,
  chosen,
  open,
  count,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly title: string }[];
  readonly chosen: string;
  readonly open: (id: string) => void;
  readonly count: number;
}) {
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex(({ id }) => id === chosen);
    const { id } = tabs[(at + step + tabs.length) % tabs.length]!;
    open(id);
    document.getElementById(`tab-${id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={walk}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === chosen}
          aria-controls={id === chosen ? `panel-${id}` : undefined}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => open(id)}
        >
          {title}
          {id === "findings" && count > 0 && <span class="count"> {count}</span>}
        </button>
      ))}
    </div>
  );
}
