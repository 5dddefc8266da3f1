// What the two ends of a conversation said, in order: as text, as hexadecimal, or raw.
import { useEffect, useState } from "preact/hooks";
import type { Language } from "../words.ts";
import type { Captured, Conversation, Followed } from "./captured.ts";
import { Dialog } from "./keys.tsx";
import { number, type Words } from "./words.ts";

const modes = ["ascii", "hex", "raw"] as const;
type Mode = (typeof modes)[number];

export interface Following {
  readonly protocol: Followed;
  readonly stream: number;
}

/** Octets drawn at once; a button asks for more. */
const atOnce = 64 * 1024;

export function FollowDialog({
  captured,
  following: { protocol: first, stream },
  protocols,
  words,
  language,
  close,
  select,
}: {
  readonly captured: Captured;
  readonly following: Following;
  /** What else can be followed of it. */
  readonly protocols: readonly Followed[];
  readonly words: Words;
  readonly language: Language;
  readonly close: () => void;
  readonly select: (packet: number) => void;
}) {
  const [protocol, choose] = useState(first);
  const [mode, set] = useState<Mode>("ascii");
  const [said, tell] = useState<Conversation>();
  const [refused, refuse] = useState<string>();
  const [shown, show] = useState(atOnce);
  useEffect(() => {
    let isCurrent = true;
    tell(undefined);
    captured.follow(protocol, stream).then(
      one => isCurrent && tell(one),
      (error: Error) => isCurrent && refuse(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [captured, protocol, stream]);
  let octets = 0;
  const parts = said?.said.filter(one => {
    const isShown = octets < shown;
    octets += one.octets.length / 2;
    return isShown;
  });
  return (
    <Dialog title={words.followed(`${protocol.toUpperCase()} ${stream}`)} words={words} close={close} wide>
      <div class="follow-choices">
        <Choice
          label={words.follow}
          values={protocols}
          shown={one => one.toUpperCase()}
          value={protocol}
          set={choose}
        />
        <Choice label={words.octets} values={modes} shown={one => words.as[one]} value={mode} set={set} />
      </div>
      {said && (
        <p class="ends">
          {said.nodes.map((node, i) => (
            <span key={node} class={`end way${i}`}>
              {i === 0 ? "→" : "←"} {words.from} {node}
            </span>
          ))}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard */}
      <section class="said" tabIndex={0} aria-label={words.followed(protocol.toUpperCase())}>
        {refused !== undefined && <p class="empty">{refused}</p>}
        {said?.said.length === 0 && <p class="empty">{words.nothingSaid}</p>}
        {parts?.map((one, i) => (
          <div key={i} class={`chunk way${one.from}`}>
            {one.gap && <p class="gap">[{words.gap}]</p>}
            <button
              type="button"
              class="link"
              title={one.words}
              onClick={() => {
                close();
                select(one.packet);
              }}
            >
              {one.from === 0 ? "→" : "←"} {words.packet} {one.packet}
              {one.words && ` · ${one.words}`}
            </button>
            <pre>{written(one.octets, mode)}</pre>
          </div>
        ))}
        {octets > shown && (
          <button type="button" onClick={() => show(shown * 2)}>
            {words.more} ({number(octets - shown, language)})
          </button>
        )}
        {said?.cut && <p class="gap">[{words.cut}]</p>}
      </section>
    </Dialog>
  );
}

function Choice<Value extends string>({
  label,
  values,
  shown,
  value,
  set,
}: {
  readonly label: string;
  readonly values: readonly Value[];
  readonly shown: (value: Value) => string;
  readonly value: Value;
  readonly set: (value: Value) => void;
}) {
  return (
    <fieldset class="choice">
      <legend class="hidden">{label}</legend>
      {values.map(one => (
        <button key={one} type="button" aria-pressed={one === value} onClick={() => set(one)}>
          {shown(one)}
        </button>
      ))}
    </fieldset>
  );
}

/** Texts end where they end; what can't be printed is a dot. */
function written(hex: string, mode: Mode): string {
  if (mode === "raw") return hex;
  const octets = Uint8Array.fromHex(hex);
  if (mode === "hex") return hexLines(octets);
  return (
    new TextDecoder()
      .decode(octets)
      .replaceAll("\r\n", "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control characters that are looked for
      .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/g, "·")
  );
}

function hexLines(octets: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const part = [...octets.subarray(at, at + 16)];
    const hex = part.map(octet => octet.toString(16).padStart(2, "0"));
    const columns = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`.padEnd(49);
    const text = part
      .map(octet => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·"))
      .join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${columns}  ${text}`);
  }
  return lines.join("\n");
}
