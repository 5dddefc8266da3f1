// The bench of the MQTT client: messages a second and round trips, beside MQTT.js, mosquitto's clients, ready octets and a raw echo.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { freePort, labBroker, mosquitto } from "./brokers.ts";
import { median, table } from "./measure.ts";
import type { ClientName, Target } from "./mqtt-client.ts";
import { hosted, mosquittoPub, mosquittoRr, type Sink, sink } from "./mqtt-hosts.ts";

const octets = 100;
/** Those that count, and those before them, while the engine compiles. */
const rounds = { counted: 7, before: 1 };
const counts = [60_000, 20_000, 10_000] as const;
/** Many short rounds: what else the machine does then falls on all alike. */
const tripRounds = { counted: 30, before: 15 };
const trips = 500;

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
      const speeds: Record<string, Figures[]> = {};
      for (const [name, target] of Object.entries(targets)) speeds[name] = await throughput(target, lines);
      const times: Record<string, Figures> = {};
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
async function throughput(target: Target, lines: string): Promise<Figures[]> {
  const clients = await Promise.all(publishers.map(name => hosted(name, target)));
  try {
    const all: Figures[] = [];
    for (const qos of [0, 1, 2] as const) {
      const count = counts[qos];
      writeFileSync(lines, `${"x".repeat(octets)}\n`.repeat(count));
      const ways = new Map(
        clients.map(client => [client.name as string, () => client.do({ act: "publish", qos, count })]),
      );
      ways.set("mosquitto_pub", () => mosquittoPub(target, qos, lines));
      all.push(await rates(ways, rounds, milliseconds => (count / milliseconds) * 1000));
    }
    return all;
  } finally {
    await Promise.all(clients.map(client => client.stop()));
  }
}

/** Microseconds a round trip. */
async function roundTrips(target: Target, { echo }: Sink): Promise<Figures> {
  const clients = await Promise.all([
    ...publishers.map(name => hosted(name, target)),
    hosted("raw echo", { port: echo }),
  ]);
  try {
    const ways = new Map(
      clients.map(client => [client.name as string, () => client.do({ act: "trips", count: trips })]),
    );
    return await rates(ways, tripRounds, milliseconds => (milliseconds / trips) * 1000);
  } finally {
    await Promise.all(clients.map(client => client.stop()));
  }
}

async function rates(
  ways: ReadonlyMap<string, () => Promise<number>>,
  { counted, before }: typeof rounds,
  rate: (milliseconds: number) => number,
): Promise<Figures> {
  const all = Object.fromEntries([...ways.keys()].map(name => [name, [] as number[]]));
  for (let round = -before; round < counted; round++)
    for (const [name, act] of ways) {
      const milliseconds = await act();
      if (round >= 0) all[name]!.push(rate(milliseconds));
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

function told(speeds: Record<string, Figures[]>, times: Record<string, Figures>, requests: number[]) {
  const names = ["MQTT.js", "mosquitto_pub", "ready octets"];
  const against = (all: Figures, name: string, digits: number) =>
    `${median(all[name]!).toFixed(digits)} (${ratio(all, name).toFixed(2)})`;
  const text = [
    `Messages of ${octets} octets a second, MQTT 5; in brackets ours against it.`,
    table(
      ["", "ours", ...names],
      Object.entries(speeds).flatMap(([target, byQoS]) =>
        byQoS.map((all, qos) => [
          `into ${target}, QoS ${qos}`,
          median(all.ours!).toFixed(0),
          ...names.map(name => against(all, name, 0)),
        ]),
      ),
    ),
    "",
    "Round trip of one message of QoS 0 through the broker, microseconds; in brackets ours against it.",
    table(
      ["", "ours", "MQTT.js", "ready octets", "raw echo"],
      Object.entries(times).map(([target, all]) => [
        `by ${target}`,
        median(all.ours!).toFixed(1),
        ...["MQTT.js", "ready octets", "raw echo"].map(name => against(all, name, 1)),
      ]),
    ),
    ...(requests.length > 0
      ? [
          `mosquitto_rr, a request a process, from SUBACK to its request as the sink sees it: ${median(requests).toFixed(0)}.`,
        ]
      : []),
    "",
    "Ready octets are made beforehand and unread: what that broker lets any client reach. The sink only acknowledges, so",
    "that the client is what limits. The raw echo is a server of Bun's without MQTT, and never TLS.",
  ].join("\n");
  const figures = {
    messagesASecond: mapped(speeds, byQoS => byQoS.map(medians)),
    roundTripMicroseconds: mapped(times, medians),
    ratios: {
      messages: mapped(speeds, byQoS => byQoS.map(ratios)),
      roundTrip: mapped(times, ratios),
    },
    mosquittoRrMicroseconds: requests.length > 0 ? median(requests) : undefined,
  };
  return { figures, text };
}

const mapped = <T, U>(all: Record<string, T>, of: (one: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, of(one)]));
const medians = (all: Figures) => mapped(all as Record<string, readonly number[]>, median);
const ratios = (all: Figures) => Object.fromEntries(Object.keys(all).map(name => [name, ratio(all, name)]));
