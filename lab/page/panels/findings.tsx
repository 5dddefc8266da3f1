// What the analyzers found, gravest first; each finding leads to its packets.
import { useEffect, useState } from "preact/hooks";
import type { Findings, Found } from "../captured.ts";
import type { PanelProps } from "../parts.tsx";
import { number, wordsIn } from "../words.ts";

/** Drawn at once; more are asked for by a button. */
const atOnce = 200;

export function FindingsPanel({ captured, language, generation, select }: PanelProps) {
  const [all, tell] = useState<Findings>();
  const [shown, show] = useState(atOnce);
  const words = wordsIn(language);
  useEffect(() => {
    captured.findings().then(tell, () => {});
  }, [captured, generation]);
  if (!all) return null;
  const { findings, left } = all;
  if (findings.length === 0) return <p class="empty">{words.noFindings}</p>;
  return (
    <div class="findings">
      <ol>
        {findings.slice(0, shown).map((finding, i) => (
          <Finding key={i} finding={finding} select={select} language={language} />
        ))}
      </ol>
      {findings.length > shown && (
        <button type="button" onClick={() => show(shown + atOnce)}>
          {words.more} ({number(findings.length - shown, language)})
        </button>
      )}
      {left > 0 && findings.length <= shown && <p>{words.findingsLeft(number(left, language))}</p>}
    </div>
  );
}

/** Packets that are named of a finding. */
const mostNamed = 12;

function Finding({
  finding: { severity, says, detail, reference, packets, rule },
  select,
  language,
}: { readonly finding: Found } & Pick<PanelProps, "select" | "language">) {
  const words = wordsIn(language);
  return (
    <li class={`finding ${severity}`}>
      <span class="severity">{words.severities[severity]}</span>
      <div>
        <p class="says">{says[language]}</p>
        <p class="detail">{detail}</p>
        <p class="where">
          <span class="rule">{rule}</span> · {reference} ·{" "}
          {packets.length === 1 ? words.packet : words.packetsWord}{" "}
          {packets.slice(0, mostNamed).map(packet => (
            <button
              key={packet}
              type="button"
              class="link"
              aria-label={`${words.packet} ${packet}`}
              onClick={() => select(packet)}
            >
              {packet}
            </button>
          ))}
          {packets.length > mostNamed && " …"}
        </p>
      </div>
    </li>
  );
}
