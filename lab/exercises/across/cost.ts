// The scene and the exercise of the same words in the clear and in TLS: what does the difference weigh?
import type { Stream } from "../../../protocols/endpoint/index.ts";
import { connect } from "../../../protocols/mqtt/client.ts";
import { secure } from "../../../protocols/tls/client.ts";
import type { Host, Program } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { PcPlan } from "../../servers/pc.ts";
import type { Draws } from "../draws.ts";
import { anExercise, ask, type Played, type Run, type Scene } from "../exercise.ts";
import { number } from "../kinds/index.ts";
import { Room } from "../room/room.ts";
import { credentialsOf, issued, pemOf, rootOf } from "../tls/authority.ts";
import { applicationRecords } from "../tls/messages.ts";

interface Twice {
  readonly begins: number;
  readonly broker: { readonly name: string; readonly address: string };
  readonly board: { readonly name: string; readonly address: string; readonly mac: string };
  readonly topic: string;
  /** Octets of payload. */
  readonly size: number;
  readonly messages: number;
}

const twice: Scene<Twice> = { id: "across-cost", version: 1, task, play };

function task(draws: Draws): Twice {
  const network = draws.network();
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    broker: {
      name: draws.pick(["hermes", "talos", "argos", "midas"]),
      address: `${network}${draws.whole(2, 60)}`,
    },
    board: { name: "NUCLEO-H723ZG", address: `${network}${draws.whole(100, 250)}`, mac: draws.mac() },
    topic: `bench/${draws.pick(["red", "blue", "green", "white", "black"])}`,
    size: draws.whole(20, 900),
    messages: draws.whole(3, 9),
  };
}

