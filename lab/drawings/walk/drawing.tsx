// A handshake as one walks through it: each record with its octets and what they are, and each secret where it comes about.
import type { Language } from "../../words.ts";
import { Octets, spaced } from "../fields.tsx";
import type { Part, Secret, Walk, WalkedRecord } from "./walk.ts";

export interface WalkView {
  readonly walk: Walk;
  readonly language: Language;
  /** Whether sealed records are looked into. */
  readonly isOpen: boolean;
  readonly hrefOf?: (packet: number) => string;
  readonly onPick?: (packet: number) => void;
  /** Begins the names that parts of it are linked by. */
  readonly id: string;
}

export function WalkDrawing(view: WalkView) {
  const { walk, language, isOpen } = view;
  const said = words[language];
  const explained = new Set<string>();
  return (
    <div class="walk">
      <p class="walk-ends">
        <b class="walk-client">{walk.client}</b> → <b class="walk-server">{walk.server}</b>
        {walk.serverName === undefined ? null : ` (${walk.serverName})`}
        {walk.version === undefined ? ` · ${said.noAnswer}` : ` · ${walk.version} · ${walk.suite ?? ""}`}
      </p>
      {walk.records.map((record, i) => (
        <Record key={i} record={record} view={view} explained={explained} />
      ))}
      {walk.more > 0 ? <p class="walk-more">{said.more(walk.more)}</p> : null}
      {isOpen && walk.secrets.some(({ known }) => known === "told") ? null : (
        <p class="walk-more">{said.closed}</p>
      )}
    </div>
  );
}

function Record({
  record,
  view,
  explained,
}: {
  record: WalkedRecord;
  view: WalkView;
  explained: Set<string>;
}) {
  const { language, isOpen, walk, hrefOf, onPick, id } = view;
  const said = words[language];
  const { packet, way, time, title, says, parts, sealing, isClosed, secrets } = record;
  const isShown = isOpen || (!sealing && !isClosed);
  const key = sealing?.key === undefined ? undefined : walk.secrets[sealing.key];
  const pick = (event: Event): void => {
    event.preventDefault();
    onPick?.(packet);
  };
  return (
    <>
      <article class={way === 0 ? "walk-record walk-from-client" : "walk-record walk-from-server"}>
        <h4>
          {way === 0 ? said.client : said.server}: {isShown ? title : said.enciphered}
        </h4>
        <p class="walk-where">
          <a href={hrefOf?.(packet)} {...(onPick && { onClick: pick })}>
            {said.packet} {packet}
          </a>
          {` · ${(time * 1000).toFixed(3)} ms`}
        </p>
        {isShown ? <p>{says[language]}</p> : null}
        {parts
          .filter(({ kind }) => kind === "wire" || isOpen)
          .map((part, i) => (
            <Octets
              key={i}
              part={part}
              language={language}
              explained={explained}
              name={part.kind === "wire" ? said.onTheWire(sizeOf(part)) : said.deciphered(sizeOf(part))}
              isOpen={part.kind === "deciphered" || parts.length === 1}
            />
          ))}
        {sealing && isOpen ? (
          <dl class="walk-sealing">
            <dt>{said.sealedWith}</dt>
            <dd>
              {key ? <a href={`#${id}-secret-${sealing.key}`}>{key.name}</a> : sealing.epoch}, {said.record}{" "}
              {sealing.sequence}
            </dd>
            <dt>{said.nonce}</dt>
            <dd>
              <code>{spaced(sealing.nonce) || "–"}</code>
            </dd>
            <dt>{said.additional}</dt>
            <dd>
              <code>{spaced(sealing.additional) || "–"}</code>
            </dd>
          </dl>
        ) : null}
        {isClosed ? <p class="walk-closed">{said.staysClosed}</p> : null}
      </article>
      {secrets.length > 0 && isOpen ? (
        <aside class="walk-secrets" aria-label={said.secrets}>
          <h4>{said.nowKnown}</h4>
          {secrets.map(place => (
            <SecretRow key={place} place={place} secret={walk.secrets[place]!} view={view} />
          ))}
        </aside>
      ) : null}
    </>
  );
}

