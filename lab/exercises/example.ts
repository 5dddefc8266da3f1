// An exercise in one file, as an author writes his own: `bun lab exercise start --from lab/exercises/example.ts`.
import { arp, Operation } from "../../protocols/arp/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { anExercise, ask, type Run, type Scene } from "./exercise.ts";
import { address, filter } from "./kinds/index.ts";
import { Room } from "./room/room.ts";

interface Visit {
  readonly begins: number;
  readonly visitor: string;
  /** Whom it says something to, in this order. */
  readonly hosts: readonly string[];
  /** The one of them that is switched off. */
  readonly absent: string;
}

const scene: Scene<Visit> = {
  id: "example-visit",
  version: 1,
  task(draws) {
    const network = draws.network();
    const all = Array.from({ length: 250 }, (_, i) => `${network}${i + 2}`);
    const [visitor, ...hosts] = draws.some(draws.whole(4, 7), all) as [string, ...string[]];
    return { begins: Date.UTC(2026, 0, draws.whole(1, 28)), visitor, hosts, absent: draws.pick(hosts) };
  },
  async play({ begins, visitor, hosts, absent }, draws) {
    const room = new Room(draws, begins);
    const at = (address: string) => ({ name: address, configuration: { address, prefix: 24 } });
    for (const host of hosts)
      if (host !== absent)
        await room.host({
          ...at(host),
          async program(self) {
            const door = await self.datagrams({ port: 9 });
            self.stopping.addEventListener("abort", () => door.close());
            await door.receive();
          },
        });
    await room.host({
      ...at(visitor),
      async program(self) {
        const socket = await self.datagrams();
        for (const host of hosts) {
          await socket.send(new TextEncoder().encode("hello"), { address: host, port: 9 });
          await self.clock.sleep(draws.whole(100, 900));
        }
      },
    });
    await room.run(room.done(visitor));
    await room.close();
    return { capture: room.capture() };
  },
};

/** Who is asked for, and whether anybody answers. */
const asked = (run: Run<Visit>) =>
  run.packets.flatMap(packet => {
    const question = packet.layer(arp);
    if (question?.operation !== Operation.request) return [];
    const target = dotted(question.targetProtocol as number);
    const reply = run.packets.find(one => {
      const message = one.layer(arp);
      return message?.operation === Operation.reply && dotted(message.senderProtocol as number) === target;
    });
    return [{ number: packet.number, target, isAnswered: reply !== undefined }];
  });
const silent = (run: Run<Visit>) => asked(run).find(({ isAnswered }) => !isAnswered)!;

export const exercise = anExercise<Visit>({
  id: "across-visit",
  subject: "across",
  level: "find",
  title: { en: "Nobody at home", es: "No hay nadie en casa" },
  scene,
  story: ({ task: { visitor, hosts } }) => ({
    en: `${visitor} calls on ${hosts.length} neighbours, one after the other. One of them is switched off.`,
    es: `${visitor} llama a ${hosts.length} vecinos, uno tras otro. Uno de ellos está apagado.`,
  }),
  questions: [
    ask({
      id: "absent",
      asks: { en: "Which address does not answer?", es: "¿Qué dirección no responde?" },
      kind: address,
      expected: (run: Run<Visit>) => silent(run).target,
      wrong: [
        {
          answer: run => run.task.visitor,
          says: {
            en: "That is the one who asks: sender protocol address (RFC 826).",
            es: "Esa es la que pregunta: dirección de protocolo del emisor (RFC 826).",
          },
        },
        {
          answer: run => asked(run).find(({ isAnswered }) => isAnswered)?.target,
          says: {
            en: "That one answers: look for its ARP reply, opcode 2 (RFC 826).",
            es: "Esa responde: busca su respuesta ARP, código 2 (RFC 826).",
          },
        },
      ],
      otherwise: run => ({
        en: `Packet ${silent(run).number} is a question that no reply follows: look at its target protocol address (RFC 826).`,
        es: `El paquete ${silent(run).number} es una pregunta a la que no sigue respuesta: mira su dirección de protocolo de destino (RFC 826).`,
      }),
      tshark: {
        filter: "arp",
        fields: ["arp.opcode", "arp.src.proto_ipv4", "arp.dst.proto_ipv4"],
        concludes(rows) {
          const here = new Set(rows.filter(([opcode]) => opcode === "2").map(([, source]) => source));
          return rows.find(([opcode, , target]) => opcode === "1" && !here.has(target))![2]!;
        },
      },
    }),
    ask({
      id: "filter",
      asks: {
        en: "Write the display filter that selects exactly the questions of ARP.",
        es: "Escribe el filtro de visualización que selecciona exactamente las preguntas de ARP.",
      },
      kind: filter,
      expected: () => "arp.opcode == 1",
      wrong: [
        {
          answer: () => "arp",
          says: {
            en: "Those are the replies too: the opcode tells them apart (RFC 826).",
            es: "Esas son también las respuestas: el código las distingue (RFC 826).",
          },
        },
      ],
      otherwise: run => ({
        en: `Packet ${silent(run).number} is one; its opcode is 1 (RFC 826).`,
        es: `El paquete ${silent(run).number} es una; su código es 1 (RFC 826).`,
      }),
      tshark: {
        filter: "eth.dst == ff:ff:ff:ff:ff:ff",
        fields: ["frame.number"],
        concludes: rows => rows.map(([number]) => `frame.number == ${number}`).join(" || "),
      },
    }),
  ],
  hints: [
    {
      en: "Who has an address is asked by ARP before anything can be sent to it.",
      es: "Antes de enviar nada a una dirección se pregunta por ARP quién la tiene.",
    },
  ],
});