async function play(task: Twice, draws: Draws): Promise<Played> {
  const root = await rootOf("Bench Root");
  const server = await issued(root, { name: task.broker.name, use: "server", hosts: [task.broker.name] });
  const room = new Room(draws, task.begins);
  await room.host({
    name: task.broker.name,
    configuration: { address: task.broker.address, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/pc.ts"),
    settings: { ...credentialsOf(server), clientRoot: pemOf(root), version: "1.2" } satisfies PcPlan,
  });
  await room.host({
    name: task.board.name,
    mac: task.board.mac,
    configuration: { address: task.board.address, prefix: 24 },
    program: (async (host: Host) => {
      await host.clock.sleep(200);
      const plain = await host.connect({ address: task.broker.address, port: 1883 });
      await publish(host, plain, task);
      await host.clock.sleep(1000);
      const raw = await host.connect({ address: task.broker.address, port: 8883 });
      const serverName = task.broker.name;
      const roots = [pemOf(root)];
      await publish(host, await secure(raw, { serverName, roots, clock: host.clock, version: "1.2" }), task);
    }) as Program,
  });
  await room.run(room.done(task.board.name));
  await room.close();
  return { capture: room.capture(), told: room.told };
}

async function publish(host: Host, stream: Stream, { board, topic, size, messages }: Twice): Promise<void> {
  const session = await connect(stream, host.clock, { clientId: board.name, version: 4, beat: false });
  for (let i = 0; i < messages; i++) {
    await session.publish({ topic, payload: new Uint8Array(size).fill(0x61 + i) });
    await host.clock.sleep(100);
  }
  await session.disconnect();
  await stream.close();
}

type TwiceRun = Run<Twice>;

const octetsOn = (run: TwiceRun, port: number): number =>
  run.select(`tcp.port == ${port}`).reduce((sum, { frame }) => sum + frame.originalLength, 0);
const plainMessage = (run: TwiceRun) => run.select("mqtt.msgtype == 3")[0]!;
const sealed = (run: TwiceRun) =>
  applicationRecords(run, run.task.board.address).find(({ value }) => value.length > run.task.size)!;
/** On the wire, from Ethernet's header on. */
const more = (run: TwiceRun): number =>
  sealed(run).packet.frame.originalLength - plainMessage(run).frame.originalLength;

const sum = (rows: readonly (readonly string[])[]): number =>
  rows.reduce((all, [length]) => all + Number(length), 0);

export const exercise = anExercise<Twice>({
  id: "across-cost",
  subject: "across",
  level: "compute",
  title: { en: "What TLS weighs", es: "Lo que pesa TLS" },
  scene: twice,
  story: ({ task }) => ({
    en: `${task.board.name} publishes ${task.messages} messages of ${task.size} octets to ${task.broker.name}: first in the clear (port 1883), then the very same with TLS 1.2 (port 8883). Both are in the capture. Count frames as they are captured: Ethernet header included, preamble and checksum not.`,
    es: `${task.board.name} publica ${task.messages} mensajes de ${task.size} octetos en ${task.broker.name}: primero en claro (puerto 1883), después los mismos con TLS 1.2 (puerto 8883). Ambas cosas están en la captura. Cuenta las tramas como se capturan: con cabecera Ethernet, sin preámbulo ni suma final.`,
  }),
  questions: [
    ask({
      id: "plain",
      asks: {
        en: "How many octets has the plain connection put on the wire, in all its frames?",
        es: "¿Cuántos octetos ha puesto en el cable la conexión en claro, con todas sus tramas?",
      },
      kind: number({ unit: "octets", example: "1234" }),
      expected: (run: TwiceRun) => octetsOn(run, 1883),
      wrong: [
        {
          answer: ({ task }) => task.size * task.messages,
          says: run => ({
            en: `That is the payload alone. Add up frame.len of every frame on port 1883, those without MQTT too; packet ${plainMessage(run).number} is one of them (RFC 9293 §3.1).`,
            es: `Eso es solo la carga. Suma frame.len de todas las tramas del puerto 1883, también las que no llevan MQTT; el paquete ${plainMessage(run).number} es una de ellas (RFC 9293 §3.1).`,
          }),
        },
        {
          answer: run => run.select("mqtt").reduce((all, { frame }) => all + frame.originalLength, 0),
          says: run => ({
            en: `The frames that carry no MQTT are missing: opening, acknowledgements, end (tcp.port == 1883; packet ${plainMessage(run).number} and its neighbours; RFC 9293 §3.5).`,
            es: `Faltan las tramas que no llevan MQTT: apertura, confirmaciones, cierre (tcp.port == 1883; el paquete ${plainMessage(run).number} y sus vecinos; RFC 9293 §3.5).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `bun lab inspect capture.pcapng -Y 'tcp.port == 1883' -T fields -e frame.len, and add up; packet ${plainMessage(run).number} has frame.len ${plainMessage(run).frame.originalLength} (RFC 9293 §3.1).`,
        es: `bun lab inspect capture.pcapng -Y 'tcp.port == 1883' -T fields -e frame.len, y suma; el paquete ${plainMessage(run).number} tiene frame.len ${plainMessage(run).frame.originalLength} (RFC 9293 §3.1).`,
      }),
      tshark: {
        filter: "tcp.port == 1883",
        fields: ["frame.len"],
        concludes: rows => String(sum(rows)),
      },
    }),
    ask({
      id: "more",
      asks: {
        en: "By how many octets is the frame with one message longer in TLS than in the clear?",
        es: "¿En cuántos octetos es más larga con TLS que en claro la trama de un mensaje?",
      },
      kind: number({ unit: "octets", example: "12" }),
      expected: more,
      wrong: [
        {
          answer: run => more(run) - 5,
          says: run => ({
            en: `The header of the record is missing (RFC 5246 §6.2.1): compare the lengths of packets ${plainMessage(run).number} and ${sealed(run).number}.`,
            es: `Falta la cabecera del registro (RFC 5246 §6.2.1): compara las longitudes de los paquetes ${plainMessage(run).number} y ${sealed(run).number}.`,
          }),
        },
        {
          answer: () => 0,
          says: run => ({
            en: `Ciphering adds nonce, tag and header to each record (RFC 5288 §3): compare frame.len of packets ${plainMessage(run).number} and ${sealed(run).number}.`,
            es: `El cifrado añade a cada registro nonce, etiqueta y cabecera (RFC 5288 §3): compara frame.len de los paquetes ${plainMessage(run).number} y ${sealed(run).number}.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Compare frame.len of a PUBLISH in the clear (packet ${plainMessage(run).number}) with that of a record of application data that carries one (packet ${sealed(run).number}); RFC 5246 §6.2.3.3.`,
        es: `Compara frame.len de un PUBLISH en claro (paquete ${plainMessage(run).number}) con el de un registro de datos de aplicación que lleva uno (paquete ${sealed(run).number}); RFC 5246 §6.2.3.3.`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3 || tls.record.content_type == 23",
        fields: ["frame.len", "ip.src", "tls.record.length"],
        concludes(rows, { task }) {
          const [plain] = rows.filter(row => !row[2]);
          const one = rows.find(
            row => row[1] === task.board.address && Number(row[2]?.split(",")[0]) > task.size,
          )!;
          return String(Number(one[0]) - Number(plain![0]));
        },
      },
    }),
    ask({
      id: "ratio",
      asks: {
        en: "By what must the octets of the plain connection be multiplied to come to those of the TLS one? Two decimals.",
        es: "¿Por cuánto hay que multiplicar los octetos de la conexión en claro para llegar a los de la de TLS? Con dos decimales.",
      },
      kind: number({ tolerance: 0.02, example: "3.14" }),
      expected: (run: TwiceRun) => Number((octetsOn(run, 8883) / octetsOn(run, 1883)).toFixed(2)),
      wrong: [
        {
          answer: run => Number((octetsOn(run, 1883) / octetsOn(run, 8883)).toFixed(2)),
          says: run => ({
            en: `The other way round: octets on port 8883 divided by those on port 1883 (field frame.len; packet ${sealed(run).number} is one of the first; RFC 9293 §3.1).`,
            es: `Al revés: los octetos del puerto 8883 entre los del puerto 1883 (campo frame.len; el paquete ${sealed(run).number} es de los primeros; RFC 9293 §3.1).`,
          }),
        },
        {
          answer: run =>
            Number(
              (sealed(run).packet.frame.originalLength / plainMessage(run).frame.originalLength).toFixed(2),
            ),
          says: run => ({
            en: `That is one message. The whole connection counts, with the handshake before packet ${sealed(run).number} (RFC 5246 §7.3; field frame.len).`,
            es: `Eso es un mensaje. Cuenta la conexión entera, con la negociación anterior al paquete ${sealed(run).number} (RFC 5246 §7.3; campo frame.len).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Add up frame.len on tcp.port == 8883 and on tcp.port == 1883, and divide; packet ${sealed(run).number} belongs to the first sum (RFC 9293 §3.1).`,
        es: `Suma frame.len en tcp.port == 8883 y en tcp.port == 1883, y divide; el paquete ${sealed(run).number} pertenece a la primera suma (RFC 9293 §3.1).`,
      }),
      tshark: {
        filter: "tcp.port == 1883 || tcp.port == 8883",
        fields: ["frame.len", "tcp.port"],
        concludes(rows) {
          const on = (port: string) => sum(rows.filter(row => row[1]!.split(",").includes(port)));
          return (on("8883") / on("1883")).toFixed(3);
        },
      },
    }),
  ],
  hints: [
    {
      en: "Two filters: tcp.port == 1883 and tcp.port == 8883.",
      es: "Dos filtros: tcp.port == 1883 y tcp.port == 8883.",
    },
    {
      en: "bun lab inspect … -T fields -e frame.len prints one length a line.",
      es: "bun lab inspect … -T fields -e frame.len escribe una longitud por línea.",
    },
    {
      en: "bun lab inspect … -z conv,tcp adds up octets for you.",
      es: "bun lab inspect … -z conv,tcp suma los octetos por ti.",
    },
  ],
});
