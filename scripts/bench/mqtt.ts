// The bench of the MQTT client: messages a second and round trips, beside MQTT.js, mosquitto's clients, ready octets and a raw echo.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { freePort, labBroker, mosquitto } from "./brokers.ts";
import { median, table } from "./measure.ts";
import type { ClientName, Target, Took } from "./mqtt-client.ts";
import { hosted, mosquittoPub, mosquittoRr, type Sink, sink } from "./mqtt-hosts.ts";

const octets = 100;
/** Those that count, and those before them, while the engine compiles: it takes some 100 000 messages over that. */
const rounds = { counted: 7, before: 3 };
const counts = [60_000, 40_000, 30_000] as const;
/** Many short rounds: what else the machine does then falls on all alike. */
const tripRounds = { counted: 30, before: 30 };
const trips = 1000;

export const mqtt: Bench = {
  says: "messages a second at QoS 0, 1, 2 and round trips, plain and TLS: our client, MQTT.js, mosquitto's, ready octets",
  async run() {
    const missing = (["mosquitto", "mosquitto_pub"] as const).find(name => !peer(name));
    if (missing) return { figures: { skipped: lack(missing) }, text: `skipped: ${lack(missing)}` };
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const open: { stop(): Promise<void> }[] = [];
    const opened = async <T extends { stop(): Promise<void> }>(one: Promise<T>): Promise<T> => {
      open.push(await one);
      return one;
    };
    try {
      const tls = await authority(join(folder, "authority"));
      const real = await opened(mosquitto(tls.listener));
      const own = await opened(labBroker());
      const far = await opened(sink());
      const targets: Readonly<Record<string, Target>> = {
        Mosquitto: { port: real.port },
        "Mosquitto, TLS": { port: tls.listener.port, tls: tls.trust },
        "our broker": { port: own.port },
        sink: { port: far.port },
      };
      const lines = join(folder, "lines");
      const speeds: Record<string, Measured[]> = {};
      for (const [name, target] of Object.entries(targets)) speeds[name] = await throughput(target, lines);
      const times: Record<string, Measured> = {};
      for (const [name, target] of Object.entries(targets)) times[name] = await roundTrips(target, far);
      return told(speeds, times, await requests(far));
    } finally {
      await Promise.all(open.map(one => one.stop()));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** By name, one number a round: rounds of all are taken in turn, so that those of one round belong together. */
type Figures = Readonly<Record<string, readonly number[]>>;
interface Measured {
  /** Messages a second, or microseconds a round trip. */
  readonly wall: Figures;
  /** Of the client's process, microseconds a message or a round trip. */
  readonly processor: Figures;
}

/** The intranet's authority, made for this run, as a listener and a client need it. */
async function authority(folder: string) {
  const made = await intranet(folder, { notice: () => {} });
  const file = made.root.files.pem;
  return {
    listener: {
      port: freePort(),
      certificate: made.chain("JORGE-PC").file,
      key: made.key("JORGE-PC").files.pem,
      root: file,
    },
    trust: { root: readFileSync(file, "utf8"), file, name: "JORGE-PC" },
  };
}

const publishers: readonly ClientName[] = ["ours", "MQTT.js", "ready octets"];

/** Messages a second at QoS 0, 1 and 2. */
async function throughput(target: Target, lines: string): Promise<Measured[]> {
  const clients = await Promise.all(publishers.map(name => hosted(name, target)));
  try {
    const all: Measured[] = [];
    for (const qos of [0, 1, 2] as const) {
      const count = counts[qos];
      writeFileSync(lines, `${"x".repeat(octets)}\n`.repeat(count));
      const ways = new Map(
        clients.map(client => [client.name as string, () => client.do({ act: "publish", qos, count })]),
      );
      ways.set("mosquitto_pub", () => mosquittoPub(target, qos, lines));
      all.push(await measured(ways, rounds, count, milliseconds => (count / milliseconds) * 1000));
    }
    return all;
  } finally {
    await Promise.all(clients.map(client => client.stop()));
  }
}

/** Microseconds a round trip. */
async function roundTrips(target: Target, { echo }: Sink): Promise<Measured> {
  const clients = await Promise.all([
    ...publishers.map(name => hosted(name, target)),
    hosted("raw echo", { port: echo }),
  ]);
  try {
    const ways = new Map(
      clients.map(client => [client.name as string, () => client.do({ act: "trips", count: trips })]),
    );
    return await measured(ways, tripRounds, trips, milliseconds => (milliseconds / trips) * 1000);
  } finally {
    await Promise.all(clients.map(client => client.stop()));
  }
}

async function measured(
  ways: ReadonlyMap<string, () => Promise<Took>>,
  { counted, before }: typeof rounds,
  count: number,
  rate: (milliseconds: number) => number,
): Promise<Measured> {
  const none = () => Object.fromEntries([...ways.keys()].map(name => [name, [] as number[]]));
  const all = { wall: none(), processor: none() };
  for (let round = -before; round < counted; round++)
    for (const [name, act] of ways) {
      const { wall, processor } = await act();
      if (round < 0) continue;
      all.wall[name]!.push(rate(wall));
      all.processor[name]!.push((processor / count) * 1000);
    }
  return all;
}

/** As the broker's end sees them. */
async function requests(far: Sink): Promise<number[]> {
  if (!Bun.which("mosquitto_rr")) return [];
  const all: number[] = [];
  for (let i = 0; i < 15; i++) all.push(await mosquittoRr(far));
  return all;
}

/** Ours against another's, round by round. */
const ratio = (all: Figures, name: string): number =>
  median(all.ours!.map((ours, round) => ours / all[name]![round]!));

function told(speeds: Record<string, Measured[]>, times: Record<string, Measured>, requests: number[]) {
  const others = ["MQTT.js", "mosquitto_pub", "ready octets"];
  const peers = ["MQTT.js", "ready octets", "raw echo"];
  const row = (name: string, all: Figures, others: readonly string[], digits: number) => [
    name,
    median(all.ours!).toFixed(digits),
    ...others.map(other => `${median(all[other]!).toFixed(digits)} (${ratio(all, other).toFixed(2)})`),
  ];
  const published = (what: keyof Measured, digits: number) =>
    table(
      ["", "ours", ...others],
      Object.entries(speeds).flatMap(([target, byQoS]) =>
        byQoS.map((all, qos) => row(`into ${target}, QoS ${qos}`, all[what], others, digits)),
      ),
    );
  const tripped = (what: keyof Measured) =>
    table(
      ["", "ours", ...peers],
      Object.entries(times).map(([target, all]) => row(`by ${target}`, all[what], peers, 1)),
    );
  const text = [
    `Messages of ${octets} octets a second, MQTT 5; in brackets ours against it.`,
    published("wall", 0),
    "",
    "Processor time of the client's process, user and system, microseconds a message; in brackets ours against it.",
    published("processor", 2),
    "",
    "Round trip of one message of QoS 0 through the broker, microseconds; in brackets ours against it.",
    tripped("wall"),
    "",
    "Processor time of the client's process, microseconds a round trip; in brackets ours against it.",
    tripped("processor"),
    ...(requests.length > 0
      ? [
          `mosquitto_rr, a request a process, from SUBACK to its request as the sink sees it: ${median(requests).toFixed(0)}.`,
        ]
      : []),
    "",
    "Of QoS 1 and 2 every client has at most 20 messages under way, as Mosquitto allows. Ready octets are made beforehand",
    "and unread: about what that broker lets any client reach, so whoever comes near them is held up by the broker alone.",
    "The sink only acknowledges: there the client is what limits. The raw echo is a server of Bun's without MQTT or TLS.",
  ].join("\n");
  const medians = (what: keyof Measured) => ({
    messages: mapped(speeds, byQoS => byQoS.map(all => mapped(all[what], median))),
    roundTrip: mapped(times, all => mapped(all[what], median)),
  });
  const ratios = (what: keyof Measured) => ({
    messages: mapped(speeds, byQoS => byQoS.map(all => ratiosOf(all[what]))),
    roundTrip: mapped(times, all => ratiosOf(all[what])),
  });
  const { messages: messagesASecond, roundTrip: roundTripMicroseconds } = medians("wall");
  const figures = {
    messagesASecond,
    roundTripMicroseconds,
    processorMicroseconds: medians("processor"),
    ratios: ratios("wall"),
    processorRatios: ratios("processor"),
    mosquittoRrMicroseconds: requests.length > 0 ? median(requests) : undefined,
  };
  return { figures, text };
}

const mapped = <T, U>(all: Readonly<Record<string, T>>, of: (one: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, of(one)]));
const ratiosOf = (all: Figures) => Object.fromEntries(Object.keys(all).map(name => [name, ratio(all, name)]));
