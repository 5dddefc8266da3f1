// Exercise: a name that is another name, that is another name.

import { recordsOf, Type } from "../../../protocols/dns/index.ts";
import { dotted } from "../../../protocols/ipv4/address.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, at, domainName, inPacket, number } from "../kinds/index.ts";
import { answerTo, isNamed, type Told } from "./messages.ts";
import { type Walk, walk } from "./walk.ts";

type WalkRun = Run<Walk>;

const wanted = (run: WalkRun): string => run.task.chain[0]!;
const answer = (run: WalkRun): Told => answerTo(run, wanted(run));

/** Followed from record to record: the name asked for first, the canonical name last. */
function chainIn(run: WalkRun): string[] {
  const aliases = recordsOf(answer(run).message.answers, Type.CNAME);
  const chain = [wanted(run)];
  for (let next = aliases.find(one => isNamed(one, chain[0]!)); next; ) {
    chain.push(next.data);
    next = aliases.find(one => isNamed(one, chain.at(-1)!));
  }
  return chain;
}

const canonical = (run: WalkRun): string => chainIn(run).at(-1)!;

export const exercise = anExercise<Walk>({
  id: "dns-chain",
  subject: "dns",
  level: "explain",
  title: { en: "Alias of an alias", es: "Alias de un alias" },
  scene: walk,
  story: run => ({
    en: `The board (${run.task.board.address}) asks for ${wanted(run)}. What it gets is not what it asked for, but where that leads.`,
    es: `La placa (${run.task.board.address}) pregunta por ${wanted(run)}. Lo que recibe no es lo que pidió, sino adónde lleva.`,
  }),
  questions: [
    ask({
      id: "canonical",
      asks: run => ({
        en: `Which name is ${wanted(run)} an alias of in the end (its canonical name)?`,
        es: `¿De qué nombre es alias ${wanted(run)} al final (su nombre canónico)?`,
      }),
      kind: domainName,
      expected: canonical,
      wrong: [
        {
          answer: run => chainIn(run)[1],
          says: run => ({
            en: `That name is itself the owner of a CNAME record in packet ${answer(run).number}: go on (RFC 1034 §3.6.2).`,
            es: `Ese nombre es a su vez dueño de un registro CNAME en el paquete ${answer(run).number}: sigue (RFC 1034 §3.6.2).`,
          }),
        },
        {
          answer: wanted,
          says: run => ({
            en: `That is what was asked for; in packet ${answer(run).number} it owns a CNAME record (RFC 1034 §3.6.2).`,
            es: `Eso es lo que se preguntó; en el paquete ${answer(run).number} es dueño de un registro CNAME (RFC 1034 §3.6.2).`,
          }),
        },
        {
          answer: run => run.task.far.name,
          says: run => ({
            en: `That is the zone. The owner of the A record in packet ${answer(run).number} has one label more.`,
            es: `Esa es la zona. El dueño del registro A en el paquete ${answer(run).number} tiene una etiqueta más.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Follow the CNAME records in the answer section of packet ${answer(run).number} until a name owns an A record (RFC 1034 §3.6.2).`,
        es: `Sigue los registros CNAME de la sección de respuestas del paquete ${answer(run).number} hasta que un nombre tenga un registro A (RFC 1034 §3.6.2).`,
      }),
      tshark: {
        filter: run => `dns.flags.response == 1 && ip.dst == ${run.task.board.address} && dns.cname`,
        fields: ["dns.cname"],
        concludes: ([row]) => row![0]!.split(",").at(-1)!,
      },
    }),
    ask({
      id: "aliases",
      asks: { en: "Over how many aliases (CNAME records)?", es: "¿Por cuántos alias (registros CNAME)?" },
      kind: inPacket(number({ example: "2" }), {
        en: "the answer to the board that has them",
        es: "la respuesta a la placa que los trae",
      }),
      expected: (run: WalkRun) => ({ value: chainIn(run).length - 1, packet: answer(run).number }),
      wrong: [
        {
          answer: run => at(chainIn(run).length, answer(run).number),
          says: run => ({
            en: `One of the records in packet ${answer(run).number} is no alias: it has type A (RFC 1035 §3.2.2).`,
            es: `Uno de los registros del paquete ${answer(run).number} no es un alias: es de tipo A (RFC 1035 §3.2.2).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Count the records of type 5 in the answer section of packet ${answer(run).number} (RFC 1035 §3.2.2).`,
        es: `Cuenta los registros de tipo 5 en la sección de respuestas del paquete ${answer(run).number} (RFC 1035 §3.2.2).`,
      }),
      tshark: {
        filter: run => `dns.flags.response == 1 && ip.dst == ${run.task.board.address} && dns.cname`,
        fields: ["dns.cname", "frame.number"],
        concludes: ([row]) => `${row![0]!.split(",").length} ${row![1]}`,
      },
    }),
    ask({
      id: "address",
      asks: { en: "Which address does it come to?", es: "¿A qué dirección se llega?" },
      kind: address,
      expected: (run: WalkRun) => dotted(recordsOf(answer(run).message.answers, Type.A)[0]!.data),
      wrong: [
        {
          answer: run => run.task.far.address,
          says: run => ({
            en: `That is the server in charge of the zone, not what it says: look at the A record of packet ${answer(run).number} (RFC 1035 §3.4.1).`,
            es: `Ese es el servidor a cargo de la zona, no lo que dice: mira el registro A del paquete ${answer(run).number} (RFC 1035 §3.4.1).`,
          }),
        },
        {
          answer: run => run.task.resolver.address,
          says: {
            en: "That is the resolver. The address stands in the data of the A record (RFC 1035 §3.4.1).",
            es: "Ese es el resolutor. La dirección está en los datos del registro A (RFC 1035 §3.4.1).",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the data of the A record in packet ${answer(run).number} (RFC 1035 §3.4.1).`,
        es: `Mira los datos del registro A en el paquete ${answer(run).number} (RFC 1035 §3.4.1).`,
      }),
      tshark: {
        filter: run => `dns.flags.response == 1 && ip.dst == ${run.task.board.address} && dns.cname`,
        fields: ["dns.a"],
        concludes: ([row]) => row![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "A CNAME record says: this name is an alias, look for that one instead.",
      es: "Un registro CNAME dice: este nombre es un alias, busca ese otro.",
    },
    {
      en: "The order of the records means nothing: follow owner, data, owner, data.",
      es: "El orden de los registros no significa nada: sigue dueño, datos, dueño, datos.",
    },
    ({ task: { board } }) => ({
      en: `The resolver's answers to the board: dns.flags.response == 1 && ip.dst == ${board.address}.`,
      es: `Las respuestas del resolutor a la placa: dns.flags.response == 1 && ip.dst == ${board.address}.`,
    }),
  ],
});
