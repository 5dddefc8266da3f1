// What the comparison came to, as tables for people and as objects for programs.
import { paint, printable, table } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { CompareOptions, Found, Row } from "./compare.ts";
import type { Measured, Outcome } from "./compare-measure.ts";

/** A table a case, the servers in it one below the other. */
export function* compareLines(
  servers: readonly Found[],
  rows: readonly Row[],
  { lang, runs, write }: CompareOptions,
): Generator<string> {
  const words = said[lang];
  yield words.about(runs);
  for (const server of servers)
    yield "lack" in server
      ? `  ${paint("✗", "red")} ${server.name}: ${server.lack[lang]}`
      : `  ${paint("✓", "green")} ${server.name}, ${server.version}`;
  for (const same of Map.groupBy(rows, ({ suite, certificate }) => `${suite} ${certificate}`).values()) {
    const [{ version, suite, certificate }] = same as [Row];
    yield "";
    yield paint(`TLS ${version}, ${suite}, ${words.certificate} ${certificate}`, "bold");
    const cells = same.flatMap(row => cellsOf(row, lang));
    if (cells.length > 0) yield table(words.heads, cells);
    for (const { server, outcome } of same)
      if ("objection" in outcome) yield `${server}: ${printable(outcome.objection[lang])}`;
      else if ("objection" in outcome.resumed)
        yield `${server}: ${printable(outcome.resumed.objection[lang])}`;
  }
  yield "";
  yield words.notes;
  if (process.platform !== "linux") yield words.noMemory(process.platform);
  if (write !== undefined) yield `${words.capture}: bun lab inspect ${write}`;
}

function cellsOf({ server, outcome }: Row, lang: Language): string[][] {
  if ("objection" in outcome) return [];
  const { full, resumed } = said[lang];
  const rows = [lineOf(server, full, outcome.full, outcome.memory)];
  if (!("objection" in outcome.resumed)) rows.push(lineOf("", resumed, outcome.resumed, undefined));
  return rows;
}

const lineOf = (server: string, kind: string, one: Measured, memory: Outcome["memory"]): string[] => [
  server,
  kind,
  ...[one.octets[0], one.octets[1], one.tickets, one.flights, one.roundTrips].map(String),
  one.group ?? "",
  one.milliseconds.toFixed(2),
  memory ? `${mebi(memory.peak)} (${mebi(memory.before)})` : "",
];

const mebi = (octets: number): string => (octets / 2 ** 20).toFixed(1);

/** The tapes are the capture's, not the table's. */
export function rowObject({ outcome, ...one }: Row): object {
  if ("objection" in outcome) return { ...one, objection: outcome.objection.en };
  const { full, resumed, memory } = outcome;
  return {
    ...one,
    full: withoutTape(full),
    resumed: "objection" in resumed ? { objection: resumed.objection.en } : withoutTape(resumed),
    memory: memory ?? null,
  };
}

const withoutTape = ({ tape: _, octets: [client, server], ...rest }: Measured) => ({
  octets: { client, server },
  ...rest,
});

const said = {
  en: {
    about: (runs: number) =>
      `The lab's client (on Bun's node:tls) shakes hands with each server on 127.0.0.1, ${runs} × anew and ${runs} × resumed:`,
    certificate: "certificate",
    full: "full",
    resumed: "resumed",
    heads: [
      "server",
      "handshake",
      "octets →",
      "octets ←",
      "tickets ←",
      "flights",
      "round trips",
      "group",
      "ms",
      "MiB",
    ],
    notes: `Octets are those of the records that passed, headers included, up to each side's Finished; tickets are what the
server sends after it. Group: what keys were agreed on with. ms: median, from the first
octet of the ClientHello until the client has verified the chain and may speak; both sides compute on this machine. MiB: the most memory that
the server's process ever held (and before the first handshake).`,
    noMemory: (platform: string) => `Memory is read from /proc, which ${platform} does not have.`,
    capture: "A full and a resumed handshake of each, deciphered",
  },
  es: {
    about: (runs: number) =>
      `El cliente del laboratorio (sobre el node:tls de Bun) negocia con cada servidor en 127.0.0.1, ${runs} × desde cero y ${runs} × reanudando:`,
    certificate: "certificado",
    full: "completa",
    resumed: "reanudada",
    heads: [
      "servidor",
      "negociación",
      "octetos →",
      "octetos ←",
      "tiques ←",
      "turnos",
      "vueltas",
      "grupo",
      "ms",
      "MiB",
    ],
    notes: `Los octetos son los de los registros que pasaron, con sus cabeceras, hasta el Finished de cada lado; los tiques
son lo que el servidor envía después. Grupo: con qué se acordaron las claves. ms: mediana, desde el
primer octeto del ClientHello hasta que el cliente ha verificado la cadena y puede hablar; ambos lados calculan en esta máquina. MiB: la memoria
máxima que tuvo el proceso del servidor (y antes de la primera negociación).`,
    noMemory: (platform: string) => `La memoria se lee de /proc, que ${platform} no tiene.`,
    capture: "Una negociación completa y una reanudada de cada uno, descifradas",
  },
} as const;
