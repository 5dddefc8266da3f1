// Exercise: the resolver's walk, found in a capture.
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, filter, packet } from "../kinds/index.ts";
import { answerTo, messagesOf, questionOf, type Told } from "./messages.ts";
import { type Walk, walk } from "./walk.ts";

type WalkRun = Run<Walk>;

const wanted = (run: WalkRun): string => run.task.chain[0]!;
const answer = (run: WalkRun): Told => answerTo(run, wanted(run));
const question = (run: WalkRun): Told => questionOf(run, answer(run));
/** The answer of the server that is in charge of the name (AA), to the resolver. */
const authoritative = (run: WalkRun): Told =>
  messagesOf(run).find(
    ({ isResponse, name, message }) =>
      isResponse && name === wanted(run) && message.flags.authoritative === 1,
  )!;

export const exercise = anExercise<Walk>({
  id: "dns-find",
  subject: "dns",
  level: "find",
  title: { en: "Who knows?", es: "¿Quién lo sabe?" },
  scene: walk,
  story: run => ({
    en: `The board, ${run.task.board.address}, asks its resolver, ${run.task.resolver.address}, for the address of ${wanted(run)}. The resolver does not know it, and finds out.`,
    es: `La placa, ${run.task.board.address}, pregunta a su resolutor, ${run.task.resolver.address}, por la dirección de ${wanted(run)}. El resolutor no la sabe, y la averigua.`,
  }),
  questions: [
    ask({
      id: "answer",
      asks: run => ({
        en: `Which packet is the resolver's first answer to the board about ${wanted(run)}?`,
        es: `¿Qué paquete es la primera respuesta del resolutor a la placa sobre ${wanted(run)}?`,
      }),
      kind: packet,
      expected: (run: WalkRun) => answer(run).number,
      wrong: [
        {
          answer: run => question(run).number,
          says: {
            en: "That is the question: its QR flag is 0 (RFC 1035 §4.1.1).",
            es: "Esa es la pregunta: su indicador QR es 0 (RFC 1035 §4.1.1).",
          },
        },
        {
          answer: run => authoritative(run).number,
          says: run => ({
            en: `That one goes to the resolver. The board's answer goes to ${run.task.board.address}, with the id of its question, packet ${question(run).number} (RFC 1035 §4.1.1).`,
            es: `Esa va al resolutor. La de la placa va a ${run.task.board.address}, con el id de su pregunta, paquete ${question(run).number} (RFC 1035 §4.1.1).`,
          }),
        },
        {
          answer: run => answerTo(run, wanted(run), "last").number,
          says: run => ({
            en: `That is the answer to the second question. The first one is packet ${question(run).number}; its answer has the same id (RFC 1035 §4.1.1).`,
            es: `Esa es la respuesta a la segunda pregunta. La primera es el paquete ${question(run).number}; su respuesta lleva el mismo id (RFC 1035 §4.1.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The board asks in packet ${question(run).number}; the answer has the same id and comes from port 53 of ${run.task.resolver.address} (RFC 1035 §4.1.1).`,
        es: `La placa pregunta en el paquete ${question(run).number}; la respuesta lleva el mismo id y viene del puerto 53 de ${run.task.resolver.address} (RFC 1035 §4.1.1).`,
      }),
      tshark: {
        filter: run =>
          `dns.flags.response == 1 && ip.dst == ${run.task.board.address} && dns.qry.name == "${wanted(run)}"`,
        fields: ["frame.number"],
        concludes: ([row]) => row![0]!,
      },
    }),
    ask({
      id: "server",
      asks: run => ({
        en: `Which server is in charge of the zone of ${wanted(run)}? Its address.`,
        es: `¿Qué servidor está a cargo de la zona de ${wanted(run)}? Su dirección.`,
      }),
      kind: address,
      expected: (run: WalkRun) => authoritative(run).packet.source,
      wrong: [
        {
          answer: run => run.task.resolver.address,
          says: {
            en: "That is the resolver: it asks others, and its answers lack the AA flag (RFC 1035 §4.1.1).",
            es: "Ese es el resolutor: pregunta a otros, y sus respuestas no llevan el indicador AA (RFC 1035 §4.1.1).",
          },
        },
        {
          answer: run => run.task.top.address,
          says: run => ({
            en: `That one is in charge of ${run.task.top.name}, and refers to the servers of what is below: its authority section, without AA (RFC 1034 §4.3.1).`,
            es: `Ese está a cargo de ${run.task.top.name}, y remite a los servidores de lo que hay debajo: su sección de autoridad, sin AA (RFC 1034 §4.3.1).`,
          }),
        },
        {
          answer: run => run.task.far.address,
          says: run => ({
            en: `That one knows the name that ${wanted(run)} is an alias of. Look for the answer with AA whose question is ${wanted(run)} itself.`,
            es: `Ese conoce el nombre del que ${wanted(run)} es alias. Busca la respuesta con AA cuya pregunta es ${wanted(run)} misma.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Look at the answers to the resolver about ${wanted(run)}, before packet ${answer(run).number}: the one with the AA flag comes from the server in charge (RFC 1035 §4.1.1).`,
        es: `Mira las respuestas al resolutor sobre ${wanted(run)}, antes del paquete ${answer(run).number}: la que lleva el indicador AA viene del servidor a cargo (RFC 1035 §4.1.1).`,
      }),
      tshark: {
        filter: run => `dns.flags.authoritative == 1 && dns.qry.name == "${wanted(run)}"`,
        fields: ["ip.src"],
        concludes: ([row]) => row![0]!,
      },
    }),
    ask({
      id: "filter",
      asks: {
        en: "Write the display filter that selects exactly the questions that the resolver itself asks.",
        es: "Escribe el filtro de visualización que selecciona exactamente las preguntas que hace el propio resolutor.",
      },
      kind: filter,
      expected: (run: WalkRun) => `dns.flags.response == 0 && ip.src == ${run.task.resolver.address}`,
      wrong: [
        {
          answer: () => "dns.flags.response == 0",
          says: run => ({
            en: `Those are everybody's questions, packet ${question(run).number} of the board among them.`,
            es: `Esas son las preguntas de todos, entre ellas el paquete ${question(run).number}, de la placa.`,
          }),
        },
        {
          answer: run => `dns && ip.src == ${run.task.resolver.address}`,
          says: run => ({
            en: `The resolver also answers, in packet ${answer(run).number} for one: look at the QR flag, dns.flags.response (RFC 1035 §4.1.1).`,
            es: `El resolutor también responde, por ejemplo en el paquete ${answer(run).number}: mira el indicador QR, dns.flags.response (RFC 1035 §4.1.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Two conditions: the QR flag (dns.flags.response) and who sends (ip.src). Packet ${question(run).number} is not one of them (RFC 1035 §4.1.1).`,
        es: `Dos condiciones: el indicador QR (dns.flags.response) y quién envía (ip.src). El paquete ${question(run).number} no es de ellas (RFC 1035 §4.1.1).`,
      }),
      tshark: {
        filter: run => `udp.dstport == 53 && ip.src == ${run.task.resolver.address}`,
        fields: ["frame.number"],
        concludes: rows => rows.map(([number]) => `frame.number == ${number}`).join(" || "),
      },
    }),
  ],
  hints: [
    {
      en: "Question and answer have the same id; the QR flag tells them apart.",
      es: "Pregunta y respuesta llevan el mismo id; el indicador QR las distingue.",
    },
    {
      en: "A resolver walks: root, top-level domain, zone. All but the last only say whom to ask next.",
      es: "Un resolutor camina: raíz, dominio superior, zona. Todos salvo el último solo dicen a quién preguntar después.",
    },
    {
      en: "dns.flags.authoritative == 1 selects the answers of servers that are in charge of what they say.",
      es: "dns.flags.authoritative == 1 selecciona las respuestas de servidores a cargo de lo que dicen.",
    },
  ],
});
