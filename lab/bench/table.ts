// What the bench came to, for people: tables, a plot of bars, and what the figures are.
import { paint, table } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { Rdwr } from "./rdwr.ts";
import type { ConnectionResult, SizeResult } from "./result.ts";
import type { Summary } from "./summary.ts";

export function* linesOf(rdwr: Rdwr, folder: string, lang: Language): Generator<string> {
  const words = said[lang];
  const { connections } = rdwr;
  yield words.about(rdwr);
  yield "";
  yield paint(words.times, "bold");
  yield aligned(
    words.timesHeads,
    eachSize(connections, ({ write, read }) => [...timeCells(write), ...timeCells(read)]),
  );
  yield "";
  yield* bars(connections, words.bars);
  yield "";
  yield paint(words.parts, "bold");
  yield aligned(
    words.partsHeads,
    eachSize(connections, one =>
      [one.encode, one.seal, one.send, one.told, one.take, one.open, one.decode].map(fixed(1)),
    ),
  );
  yield "";
  yield paint(words.wire, "bold");
  yield aligned(
    words.wireHeads,
    eachSize(connections, ({ octets, wire: { out, back } }) => [
      ...[out.octets, back.octets, out.payload, back.payload].map(fixed(0)),
      ...[out.frames, back.frames].map(fixed(1)),
      fixed(2)((out.octets + back.octets) / (2 * octets)),
    ]),
  );
  yield "";
  yield paint(words.connection, "bold");
  yield aligned(words.connectionHeads, connections.map(connectionCells));
  yield "";
  yield words.notes;
  yield rdwr.network === "relay" ? words.relay : rdwr.crowd > 0 ? words.memory(rdwr.crowd) : words.noMemory;
  yield "";
  yield `${words.folder}: ${folder}`;
  yield `  bun lab inspect ${rdwr.capture}`;
}

function eachSize(
  connections: readonly ConnectionResult[],
  cells: (one: SizeResult) => readonly string[],
): string[][] {
  return connections.flatMap(({ name, sizes }) =>
    sizes.map((one, i) => [i === 0 ? name : "", String(one.octets), ...cells(one)]),
  );
}

const timeCells = (time: Summary): string[] => [fixed(1)(time.median), interval(time, 1), fixed(1)(time.p95)];

const connectionCells = ({
  name,
  suite,
  tcp,
  tls,
  computed,
  making,
  cipher,
  memory,
}: ConnectionResult): string[] => [
  name,
  fixed(2)(tcp.median),
  ...(tls ? [fixed(2)(tls.median), interval(tls, 2), fixed(2)(tls.p95)] : [none, "", none]),
  computed === undefined ? none : fixed(2)(computed),
  fixed(0)(making.out.octets),
  fixed(0)(making.back.octets),
  ...(cipher ? [fixed(3)(cipher.seal), fixed(3)(cipher.open)] : [none, none]),
  ...(memory ? [memory.resident, memory.heap].map(octets => fixed(1)(octets / 1000)) : [none, none]),
  suite ?? "",
];

const none = "–";
const fixed =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

const interval = ({ low, high }: Summary, digits: number): string =>
  low === undefined || high === undefined ? "" : `[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;

/** Numbers to the right. */
function aligned(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const wide = heads.map((head, i) => Math.max(head.length, ...rows.map(row => row[i]!.length)));
  const isNumber = heads.map((_, i) => rows.every(row => /^(?:[–[-]|[\d.]|$)/.test(row[i]!)));
  const pad = (cell: string, i: number) => (isNumber[i] ? cell.padStart(wide[i]!) : cell);
  return table(
    heads.map(pad),
    rows.map(row => row.map(pad)),
  );
}

/** Columns of the longest bar. */
const longest = 48;

/** Write and read one behind the other, each size's connections together: all on one scale that begins at 0. */
export function* bars(connections: readonly ConnectionResult[], head: string): Generator<string> {
  const all = connections.flatMap(({ sizes }) => sizes);
  const scale = longest / Math.max(...all.map(({ write, read }) => write.median + read.median));
  const names = Math.max(...connections.map(({ name }) => name.length));
  yield paint(head, "bold");
  for (const [i, { octets }] of (connections[0]?.sizes ?? []).entries())
    for (const [j, { name, sizes }] of connections.entries()) {
      const { write, read } = sizes[i]!;
      const written = Math.round(write.median * scale);
      const both = Math.round((write.median + read.median) * scale);
      const bar = "█".repeat(written) + "░".repeat(both - written);
      yield `${(j === 0 ? String(octets) : "").padStart(6)}  ${name.padEnd(names)}  ${bar} ${(write.median + read.median).toFixed(0)}`;
    }
}

const said = {
  en: {
    about: ({ cycles, warmUp, handshakes, network, machine, seconds }: Rdwr) =>
      `PUBLISH to the board's own subscription: ${cycles} cycles of each size on each connection after ${warmUp} that don't\n` +
      `count, ${handshakes} handshakes of each; ${network}, ${machine.processor}, ${machine.cores} cores, Bun ${machine.bun}; ${seconds.toFixed(0)} s. All that was\n` +
      "sent came back as it was sent.",
    times: "Writing and reading, µs: median, its 95 % confidence interval, 95th percentile",
    timesHeads: ["connection", "octets", "write", "", "p95", "read", "", "p95"],
    bars: "Write █ and read ░, µs, medians",
    parts:
      "Where the time goes, µs, medians: encode; write = cipher + send + told; read = take + decipher; decode",
    partsHeads: ["connection", "octets", "encode", "cipher", "send", "told", "take", "decipher", "decode"],
    wire: "On the wire, for one message to the broker (→) and back (←), acknowledgements included, as recorded",
    wireHeads: [
      "connection",
      "octets",
      "octets →",
      "octets ←",
      "in TCP →",
      "in TCP ←",
      "frames →",
      "frames ←",
      "a payload octet",
    ],
    connection: "A connection: handshakes in ms, octets of making it, cipher in µs a kB, memory in kB",
    connectionHeads: [
      "connection",
      "TCP",
      "TLS",
      "",
      "p95",
      "computed",
      "octets →",
      "octets ←",
      "cipher",
      "decipher",
      "memory",
      "heap",
      "suite",
    ],
    notes: `Write: the packet is handed to TLS or TCP, until it is taken. Read: the socket is paused until the answer surely waits
