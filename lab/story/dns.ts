// DNS told: a name asked for, and what is known of it (RFC 1034 §3.7).

import type { Message } from "../../protocols/dns/format.ts";
import { isType, recordsOf } from "../../protocols/dns/record.ts";
import { Type, typeName } from "../../protocols/dns/types.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type Parties, step, type Telling, telling } from "./telling.ts";

export function tellDns(message: Message, { from, to }: Parties): Telling {
  const { flags, questions, answers } = message;
  const [question] = questions;
  const name = question?.name ?? "?";
  const type = question ? typeName(question.type) : "?";
  if (!flags.response)
    return telling(
      `${from} asks ${to} for the ${type} record of ${name}.`,
      `${from} pregunta a ${to} por el registro ${type} de ${name}.`,
      step(from, undefined, { en: `waits for the address of ${name}`, es: `espera la dirección de ${name}` }),
    );
  if (flags.rcode === 3)
    return telling(
      `${from} answers that there is no ${name} (NXDOMAIN).`,
      `${from} responde que ${name} no existe (NXDOMAIN).`,
      step(to, undefined, { en: `${name} does not exist`, es: `${name} no existe` }),
    );
  if (flags.rcode !== 0)
    return telling(
      `${from} can't answer: response code ${flags.rcode}.`,
      `${from} no puede responder: código ${flags.rcode}.`,
    );
  const addresses = answers.flatMap(answer => (isType(answer, Type.A) ? [dotted(answer.data)] : []));
  const alias = recordsOf(answers, Type.CNAME).at(-1)?.data;
  if (flags.truncated)
    return telling(
      `${from} answers that it is too much for one datagram: ${to} is to ask again by TCP.`,
      `${from} responde que no cabe en un datagrama: ${to} debe preguntar de nuevo por TCP.`,
    );
  const referral =
    answers.length === 0 && !flags.authoritative ? recordsOf(message.authorities, Type.NS)[0] : undefined;
  if (referral)
    return telling(
      `${from} does not know, but knows who does: ${referral.name} is served by ${referral.data}.`,
      `${from} no lo sabe, pero sabe quién: de ${referral.name} se encarga ${referral.data}.`,
      step(to, undefined, { en: `knows who has ${referral.name}`, es: `sabe quién tiene ${referral.name}` }),
    );
  if (question?.type !== Type.A && answers.length > 0)
    return telling(
      `${from} answers with ${answers.length} ${answers.length === 1 ? "record" : "records"} of ${name}.`,
      `${from} responde con ${answers.length} ${answers.length === 1 ? "registro" : "registros"} de ${name}.`,
    );
  if (addresses.length === 0 && alias !== undefined)
    return telling(
      `${from} answers: ${name} is an alias of ${alias}, and that is for others to say.`,
      `${from} responde: ${name} es un alias de ${alias}, y de ese se encargan otros.`,
      step(to, undefined, { en: `looks for ${alias}`, es: `busca ${alias}` }),
    );
  if (addresses.length === 0)
    return telling(
      `${from} answers: ${name} has no ${type} record.`,
      `${from} responde: ${name} no tiene registro ${type}.`,
    );
  return telling(
    `${from} answers: ${name} is ${addresses.join(", ")}.`,
    `${from} responde: ${name} es ${addresses.join(", ")}.`,
    step(to, undefined, { en: `knows ${name} = ${addresses[0]}`, es: `conoce ${name} = ${addresses[0]}` }),
  );
}
