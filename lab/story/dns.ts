// DNS told: a name asked for, and what is known of it (RFC 1034 §3.7).

import type { Message } from "../../protocols/dns/format.ts";
import { isType } from "../../protocols/dns/record.ts";
import { Type, typeName } from "../../protocols/dns/types.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type Parties, step, type Telling, telling } from "./telling.ts";

export function tellDns({ flags, questions, answers }: Message, { from, to }: Parties): Telling {
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