there; then from resume() until its last octet is taken. Cipher and decipher are those of TLS over a Duplex, with no
socket. Send is what is left of the call that writes, the system call above all; told, until the runtime says that the
packet is taken; take, what is left of reading. TLS handshakes count both sides, which compute on this
machine; computed is the processor's time that both take without a network, in one process.`,
    memory: (crowd: number) =>
      `Memory: of the board's process, for each of ${crowd} sessions at once, and heap what the engine counts for\nits objects, buffers it never wrote to included; what the kernel holds for a socket is in neither.`,
    noMemory: "Memory was left out.",
    relay:
      "On a relay all hosts share one process: no session's memory can be told apart, and the times hold the relay's work too.",
    folder: "Figures, every cycle, plot and capture",
  },
  es: {
    about: ({ cycles, warmUp, handshakes, network, machine, seconds }: Rdwr) =>
      `PUBLISH a la propia suscripción de la placa: ${cycles} ciclos de cada tamaño en cada conexión tras ${warmUp} que no\n` +
      `cuentan, ${handshakes} negociaciones de cada; ${network}, ${machine.processor}, ${machine.cores} núcleos, Bun ${machine.bun}; ${seconds.toFixed(0)} s. Todo\n` +
      "lo enviado volvió tal como se envió.",
    times: "Escritura y lectura, µs: mediana, su intervalo de confianza del 95 %, percentil 95",
    timesHeads: ["conexión", "octetos", "escritura", "", "p95", "lectura", "", "p95"],
    bars: "Escritura █ y lectura ░, µs, medianas",
    parts:
      "En qué se va el tiempo, µs, medianas: codificar; escritura = cifrar + enviar + avisar; lectura = tomar + descifrar; decodificar",
    partsHeads: [
      "conexión",
      "octetos",
      "codificar",
      "cifrar",
      "enviar",
      "avisar",
      "tomar",
      "descifrar",
      "decodificar",
    ],
    wire: "En el cable, por un mensaje al broker (→) y de vuelta (←), con sus confirmaciones, según la captura",
    wireHeads: [
      "conexión",
      "octetos",
      "octetos →",
      "octetos ←",
      "en TCP →",
      "en TCP ←",
      "tramas →",
      "tramas ←",
      "por octeto útil",
    ],
    connection:
      "Una conexión: negociación en ms, octetos de establecerla, cifrado en µs por kB, memoria en kB",
    connectionHeads: [
      "conexión",
      "TCP",
      "TLS",
      "",
      "p95",
      "calculado",
      "octetos →",
      "octetos ←",
      "cifrar",
      "descifrar",
      "memoria",
      "heap",
      "suite",
    ],
    notes: `Escritura: desde que se entrega el paquete a TLS o TCP hasta que lo toma. Lectura: el socket está en pausa hasta que la
respuesta espera en él con seguridad; desde resume() hasta tomar su último octeto. Cifrar y descifrar son los de TLS
sobre un Duplex, sin socket. Enviar es lo que queda de la llamada que escribe, ante todo la llamada al sistema; avisar,
hasta que el entorno dice que el paquete está tomado; tomar, lo que queda de la lectura. La negociación de TLS cuenta
ambos lados, que calculan en esta máquina; calculado es el tiempo de procesador
de ambos sin red, en un solo proceso.`,
    memory: (crowd: number) =>
      `Memoria: del proceso de la placa, por cada una de ${crowd} sesiones a la vez; heap es lo que el motor cuenta\npor sus objetos, con los búferes sin escribir; ninguno incluye la que el núcleo guarda por socket.`,
    noMemory: "La memoria no se ha medido.",
    relay:
      "Con relay todos los equipos comparten un proceso: no se puede separar la memoria de una sesión, y los tiempos incluyen el trabajo del propio relay.",
    folder: "Cifras, todos los ciclos, gráfica y captura",
  },
} as const;
