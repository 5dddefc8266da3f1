// What `bun lab tls connect` tells of a handshake: lines for people in both languages, and one object.

import { HandshakeRefused } from "../../protocols/tls/failures.ts";
import type { Grade } from "../../protocols/tls/index.ts";
import { otherStacks } from "../../protocols/tls/other-stacks.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { inspect } from "../../protocols/x509/inspect.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { timeText } from "../../protocols/x509/primitives.ts";
import type { Verdict } from "../../protocols/x509/verify.ts";
import { paint, printable } from "../terminal.ts";
import type { Language, Said } from "../words.ts";
import type { Connection, Wanted, Wish } from "./connection.ts";

export interface Told {
  readonly connection: Connection;
  /** What the server wants of its clients. */
  readonly wanted: Wanted;
  /** Whether we had a certificate to show. */
  readonly shown: boolean;
  /** The same session taken up again, if that was asked for. */
  readonly again: Connection | undefined;
  readonly wish: Wish;
}

export function* toldLines(
  word: string,
  told: Told,
  { lang, showcerts = false }: { readonly lang: Language; readonly showcerts?: boolean },
): Generator<string> {
  const { failure, verdicts, seen } = told.connection;
  for (const verdict of verdicts) yield* verdictLines(verdict, lang, showcerts);
  if (verdicts.length > 0) yield judgement(told, lang);
  const rows = rowsOf(word, told, lang);
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) yield `  ${name.padEnd(width)}  ${value}`;
  if (!failure) return;
  for (const { way, description } of seen.session?.alerts ?? [])
    yield `  ${words[lang].alert[way].padEnd(width)}  ${description}`;
}

type Row = readonly [name: string, value: string];

function rowsOf(word: string, told: Told, lang: Language): Row[] {
  const { connection, wish, again } = told;
  const { stream, seen, times } = connection;
  const { session, group, octets } = seen;
  const { version, suite, grade } = session ?? {};
  const say = words[lang];
  const rows: (Row | false | undefined)[] = [
    [say.server, `${printable(word)}, ${wish.address}`],
    version !== undefined && [say.version, version],
    suite !== undefined && [say.suite, `${suite}${grade ? `: ${grades[grade.grade][lang]}` : ""}`],
    group !== undefined && [say.group, group],
    stream && wish.protocols && [say.protocol, stream.protocol ?? say.none],
    stream && [say.session, stream.resumed ? say.resumed : say.fresh],
    version !== undefined && [say.certificate, wantedText(told, lang)],
    [say.octets, say.ways(octets[0], octets[1])],
    [say.time, say.took(ms(times.tcp), ms(times.tls), session?.roundTrips)],
    again && [say.again, againText(again, connection, lang)],
  ];
  return rows.filter(row => row !== undefined && row !== false);
}

function* verdictLines(
  { certificate: der, fault, says, inSpanish }: Verdict,
  lang: Language,
  showcerts: boolean,
): Generator<string> {
  yield `${fault ? paint("✗", "red") : paint("✓", "green")} ${printable(lang === "es" ? inSpanish : says)}`;
  if (!showcerts) return;
  if (fault !== "unreadable")
    for (const [name, value] of inspect(certificate.decode(der))) yield `    ${name}: ${printable(value)}`;
  yield* encodePem(der).trimEnd().split("\n");
}

/** "trusted (2026-11-22 18:00:00; asked for as JORGE-PC; revocation lists checked)" */
function judgement({ connection, wish }: Told, lang: Language): string {
  const say = words[lang];
  const trusted = connection.verdicts.every(({ fault }) => !fault);
  const verdict = trusted ? paint(say.trusted, "green", "bold") : paint(say.refused, "red", "bold");
  const at = timeText(Number(wish.clock.now() / 1_000_000_000n));
  const held = [at, `${say.name} ${wish.serverName}`, wish.crls ? say.lists : say.noLists];
  return `${verdict} (${held.join("; ")})${!trusted && connection.stream ? ` ${say.insecure}` : ""}`;
}

function wantedText({ wanted, shown, connection }: Told, lang: Language): string {
  const text = wants[wanted][lang];
  const { requested = [] } = connection.seen;
  const from = requested.length > 0 ? ` (${words[lang].issuedBy} ${printable(requested.join("; "))})` : "";
  const own = shown && connection.seen.requested ? `, ${words[lang].shown}` : "";
  return `${text}${own}${from}`;
}