function SecretRow({ place, secret, view }: { place: number; secret: Secret; view: WalkView }) {
  const said = words[view.language];
  const { name, size, formula, says, reference, from, known, value, matches } = secret;
  return (
    <div class="walk-secret" id={`${view.id}-secret-${place}`}>
      <p>
        <b>{name}</b>
        {size > 0 ? ` · ${size} ${said.octets}` : null} <span class="walk-reference">{reference}</span>
      </p>
      <p>
        <code>
          {name} = {formula}
        </code>
      </p>
      <p>{says[view.language]}</p>
      {from.length > 0 ? (
        <p class="walk-from">
          {said.from}{" "}
          {from.map((one, i) => (
            <span key={one}>
              {i > 0 ? ", " : null}
              <a href={`#${view.id}-secret-${one}`}>{view.walk.secrets[one]!.name}</a>
            </span>
          ))}
        </p>
      ) : null}
      {value === undefined ? (
        <p class="walk-untold">
          {known === undefined ? said.unknown : known === "told" ? said.told : said.derived}
        </p>
      ) : (
        <p>
          <code class="walk-value">{spaced(value)}</code>{" "}
          <span class="walk-untold">{known === "told" ? said.fromLog : said.workedOut}</span>
        </p>
      )}
      {matches === undefined ? null : (
        <p class={matches ? "walk-right" : "walk-wrong"}>
          {matches ? `✓ ${said.matches}` : `✗ ${said.differs}`}
        </p>
      )}
    </div>
  );
}

const sizeOf = ({ octets }: Part): number => octets.length / 2;

const words = {
  en: {
    client: "Client",
    server: "Server",
    packet: "packet",
    record: "record",
    octets: "octets",
    enciphered: "enciphered",
    noAnswer: "the server did not answer",
    closed: "Without the session's keys only the sizes and times of sealed records are seen.",
    more: (count: number) => `and ${count} more records of the same kind`,
    onTheWire: (count: number) => `On the wire: ${count} octets`,
    deciphered: (count: number) => `Deciphered: ${count} octets`,
    sealedWith: "Sealed with",
    nonce: "Nonce",
    additional: "Authenticated beside it",
    staysClosed: "It stays closed: its keys are not known here.",
    secrets: "Secrets",
    nowKnown: "From here on both sides can work out",
    from: "From:",
    unknown: "Nobody but the two sides knows it: no key log holds it.",
    told: "It stands in the key log; it is not shown here.",
    derived: "It was worked out from the key log; it is not shown here.",
    fromLog: "(from the key log)",
    workedOut: "(worked out here)",
    matches: "What was sent is what comes out here.",
    differs: "What was sent is something else.",
  },
  es: {
    client: "Cliente",
    server: "Servidor",
    packet: "paquete",
    record: "registro",
    octets: "octetos",
    enciphered: "cifrado",
    noAnswer: "el servidor no respondió",
    closed: "Sin las claves de la sesión solo se ven los tamaños y las horas de los registros cerrados.",
    more: (count: number) => `y ${count} registros más del mismo tipo`,
    onTheWire: (count: number) => `En el cable: ${count} octetos`,
    deciphered: (count: number) => `Descifrado: ${count} octetos`,
    sealedWith: "Cerrado con",
    nonce: "Nonce",
    additional: "Autenticado además",
    staysClosed: "Queda cerrado: aquí no se conocen sus claves.",
    secrets: "Secretos",
    nowKnown: "Desde aquí ambos lados pueden calcular",
    from: "De:",
    unknown: "Solo lo conocen los dos lados: ningún registro de claves lo tiene.",
    told: "Está en el registro de claves; aquí no se muestra.",
    derived: "Se ha calculado con el registro de claves; aquí no se muestra.",
    fromLog: "(del registro de claves)",
    workedOut: "(calculado aquí)",
    matches: "Lo enviado es lo que sale aquí.",
    differs: "Lo enviado es otra cosa.",
  },
} as const;
