// The scene and the exercise of a start that fails: which layer was the first?
import { anExercise, ask, type Run, type Scene } from "../exercise.ts";
import { choice, chosen } from "../kinds/index.ts";
import { Room } from "../room/room.ts";
import { credentialsOf, issued, pemOf, rootOf } from "../tls/authority.ts";
import { type Home, homeOf, plugServers, start, type Trouble } from "./board.ts";

const layers = ["dhcp", "dns", "ntp", "tcp", "tls", "mqtt"] as const;
type Layer = (typeof layers)[number];

interface Failing extends Home {
  readonly layer: Layer;
}

const failing: Scene<Failing> = {
  id: "across-failure",
  version: 1,
  task: draws => ({ ...homeOf(draws), layer: draws.pick(layers) }),
  async play(task, draws) {
    const root = await rootOf("Home Root");
    const trouble = await troubleOf(task, pemOf(root), root);
    const room = new Room(draws, task.begins);
    await plugServers(room, task, trouble);
    await start(room, task, draws, trouble);
    await room.close();
    return { capture: room.capture(), files: { "root.pem": pemOf(root) }, told: room.told };
  },
};

/** Whatever fails, the broker is reached by TLS, so that TLS is always among what may be it. */
async function troubleOf(
  { layer, pc, begins }: Failing,
  root: string,
  holder: Awaited<ReturnType<typeof rootOf>>,
): Promise<Trouble> {
  const year = 365 * 86_400_000;
  const validity =
    layer === "tls"
      ? { notBefore: new Date(begins - 2 * year), notAfter: new Date(begins - year) }
      : undefined;
  const server = await issued(holder, {
    name: pc.name,
    use: "server",
    hosts: [pc.name],
    ...(validity && { validity }),
  });
  return {
    tls: { root },
    router: plan => ({
      ...plan,
      ...(layer === "dhcp" && { dhcp: undefined }),
      ...(layer === "dns" && { zone: { origin: ".", names: { "somebody-else": { A: [pc.address] } } } }),
    }),
    pc: {
      ...credentialsOf(server),
      clientRoot: root,
      version: "1.2",
      ...(layer === "ntp" && { time: "silent" as const }),
      ...(layer === "tcp" && { broker: "down" as const }),
      ...(layer === "mqtt" && { broker: { sessions: 0 } }),
    },
  };
}

type FailedRun = Run<Failing>;

const own: Readonly<Record<Layer, string>> = {
  dhcp: "dhcp",
  dns: "dns",
  ntp: "ntp",
  tcp: "tcp",
  tls: "tls",
  mqtt: "tls.app_data",
};
/** The last packet of that layer that the board sends. */
const last = (run: FailedRun, layer: Layer): number =>
  run.select(`${own[layer]} && eth.src == ${run.task.board.mac}`).at(-1)?.number ?? 0;

const which = choice(
  [
    { id: "dhcp", says: { en: "DHCP", es: "DHCP" } },
    { id: "dns", says: { en: "DNS", es: "DNS" } },
    { id: "ntp", says: { en: "NTP", es: "NTP" } },
    { id: "tcp", says: { en: "TCP", es: "TCP" } },
    { id: "tls", says: { en: "TLS", es: "TLS" } },
    { id: "mqtt", says: { en: "MQTT, inside TLS", es: "MQTT, dentro de TLS" } },
  ],
  {
    en: "the last packet of that protocol that the board sends",
    es: "el último paquete de ese protocolo que envía la placa",
  },
);

