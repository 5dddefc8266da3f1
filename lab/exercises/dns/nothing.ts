// Exercise: two kinds of "no": no such name, and no such data. RFC 2308.
import { Rcode, rcodeOf, recordsOf, Type } from "../../../protocols/dns/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { at, choice, chosen, inPacket, number } from "../kinds/index.ts";
import { answerTo, type Told } from "./messages.ts";
import { type Walk, walk } from "./walk.ts";

type WalkRun = Run<Walk>;

const ghost = (run: WalkRun): Told => answerTo(run, run.task.ghost);
const plain = (run: WalkRun): Told => answerTo(run, run.task.plain, "first", Type.AAAA);
const kindOf = ({ message }: Told): string =>
  rcodeOf(message) === Rcode.NXDOMAIN ? "name" : message.answers.length === 0 ? "data" : "address";
/** What is remembered: the lesser of the SOA record's TTL and its last field (RFC 2308 §5). */
const remembered = ({ message }: Told): number => {
  const [soa] = recordsOf(message.authorities, Type.SOA);
  return Math.min(soa!.ttl, soa!.data.minimum);
};

const options = [
  { id: "name", says: { en: "There is no such name.", es: "No existe tal nombre." } },
  {
    id: "data",
    says: {
      en: "The name exists, but has no record of the type that was asked for.",
      es: "El nombre existe, pero no tiene registros del tipo que se pidió.",
    },
  },
  {
    id: "refused",
    says: { en: "The server does not want to answer.", es: "El servidor no quiere responder." },
  },
  { id: "lost", says: { en: "Nobody answered.", es: "Nadie respondió." } },
];
const kinds = choice(options, { en: "the resolver's answer", es: "la respuesta del resolutor" });

const look = (one: Told) => ({
  en: `Look at RCODE in packet ${one.number}: 0 (no error), 3 (name error) or 5 (refused); and at the number of answers (RFC 1035 §4.1.1, RFC 2308 §2).`,
  es: `Mira RCODE en el paquete ${one.number}: 0 (sin error), 3 (error de nombre) o 5 (rechazado); y el número de respuestas (RFC 1035 §4.1.1, RFC 2308 §2).`,
});

const byTshark = (name: (run: WalkRun) => string, type: number) => ({
  filter: (run: WalkRun) =>
    `dns.flags.response == 1 && ip.dst == ${run.task.board.address} && dns.qry.name == "${name(run)}" && dns.qry.type == ${type}`,
  fields: ["frame.number", "dns.flags.rcode", "dns.count.answers", "dns.resp.ttl", "dns.soa.minimum_ttl"],
});

const which = (id: string, target: (run: WalkRun) => Told, name: (run: WalkRun) => string, type: number) =>
  ask({
    id,
    asks: run => ({
      en: `The board asks for ${type === Type.A ? "the IPv4 address (A)" : "the IPv6 address (AAAA)"} of ${name(run)}, and gets none. Why?`,
      es: `La placa pregunta por ${type === Type.A ? "la dirección IPv4 (A)" : "la dirección IPv6 (AAAA)"} de ${name(run)}, y no la recibe. ¿Por qué?`,
    }),
    kind: kinds,
    expected: (run: WalkRun) => chosen(kindOf(target(run)), target(run).number),
    wrong: [
      {
        answer: run => chosen("name", target(run).number),
        says: run => ({
          en: `That would be NXDOMAIN, RCODE 3: which is it in packet ${target(run).number}? (RFC 2308 §2.1)`,
          es: `Eso sería NXDOMAIN, RCODE 3: ¿cuál hay en el paquete ${target(run).number}? (RFC 2308 §2.1)`,
        }),
      },
      {
        answer: run => chosen("data", target(run).number),
        says: run => ({
          en: `Then RCODE would be 0 with no answers: which is it in packet ${target(run).number}? (RFC 2308 §2.2)`,
          es: `Entonces RCODE sería 0 sin respuestas: ¿cuál hay en el paquete ${target(run).number}? (RFC 2308 §2.2)`,
        }),
      },
      { answer: run => chosen("refused", target(run).number), says: run => look(target(run)) },
      {
        answer: run => chosen("lost", target(run).number),
        says: run => ({
          en: `An answer without an address is an answer: packet ${target(run).number} (RFC 2308 §2).`,
          es: `Una respuesta sin dirección es una respuesta: el paquete ${target(run).number} (RFC 2308 §2).`,
        }),
      },
    ],
    otherwise: run => ({
      en: `The packet asked for is the resolver's, to ${run.task.board.address}. ${look(target(run)).en}`,
      es: `El paquete que se pide es el del resolutor, hacia ${run.task.board.address}. ${look(target(run)).es}`,
    }),
    tshark: {
      ...byTshark(name, type),
      concludes: ([row]) => `${row![1] === "3" ? "name" : row![2] === "0" ? "data" : "address"} ${row![0]}`,
    },
  });

