// The scene of a broker's ordinary day: sensors publish in the clear, a panel listens, somebody sends a code, one falls silent.
import { connect, type Session } from "../../../protocols/mqtt/client.ts";
import type { Host, Program } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

interface Client {
  readonly clientId: string;
  readonly address: string;
}

interface Reading {
  readonly topic: string;
  readonly text: string;
  readonly qos: 0 | 1 | 2;
}

export interface Greenhouse {
  /** Milliseconds since the Unix epoch. */
  readonly begins: number;
  readonly broker: string;
  /** The first level of all topics. */
  readonly site: string;
  readonly version: 5;
  readonly panel: Client & { readonly filter: string; readonly qos: 0 | 1 | 2 };
  readonly sensors: readonly (Client & {
    readonly keepAlive: number;
    readonly readings: readonly Reading[];
  })[];
  /** One reading among all, whose value occurs once. */
  readonly asked: Reading;
  /** One sensor's report, longer than 127 octets. */
  readonly report: Reading;
  readonly person: Client & { readonly userName: string; readonly password: string };
  /** What the person publishes, for the door alone to know. */
  readonly secret: Reading;
  /** It announces its keep alive, says one thing and dies, its cable in. */
  readonly silent: Client & { readonly keepAlive: number; readonly will: Reading };
}

const port = 1883;
const sites = ["huerto", "taller", "faro", "molino", "puerto", "vivero", "almacen", "estacion"];
const rooms = ["norte", "sur", "patio", "sotano", "tejado", "entrada", "nave", "cuba"];
const quantities = ["temperature", "humidity", "light", "pressure", "level", "current"];
const people = ["lucia", "mateo", "ines", "tomas", "alba", "bruno"];
const words = ["valve", "pump", "fan", "lamp", "filter", "tank", "door", "panel", "relay", "motor"];

export const greenhouse: Scene<Greenhouse> = { id: "mqtt-greenhouse", version: 1, task, play };

function task(draws: Draws): Greenhouse {
  const network = draws.network();
  const site = draws.pick(sites);
  const hosts = draws.some(
    6,
    Array.from({ length: 80 }, (_, i) => `${network}${i + 100}`),
  );
  const places = draws.some(3, rooms);
  const values = draws.some(
    12,
    Array.from({ length: 800 }, (_, i) => String(i + 101)),
  );
  const sensors = places.map((room, i) => {
    const [one, other] = draws.some(2, quantities);
    return {
      clientId: `sensor-${room}-${draws.whole(10, 99)}`,
      address: hosts[i]!,
      keepAlive: draws.pick([30, 60, 90, 120]),
      readings: [0, 1, 2, 3].map(k => ({
        topic: `${site}/${room}/${k % 2 === 0 ? one : other}`,
        text: values[i * 4 + k]!,
        qos: draws.pick([0, 1, 2] as const),
      })),
    };
  });
  const asked = draws.pick(sensors.flatMap(({ readings }) => readings));
  const long = Array.from(
    { length: draws.whole(24, 60) },
    () => `${draws.pick(words)}=${draws.whole(0, 999)}`,
  );
  const place = draws.pick(places);
  const person = draws.pick(people);
  const dead = draws.pick(rooms.filter(room => !places.includes(room)));
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    broker: `${network}${draws.whole(2, 30)}`,
    site,
    version: 5,
    panel: {
      clientId: `panel-${draws.whole(1, 9)}`,
      address: hosts[3]!,
      filter: `${site}/#`,
      qos: draws.pick([0, 1, 2] as const),
    },
    sensors,
    asked,
    report: { topic: `${site}/${place}/report`, text: long.join(";"), qos: 1 },
    person: {
      clientId: `desk-${draws.whole(100, 999)}`,
      address: hosts[4]!,
      userName: person,
      password: `${draws.pick(words)}${draws.whole(100, 999)}${draws.pick(words)}`,
    },
    secret: { topic: `${site}/${draws.pick(places)}/door`, text: `code ${draws.whole(1000, 9999)}`, qos: 1 },
    silent: {
      clientId: `sensor-${dead}-${draws.whole(10, 99)}`,
      address: hosts[5]!,
      keepAlive: draws.pick([4, 6, 8, 10, 12, 14, 16, 18, 20, 22]),
      will: { topic: `${site}/${dead}/state`, text: "lost", qos: 0 },
    },
  };
}

/** Milliseconds between what one client does and the next. */
const apart = 700;

async function play(task: Greenhouse, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  await room.host({
    name: "broker",
    configuration: { address: task.broker, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/mqtt.ts"),
  });
  const plug = (client: Client, program: (host: Host) => Promise<void>) =>
    room.host({
      name: client.clientId,
      mac: draws.mac(),
      configuration: { address: client.address, prefix: 24 },
      program: program as Program,
    });
  const open = async (
    host: Host,
    { clientId }: Client,
    more: Omit<Parameters<typeof connect>[2], "clientId"> = {},
  ): Promise<Session> => {
    const stream = await host.connect({ address: task.broker, port });
    return connect(stream, host.clock, { clientId, version: task.version, beat: false, ...more });
  };
  const length = 2000 + task.silent.keepAlive * 1500 + apart * 16;

  await plug(task.panel, async host => {
    await host.clock.sleep(100);
    const session = await open(host, task.panel, { keepAlive: 300 });
    await session.subscribe(task.panel.filter, { qos: task.panel.qos });
    const until = host.clock.elapsed() + BigInt(length) * 1_000_000n;
    while (host.clock.elapsed() < until) await session.receive(apart);
    await session.disconnect();
  });
  await plug(task.silent, async host => {
    await host.clock.sleep(300);
    const { will, keepAlive } = task.silent;
    const session = await open(host, task.silent, {
      keepAlive,
      will: { topic: will.topic, payload: octets(will.text), qos: will.qos },
    });
    await session.publish({ topic: will.topic, payload: octets("alive"), qos: 0 });
    // It neither speaks nor leaves: the broker has to notice.
    await host.clock.sleep(length);
  });
  for (const [i, sensor] of task.sensors.entries())
    await plug(sensor, async host => {
      await host.clock.sleep(500 + i * apart);
      const session = await open(host, sensor, { keepAlive: sensor.keepAlive });
      for (const { topic, text, qos } of sensor.readings) {
        await session.publish({ topic, payload: octets(text), qos });
        await host.clock.sleep(apart * 3);
      }
      if (task.report.topic.includes(`/${sensor.readings[0]!.topic.split("/")[1]}/`))
        await session.publish({ ...task.report, payload: octets(task.report.text) });
      await session.disconnect();
    });
  await plug(task.person, async host => {
    await host.clock.sleep(500 + apart * 5);
    const { userName, password } = task.person;
    const session = await open(host, task.person, { keepAlive: 60, userName, password });
    await session.publish({
      topic: task.secret.topic,
      payload: octets(task.secret.text),
      qos: task.secret.qos,
    });
    await session.disconnect();
  });
  await room.run(room.done(task.panel.clientId));
  await room.close();
  return { capture: room.capture(), told: room.told };
}

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