const advice: Readonly<Record<Layer, readonly [en: string, es: string, section: string]>> = {
  dhcp: [
    "does each of the board's DISCOVERs get an OFFER?",
    "¿recibe cada DISCOVER de la placa un OFFER?",
    "RFC 2131 §3.1",
  ],
  dns: [
    "does an answer to its question hold an address, or a response code?",
    "¿trae la respuesta a su pregunta una dirección, o un código de respuesta?",
    "RFC 1035 §4.1.1",
  ],
  ntp: [
    "does each of its questions get an answer?",
    "¿recibe cada pregunta suya una respuesta?",
    "RFC 5905 §8",
  ],
  tcp: [
    "is its SYN answered by SYN, ACK, or by RST?",
    "¿se responde a su SYN con SYN, ACK, o con RST?",
    "RFC 9293 §3.5",
  ],
  tls: [
    "do both sides send Finished, and does application data follow?",
    "¿envían ambos Finished, y les siguen datos de aplicación?",
    "RFC 5246 §7.3",
  ],
  mqtt: [
    "is there application data in both directions, and who ends the connection after it?",
    "¿hay datos de aplicación en los dos sentidos, y quién acaba después la conexión?",
    "MQTT 5 §3.2.2.2",
  ],
};

export const exercise = anExercise<Failing>({
  id: "across-failure",
  subject: "across",
  level: "diagnose",
  title: { en: "The first thing that is not as it should be", es: "Lo primero que no es como debería" },
  scene: failing,
  story: ({ task: { board, pc, router } }) => ({
    en: `${board.name} (${board.mac}) starts: DHCP and DNS from the router ${router}, then the time and a broker with TLS (port 8883), both at ${pc.name}, ${pc.address}. Something is not as it should be: it reports that it is not connected, or that something was odd on the way. Don't guess: read from packet 1 on.`,
    es: `${board.name} (${board.mac}) arranca: DHCP y DNS del router ${router}, después la hora y un broker con TLS (puerto 8883), ambos en ${pc.name}, ${pc.address}. Algo no es como debería: informa de que no está conectada, o de que algo raro ocurrió por el camino. No adivines: lee desde el paquete 1.`,
  }),
  questions: [
    ask({
      id: "layer",
      asks: {
        en: "Which protocol is the first to fail?",
        es: "¿Qué protocolo es el primero en fallar?",
      },
      kind: which,
      expected: (run: FailedRun) => chosen(run.task.layer, last(run, run.task.layer)),
      wrong: layers.map(layer => ({
        answer: (run: FailedRun) => chosen(layer, last(run, layer)),
        says: (run: FailedRun) => ({
          en: `To see whether it is that: ${advice[layer][0]} Look at ${last(run, layer) > 0 ? `packet ${last(run, layer)} and those before and behind it` : "whether the board sends any at all"} (${own[layer]}; ${advice[layer][2]}).`,
          es: `Para ver si es eso: ${advice[layer][1]} Mira ${last(run, layer) > 0 ? `el paquete ${last(run, layer)} y los de antes y después` : "si la placa llega a enviar alguno"} (${own[layer]}; ${advice[layer][2]}).`,
        }),
      })),
      otherwise: run => ({
        en: `Go through it in order: DHCP, DNS, NTP, TCP, TLS, MQTT, each with what the board (eth.src == ${run.task.board.mac}) asks and what comes back. The packet is the last one of that protocol that the board sends (RFC 2131 §3.1 is where it begins).`,
        es: `Recórrelo por orden: DHCP, DNS, NTP, TCP, TLS, MQTT, cada uno con lo que pregunta la placa (eth.src == ${run.task.board.mac}) y lo que vuelve. El paquete es el último de ese protocolo que envía la placa (empieza en RFC 2131 §3.1).`,
      }),
    }),
  ],
  hints: [
    {
      en: "Neighbours come to their addresses as well: keep to the board with eth.addr.",
      es: "También unos vecinos consiguen su dirección: quédate con la placa con eth.addr.",
    },
    {
      en: "Where DHCP fails, a board takes its static address and goes on: everything after it may look well.",
      es: "Si falla DHCP, una placa toma su dirección estática y sigue: lo que viene después puede parecer correcto.",
    },
    {
      en: "A layer has failed when its question gets no answer, or one that says no. Application data is a sign that TLS did not.",
      es: "Una capa ha fallado cuando su pregunta no recibe respuesta, o una que dice que no. Si hay datos de aplicación, TLS no fue.",
    },
  ],
});