function againText(again: Connection, first: Connection, lang: Language): string {
  const say = words[lang];
  if (!again.stream) return `${say.notAgain}: ${again.failure?.message}`;
  const octets = ({ seen }: Connection) => seen.octets[0] + seen.octets[1];
  const what = again.stream.resumed ? say.resumed : say.fresh;
  return `${what}: ${ms(again.times.tls)} (${ms(first.times.tls)}), ${octets(again)} ${say.octets} (${octets(first)})`;
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`;

export function toldObject(word: string, { connection, wanted, shown, again, wish }: Told): object {
  const { stream, failure, verdicts, seen, times } = connection;
  const { session } = seen;
  const failing = failure instanceof HandshakeRefused ? failure.failing : undefined;
  return {
    server: word,
    address: wish.address,
    done: failure === undefined,
    failure: failure
      ? { says: failure.message, failing: failing ?? null, others: (failing && otherStacks(failing)) ?? null }
      : null,
    at: timeText(Number(wish.clock.now() / 1_000_000_000n)),
    name: wish.serverName,
    insecure: wish.insecure === true,
    trusted: verdicts.length > 0 && verdicts.every(({ fault }) => !fault),
    revocation: wish.crls !== undefined,
    chain: verdicts.map(({ place, fault, says, certificate }) => ({
      place,
      fault: fault ?? null,
      says,
      pem: encodePem(certificate),
    })),
    version: session?.version ?? null,
    suite: session?.suite ?? null,
    grade: session?.grade?.grade ?? null,
    group: seen.group ?? null,
    protocol: stream?.protocol ?? null,
    resumed: stream?.resumed ?? null,
    clientCertificate: { wanted, shown, authorities: seen.requested ?? [] },
    octets: { sent: seen.octets[0], received: seen.octets[1] },
    milliseconds: { tcp: times.tcp, tls: times.tls },
    roundTrips: session?.roundTrips ?? null,
    alerts: (session?.alerts ?? []).map(({ way, description }) => ({
      from: way === 0 ? "client" : "server",
      description,
    })),
    again: again
      ? {
          resumed: again.stream?.resumed ?? null,
          octets: { sent: again.seen.octets[0], received: again.seen.octets[1] },
          milliseconds: again.times.tls,
        }
      : null,
  };
}

const grades: Readonly<Record<Grade, Said>> = {
  strong: { en: "strong", es: "fuerte" },
  acceptable: { en: "acceptable", es: "aceptable" },
  weak: { en: "weak", es: "débil" },
  broken: { en: "broken", es: "roto" },
};

const wants: Readonly<Record<Wanted, Said>> = {
  "not requested": { en: "not requested", es: "no se pidió" },
  required: { en: "required: without one the server refuses", es: "obligatorio: sin él el servidor rechaza" },
  requested: {
    en: "requested, not required: without one the handshake goes through",
    es: "pedido, no obligatorio: sin él la negociación termina bien",
  },
  "requested, perhaps required": {
    en: "requested; whether it is required did not show",
    es: "pedido; no se vio si es obligatorio",
  },
  "not asked again": {
    en: "nobody shows a certificate when a session is taken up again",
    es: "al reanudar una sesión nadie enseña certificados",
  },
  unknown: { en: "the handshake did not get that far", es: "la negociación no llegó hasta ahí" },
};

const words = {
  en: {
    trusted: "trusted",
    refused: "not trusted",
    insecure: "and accepted all the same: --insecure",
    name: "asked for as",
    lists: "revocation lists checked",
    noLists: "revocation not checked: --crl",
    server: "server",
    version: "version",
    suite: "suite",
    group: "group",
    protocol: "protocol (ALPN)",
    none: "none",
    session: "session",
    fresh: "new",
    resumed: "taken up again",
    certificate: "client certificate",
    shown: "ours was shown",
    issuedBy: "issued by",
    octets: "octets",
    ways: (sent: number, received: number) => `${sent} sent, ${received} received`,
    time: "time",
    took: (tcp: string, tls: string, trips: number | undefined) =>
      `TCP ${tcp}, TLS ${tls}${trips === undefined ? "" : `, ${trips} round ${trips === 1 ? "trip" : "trips"}`}`,
    again: "once more",
    notAgain: "not taken up again",
    alert: ["alert of ours", "alert of theirs"],
  },
  es: {
    trusted: "de confianza",
    refused: "no es de confianza",
    insecure: "y se acepta de todos modos: --insecure",
    name: "pedido como",
    lists: "listas de revocación comprobadas",
    noLists: "revocación sin comprobar: --crl",
    server: "servidor",
    version: "versión",
    suite: "conjunto",
    group: "grupo",
    protocol: "protocolo (ALPN)",
    none: "ninguno",
    session: "sesión",
    fresh: "nueva",
    resumed: "reanudada",
    certificate: "certificado de cliente",
    shown: "se enseñó el nuestro",
    issuedBy: "emitido por",
    octets: "octetos",
    ways: (sent: number, received: number) => `${sent} enviados, ${received} recibidos`,
    time: "tiempo",
    took: (tcp: string, tls: string, trips: number | undefined) =>
      `TCP ${tcp}, TLS ${tls}${trips === undefined ? "" : `, ${trips} ${trips === 1 ? "vuelta" : "vueltas"}`}`,
    again: "otra vez",
    notAgain: "no se reanudó",
    alert: ["alerta nuestra", "alerta suya"],
  },
} as const;
