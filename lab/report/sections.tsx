// The sections of a report: each a pure component over what was told.
import { timeText } from "../../protocols/x509/primitives.ts";
import { LadderDrawing } from "../drawings/ladder/drawing.tsx";
import { everybody, sightOf } from "../drawings/ladder/ladder.ts";
import { colourOf } from "../drawings/layers.ts";
import { AllPlots } from "../drawings/plots/drawing.tsx";
import { WalkDrawing } from "../drawings/walk/drawing.tsx";
import { faults } from "../reports/tls.ts";
import type { Language } from "../words.ts";
import { type Holder, treeOf } from "./certificates.ts";
import type { Told } from "./told.ts";
import { words } from "./words.ts";

export interface Section {
  readonly told: Told;
  readonly language: Language;
}

const packetHref = (packet: number): string => `#packet-${packet}`;

export function WhatWasRun({ told, language }: Section) {
  const said = words[language];
  const { run, count, octets, began, ended, ladder, reports } = told;
  const { result, outcome, boards } = run;
  const sessions = reports.tls.conversations.map(({ version, suite }) =>
    [version, suite].filter(Boolean).join(", "),
  );
  const rows: readonly (readonly [string, string] | false | undefined)[] = [
    result?.scenario !== undefined && [said.scenario, result.scenario],
    result?.network !== undefined && [said.network, result.network],
    began > 0n && [said.began, `${timeText(Number(began / 1_000_000_000n))}`],
    [said.took, `${(Number(ended - began) / 1e9).toFixed(3)} s`],
    [said.captured, said.capturedText(count, octets)],
    sessions.length > 0 && [said.sessions, [...new Set(sessions)].join("; ")],
    outcome?.failed && [
      said.phase,
      `${outcome.failed.board}, ${outcome.failed.phase}: ${outcome.failed.reason}`,
    ],
  ];
  return (
    <>
      <dl class="facts">
        {rows.map(one =>
          one ? (
            <div key={one[0]}>
              <dt>{one[0]}</dt>
              <dd>{one[1]}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <h3>{said.hosts}</h3>
      <table>
        <thead>
          <tr>
            <th>{said.host}</th>
            <th>{said.address}</th>
          </tr>
        </thead>
        <tbody>
          {ladder.hosts.map(({ name, address, segment }) => (
            <tr key={name}>
              <td>
                {name}
                {segment ? ` (${segment})` : null}
              </td>
              <td>{address ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {boards.length > 0 ? (
        <>
          <h3>{said.boards}</h3>
          <table>
            <thead>
              <tr>
                {[
                  said.board,
                  "MAC",
                  said.address,
                  said.client,
                  said.published,
                  said.received,
                  said.result,
                ].map(one => (
                  <th key={one}>{one}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {boards.map(one => (
                <tr key={one.board}>
                  <td>{one.board}</td>
                  <td>{one.mac}</td>
                  <td>{one.address ?? "–"}</td>
                  <td>{one.clientId}</td>
                  <td class="figure">{one.published}</td>
                  <td class="figure">{one.received}</td>
                  <td>{one.ok ? said.good : said.bad}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
    </>
  );
}

/** Messages in one figure: what fits a page. */
const mostInFigure = 8;

/** A figure for each chapter, in pieces that fit a page. */
export function Ladders({ told: { ladder }, language }: Section) {
  const figures = ladder.chapters.flatMap((_, chapter) => {
    const segment = ladder.messages.find(message => message.chapter === chapter)?.segment ?? 0;
    const count = ladder.messages.filter(message => message.chapter === chapter).length;
    return Array.from({ length: Math.ceil(count / mostInFigure) }, (_, i) => ({
      chapter,
      segment,
      slice: [i * mostInFigure, (i + 1) * mostInFigure] as const,
    }));
  });
  const view = { language, width: 1040, isOpen: true, detail: "story" } as const;
  return (
    <>
      {ladder.segments.map((name, segment) => (
        <figure key={name}>
          {name ? <figcaption>{name}</figcaption> : null}
          <LadderDrawing ladder={ladder} view={{ ...view, detail: "overview", segment }} />
        </figure>
      ))}
      {figures.map(({ chapter, segment, slice }) => (
        <figure key={`${chapter} ${slice[0]}`} class="ladder-figure">
          <LadderDrawing ladder={ladder} view={{ ...view, segment, chapter, slice }} hrefOf={packetHref} />
        </figure>
      ))}
    </>
  );
}

export function Packets({ told, language }: Section) {
  const said = words[language];
  const { ladder } = told;
  return (
    <>
      <p class="hint">{said.wire}</p>
      {ladder.messages.map(message => {
        const sight = sightOf(message, true);
        const found = told.findings.filter(({ packets }) => packets.includes(message.number));
        return (
          <article key={message.number} class="packet" id={`packet-${message.number}`}>
            <h3>
              <span class="packet-number">{message.number}</span>
              <span
                class="packet-protocol"
                style={`background:${colourOf(sight.layers.findLast(one => one !== "data") ?? "")}`}
              >
                {sight.protocol}
              </span>
              {sight.label}
            </h3>
            <p class="hint">
              {message.time.toFixed(6)} s · {message.from} →{" "}
              {message.to === everybody ? said.everybody : message.to} · {message.octets} {said.octets}
            </p>
            <p>{sight.says[language]}</p>
            {message.notes.map(note => (
              <p key={note}>{note}</p>
            ))}
            {found.map(({ rule, detail }) => (
              <p key={rule.id + detail} class={`finding ${rule.severity}`}>
                {rule.says[language]} {detail} <span class="hint">{rule.reference}</span>
              </p>
            ))}
          </article>
        );
      })}
      {ladder.more ? <p>{said.more(ladder.messages.length)}</p> : null}
    </>
  );
}

export function Findings({ told: { findings, findingsLeft }, language }: Section) {
  const said = words[language];
  if (findings.length === 0) return <p>{said.noFindings}</p>;
  return (
    <>
      <ul class="findings">
        {findings.map(({ rule, packets, detail }, i) => (
          <li key={i} class={`finding ${rule.severity}`}>
            <b>{said.severity[rule.severity]}</b> {rule.says[language]} <i>{detail}</i>{" "}
            <span class="hint">
              {rule.id}, {rule.reference}; {packets.length === 1 ? said.packet : said.inPackets}{" "}
              {packets.slice(0, 8).map((packet, at) => (
                <span key={packet}>
                  {at > 0 ? ", " : null}
                  <a href={packetHref(packet)}>{packet}</a>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {findingsLeft > 0 ? <p>{said.findingsLeft(findingsLeft)}</p> : null}
    </>
  );
}

export const PlotsSection = ({ told: { plots }, language }: Section) => (
  <AllPlots plots={plots} width={760} language={language} />
);

export function Walks({ told: { walks }, language }: Section) {
  if (walks.length === 0) return <p>{words[language].noTls}</p>;
  return (
    <>
      {walks.map(walk => (
        <WalkDrawing
          key={walk.stream}
          walk={walk}
          language={language}
          isOpen={true}
          id={`walk-${walk.stream}`}
          hrefOf={packetHref}
        />
      ))}
    </>
  );
}

export function Certificates({ told: { reports }, language }: Section) {
  const roots = treeOf(reports.tls);
  if (roots.length === 0) return <p>{words[language].noCertificates}</p>;
  return <Issued holders={roots} language={language} />;
}

function Issued({ holders, language }: { readonly holders: readonly Holder[]; readonly language: Language }) {
  const said = words[language];
  return (
    <ul class="pki">
      {holders.map(({ name, certificate, by, issued }) => (
        <li key={name}>
          <b>{name}</b>{" "}
          {certificate ? (
            <span>
              {certificate.key.filter(Boolean).join(" ")} · {said.until} {timeText(certificate.notBefore)} –{" "}
              {timeText(certificate.notAfter)} · {said.shownBy} {by.map(side => said.sides[side]).join(", ")}{" "}
              ·{" "}
              {certificate.faults.length === 0
                ? said.nothing
                : `${said.faults}: ${certificate.faults.map(fault => faults[fault][language]).join(", ")}`}
            </span>
          ) : (
            <span class="hint">{said.notShown}</span>
          )}
          {issued.length > 0 ? <Issued holders={issued} language={language} /> : null}
        </li>
      ))}
    </ul>
  );
}

export function Settings({ told: { run }, language }: Section) {
  const said = words[language];
  return (
    <>
      {Object.entries(run.settings).map(([board, groups]) => (
        <details key={board} open>
          <summary>{board}</summary>
          <table>
            <thead>
              <tr>
                <th>{said.setting}</th>
                <th>{said.value}</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(groups ?? {}).flatMap(([group, values]) =>
                Object.entries(typeof values === "object" && values !== null ? values : { "": values }).map(
                  ([key, value]) => (
                    <tr key={`${group}.${key}`}>
                      <td>
                        <code>{key === "" ? group : `${group}.${key}`}</code>
                      </td>
                      <td>
                        {/^-----BEGIN/.test(String(value))
                          ? "…"
                          : typeof value === "object"
                            ? JSON.stringify(value)
                            : String(value)}
                      </td>
                    </tr>
                  ),
                ),
              )}
            </tbody>
          </table>
        </details>
      ))}
    </>
  );
}

export const Logs = ({ told: { run } }: Section) => (
  <>
    {[["console.txt", run.console] as const, ...run.logs].map(([name, text]) =>
      text === "" ? null : (
        <details key={name} open={name === "console.txt"}>
          <summary>{name}</summary>
          <pre>{text.length > mostLogged ? `${text.slice(0, mostLogged)}\n…` : text}</pre>
        </details>
      ),
    )}
  </>
);

/** Characters of each log. */
const mostLogged = 100_000;

export const Versions = ({ told: { versions, run }, language }: Section) => (
  <>
    <table>
      <tbody>
        {versions.map(([name, version]) => (
          <tr key={name}>
            <td>{name}</td>
            <td>{version}</td>
          </tr>
        ))}
      </tbody>
    </table>
    {run.result?.tshark === undefined ? null : (
      <p>
        {words[language].wireshark}: <code>{run.result.tshark}</code>
      </p>
    )}
  </>
);
