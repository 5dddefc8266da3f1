// Exercise: several answers to one question. Which are forged, and was one of them believed?
import { recordsOf, Type } from "../../../protocols/dns/index.ts";
import { colons } from "../../../protocols/ethernet/address.ts";
import { ethernet } from "../../../protocols/ethernet/index.ts";
import { dotted } from "../../../protocols/ipv4/address.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, choice, chosen, mac, packets } from "../kinds/index.ts";
import { type Forged, forged } from "./forger.ts";
import { messagesOf, type Told } from "./messages.ts";

type ForgedRun = Run<Forged>;

const target = (run: ForgedRun): string => run.task.names[run.task.target]!.name;
const senderOf = ({ packet }: Told): string => colons(packet.layer(ethernet)!.source);
const about = (run: ForgedRun): Told[] => messagesOf(run).filter(({ name }) => name === target(run));
const question = (run: ForgedRun): Told => about(run).find(({ isResponse }) => !isResponse)!;
const answers = (run: ForgedRun): Told[] => about(run).filter(({ isResponse }) => isResponse);
/** The resolver's MAC address is the one that its other answers come from. */
const resolverMac = (run: ForgedRun): string =>
  senderOf(messagesOf(run).find(({ isResponse, name }) => isResponse && name !== target(run))!);
const false_ = (run: ForgedRun): Told[] => answers(run).filter(one => senderOf(one) !== resolverMac(run));
const true_ = (run: ForgedRun): Told => answers(run).find(one => senderOf(one) === resolverMac(run))!;
/** A stub believes the first answer that has the question's id (RFC 5452 §9.1). */
const believed = (run: ForgedRun): Told =>
  answers(run).find(({ message }) => message.id === question(run).message.id)!;
const addressIn = ({ message }: Told): string => dotted(recordsOf(message.answers, Type.A)[0]!.data);

const reasons = choice(
  [
    {
      id: "race",
      says: {
        en: "The forged answer, for it came first and has the question's id.",
        es: "La falsa, pues llegó primero y lleva el id de la pregunta.",
      },
    },
    {
      id: "id",
      says: {
        en: "The true answer, for the others have not the question's id.",
        es: "La verdadera, pues las otras no llevan el id de la pregunta.",
      },
    },
    {
      id: "port",
      says: {
        en: "The true answer, for the others come from another port.",
        es: "La verdadera, pues las otras vienen de otro puerto.",
      },
    },
    {
      id: "ttl",
      says: {
        en: "The one with the longest TTL, whichever came first.",
        es: "La que tiene el TTL más largo, llegue cuando llegue.",
      },
    },
  ],
  { en: "the answer that is believed", es: "la respuesta que se cree" },
);

const lookAtIds = (run: ForgedRun) => ({
  en: `Compare the id of packets ${answers(run)
    .map(({ number }) => number)
    .join(", ")} with that of the question, packet ${question(run).number} (RFC 5452 §9.1).`,
  es: `Compara el id de los paquetes ${answers(run)
    .map(({ number }) => number)
    .join(", ")} con el de la pregunta, paquete ${question(run).number} (RFC 5452 §9.1).`,
});

const asked = {
  filter: (run: ForgedRun) => `dns.qry.name == "${target(run)}"`,
  fields: ["frame.number", "dns.flags.response", "eth.src", "dns.id", "dns.a"],
};
/** Rows of answers, parted by whether they come from the MAC address of the resolver's other answers. */
const parted = (rows: readonly (readonly string[])[], run: ForgedRun) => {
  const all = rows.filter(row => row[1] === "1" || row[1] === "True");
  return { forged: all.filter(row => row[2] !== run.task.resolver.mac), all, question: rows[0]! };
};