export const exercise = anExercise<Walk>({
  id: "dns-nothing",
  subject: "dns",
  level: "explain",
  title: { en: "Two kinds of no", es: "Dos clases de no" },
  scene: walk,
  story: ({ task: { board, ghost, plain } }) => ({
    en: `The board (${board.address}) asks for two things that it does not get: ${ghost} and ${plain}. Both times it hears "no", but not the same one.`,
    es: `La placa (${board.address}) pregunta por dos cosas que no recibe: ${ghost} y ${plain}. Las dos veces oye "no", pero no el mismo.`,
  }),
  questions: [
    which("first", ghost, run => run.task.ghost, Type.A),
    which("second", plain, run => run.task.plain, Type.AAAA),
    ask({
      id: "remembered",
      asks: run => ({
        en: `For how long may the resolver remember that there is no ${run.task.ghost}, as the answer says?`,
        es: `¿Cuánto tiempo puede recordar el resolutor que no hay ${run.task.ghost}, según la respuesta?`,
      }),
      kind: inPacket(number({ unit: "s", example: "45 s" }), {
        en: "the resolver's answer",
        es: "la respuesta del resolutor",
      }),
      expected: (run: WalkRun) => ({ value: remembered(ghost(run)), packet: ghost(run).number }),
      wrong: [
        {
          answer: run =>
            at(recordsOf(ghost(run).message.authorities, Type.SOA)[0]!.data.expire, ghost(run).number),
          says: run => ({
            en: `That is when secondary servers give up. In the SOA record of packet ${ghost(run).number} the last field, and the record's TTL, are about "no" (RFC 2308 §4, §5).`,
            es: `Eso es cuándo se rinden los servidores secundarios. En el registro SOA del paquete ${ghost(run).number}, el último campo y el TTL del registro tratan del "no" (RFC 2308 §4, §5).`,
          }),
        },
        {
          answer: run => at(run.task.host.ttl, ghost(run).number),
          says: run => ({
            en: `That is the time of another record. A "no" has none, so a SOA record comes with it, in the authority section of packet ${ghost(run).number} (RFC 2308 §3).`,
            es: `Ese es el tiempo de otro registro. Un "no" no tiene ninguno, por eso viene un SOA en la sección de autoridad del paquete ${ghost(run).number} (RFC 2308 §3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The lesser of the TTL and the last field of the SOA record in the authority section of packet ${ghost(run).number} (RFC 2308 §5).`,
        es: `El menor entre el TTL y el último campo del registro SOA en la sección de autoridad del paquete ${ghost(run).number} (RFC 2308 §5).`,
      }),
      tshark: {
        ...byTshark(run => run.task.ghost, Type.A),
        concludes: ([row]) => `${Math.min(Number(row![3]), Number(row![4]))} ${row![0]}`,
      },
    }),
  ],
  hints: [
    {
      en: "A name may exist without having what you ask for. RCODE tells the two apart.",
      es: "Un nombre puede existir sin tener lo que pides. RCODE distingue los dos casos.",
    },
    {
      en: "NXDOMAIN is RCODE 3. An answer with RCODE 0 and no answers is called NODATA.",
      es: "NXDOMAIN es RCODE 3. Una respuesta con RCODE 0 y sin respuestas se llama NODATA.",
    },
    {
      en: "How long a no is remembered stands in the SOA record of the authority section.",
      es: "Cuánto se recuerda un no está en el registro SOA de la sección de autoridad.",
    },
  ],
});