export const exercise = anExercise<Forged>({
  id: "dns-forged",
  subject: "dns",
  level: "diagnose",
  title: { en: "Two truths", es: "Dos verdades" },
  scene: forged,
  story: run => ({
    en: `The board (${run.task.board}) asks its resolver (${run.task.resolver.address}) for ${run.task.names.length} names. To one of its questions there is more than one answer: somebody else on the network speaks in the resolver's name.`,
    es: `La placa (${run.task.board}) pregunta a su resolutor (${run.task.resolver.address}) por ${run.task.names.length} nombres. A una de sus preguntas hay más de una respuesta: alguien en la red habla en nombre del resolutor.`,
  }),
  questions: [
    ask({
      id: "forged",
      asks: { en: "Which packets are forged?", es: "¿Qué paquetes son falsos?" },
      kind: packets,
      expected: (run: ForgedRun) => false_(run).map(({ number }) => number),
      wrong: [
        {
          answer: run => [true_(run).number],
          says: run => ({
            en: `That one is true. Compare the Ethernet source of the answers with that of the resolver's other answers: packet ${messagesOf(run).find(({ isResponse }) => isResponse)!.number} is one.`,
            es: `Esa es verdadera. Compara el origen Ethernet de las respuestas con el de las otras del resolutor: el paquete ${messagesOf(run).find(({ isResponse }) => isResponse)!.number} es una.`,
          }),
        },
        {
          answer: run => answers(run).map(({ number }) => number),
          says: {
            en: "One of the answers is the resolver's own: all have its IP address, but not all its MAC address.",
            es: "Una de las respuestas es del propio resolutor: todas llevan su dirección IP, pero no todas su dirección MAC.",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the answers about the name of packet ${question(run).number}: IP addresses are written by whoever sends; compare the source in their Ethernet headers (RFC 5452 §3).`,
        es: `Mira las respuestas sobre el nombre del paquete ${question(run).number}: las direcciones IP las escribe quien envía; compara el origen en sus cabeceras Ethernet (RFC 5452 §3).`,
      }),
      tshark: {
        ...asked,
        concludes: (rows, run) =>
          parted(rows, run)
            .forged.map(row => row[0])
            .join(" "),
      },
    }),
    ask({
      id: "who",
      asks: { en: "Which MAC address has the forger?", es: "¿Qué dirección MAC tiene quien falsifica?" },
      kind: mac,
      expected: (run: ForgedRun) => senderOf(false_(run)[0]!),
      wrong: [
        {
          answer: resolverMac,
          says: run => ({
            en: `That is the resolver's own: it answers the other questions from there, and says so in ARP. Look at packets ${answers(
              run,
            )
              .map(({ number }) => number)
              .join(", ")}.`,
            es: `Esa es la del propio resolutor: desde ahí responde a las demás preguntas, y así lo dice en ARP. Mira los paquetes ${answers(
              run,
            )
              .map(({ number }) => number)
              .join(", ")}.`,
          }),
        },
        {
          answer: run => senderOf(question(run)),
          says: {
            en: "That is the board, which asks. Look at who sends the answers.",
            es: "Esa es la placa, que pregunta. Mira quién envía las respuestas.",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the Ethernet source of packets ${answers(run)
          .map(({ number }) => number)
          .join(", ")}.`,
        es: `Mira el origen Ethernet de los paquetes ${answers(run)
          .map(({ number }) => number)
          .join(", ")}.`,
      }),
      tshark: { ...asked, concludes: (rows, run) => parted(rows, run).forged[0]![2]! },
    }),
    ask({
      id: "believed",
      asks: {
        en: "Which answer does the board believe, and why?",
        es: "¿Qué respuesta cree la placa, y por qué?",
      },
      kind: reasons,
      expected: (run: ForgedRun) =>
        chosen(believed(run).number === true_(run).number ? "id" : "race", believed(run).number),
      wrong: [
        { answer: run => chosen("race", believed(run).number), says: lookAtIds },
        { answer: run => chosen("id", believed(run).number), says: lookAtIds },
        {
          answer: run => chosen("port", believed(run).number),
          says: run => ({
            en: `Look at the UDP source port of packet ${false_(run)[0]!.number} (RFC 5452 §9.2).`,
            es: `Mira el puerto UDP de origen del paquete ${false_(run)[0]!.number} (RFC 5452 §9.2).`,
          }),
        },
        {
          answer: run => chosen("ttl", believed(run).number),
          says: run => ({
            en: `Who asks does not compare times to live: the first answer that fits the question, packet ${question(run).number}, is taken (RFC 5452 §9.1).`,
            es: `Quien pregunta no compara tiempos de vida: se toma la primera respuesta que encaja con la pregunta, paquete ${question(run).number} (RFC 5452 §9.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The first answer that fits is believed: address, port, question and id. ${lookAtIds(run).en}`,
        es: `Se cree la primera respuesta que encaja: dirección, puerto, pregunta e id. ${lookAtIds(run).es}`,
      }),
      tshark: {
        ...asked,
        concludes(rows, run) {
          const { all, forged, question } = parted(rows, run);
          const first = all.find(row => row[3] === question[3])!;
          return `${forged.includes(first) ? "race" : "id"} ${first[0]}`;
        },
      },
    }),
    ask({
      id: "address",
      asks: run => ({
        en: `So where does the board go for ${target(run)}?`,
        es: `Entonces, ¿adónde va la placa por ${target(run)}?`,
      }),
      kind: address,
      expected: (run: ForgedRun) => addressIn(believed(run)),
      wrong: [
        {
          answer: run => addressIn(answers(run).find(one => addressIn(one) !== addressIn(believed(run)))!),
          says: lookAtIds,
        },
      ],
      otherwise: lookAtIds,
      tshark: {
        ...asked,
        concludes(rows, run) {
          const { all, question } = parted(rows, run);
          return all.find(row => row[3] === question[3])![4]!;
        },
      },
    }),
  ],
  hints: [
    {
      en: "Look for a question with more than one answer: dns.flags.response == 1, sorted by name.",
      es: "Busca una pregunta con más de una respuesta: dns.flags.response == 1, por nombre.",
    },
    {
      en: "Anybody can write any IP address into a packet. The Ethernet source shows which machine it came from, on this network.",
      es: "Cualquiera puede escribir cualquier IP en un paquete. El origen Ethernet muestra, en esta red, de qué máquina vino.",
    },
    {
      en: "Whoever asks takes the first answer with the right address, port, question and id, and forgets the question.",
      es: "Quien pregunta toma la primera respuesta con dirección, puerto, pregunta e id correctos, y olvida la pregunta.",
    },
  ],
});
