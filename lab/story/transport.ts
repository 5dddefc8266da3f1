// ARP, ICMP and TCP told: who has an address, what can't be reached, how a connection opens and ends (RFC 826, 792, 9293).
import type { Message } from "../../protocols/arp/format.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import type { Segment } from "../../protocols/packet/index.ts";
import { type Parties, step, type Telling, telling } from "./telling.ts";

export function tellArp(
  { operation, senderProtocol, targetProtocol }: Message,
  { from, to }: Parties,
): Telling {
  const [sender, target] = [senderProtocol, targetProtocol].map(one =>
    typeof one === "number" ? dotted(one) : one.toHex(),
  ) as [string, string];
  if (operation === 1)
    return sender === target
      ? telling(`${from} announces that it is ${sender}.`, `${from} anuncia que es ${sender}.`)
      : telling(
          `${from} asks who has ${target}.`,
          `${from} pregunta quién tiene ${target}.`,
          step(from, undefined, {
            en: `waits for the MAC address of ${target}`,
            es: `espera la dirección MAC de ${target}`,
          }),
        );
  return telling(
    `${from} answers that it has ${sender}, and at which MAC address.`,
    `${from} responde que tiene ${sender}, y en qué dirección MAC.`,
    step(to, undefined, {
      en: `knows the MAC address of ${sender}`,
      es: `conoce la dirección MAC de ${sender}`,
    }),
  );
}

/** What the TCP part of a packet does where it carries no message of its own; its states are those of connections.ts. */
export function tellTcp(
  { syn, ack, fin, rst }: Segment,
  size: number,
  port: number,
  { from, to }: Parties,
): Telling {
  if (rst) return telling(`${from} breaks the connection off (RST).`, `${from} corta la conexión (RST).`);
  if (syn && !ack)
    return telling(
      `${from} opens a TCP connection with port ${port} of ${to}.`,
      `${from} abre una conexión TCP con el puerto ${port} de ${to}.`,
    );
  if (syn)
    return telling(
      `${from} accepts: it acknowledges the SYN and sends its own.`,
      `${from} acepta: confirma el SYN y envía el suyo.`,
    );
  if (fin)
    return telling(`${from} has nothing more to send (FIN).`, `${from} no tiene nada más que enviar (FIN).`);
  if (size > 0)
    return telling(
      `${from} sends ${size} octets: part of a larger message.`,
      `${from} envía ${size} octetos: parte de un mensaje mayor.`,
      step(to, undefined, { en: "waits for the rest", es: "espera el resto" }),
    );
  return telling(
    `${from} acknowledges what it received.`,
    `${from} confirma lo recibido.`,
    step(to, undefined, { en: "knows that its octets arrived", es: "sabe que sus octetos llegaron" }),
  );
}

export function tellIcmp(type: number, { from, to }: Parties): Telling {
  const kinds: Readonly<Record<number, readonly [string, string]>> = {
    0: [`${from} answers the echo.`, `${from} responde al eco.`],
    3: [
      `${from} tells ${to} that it can't be reached there.`,
      `${from} avisa a ${to} de que ahí no se llega.`,
    ],
    8: [`${from} asks ${to} for an echo.`, `${from} pide un eco a ${to}.`],
    11: [
      `${from} tells ${to} that a packet lived too long.`,
      `${from} avisa a ${to} de que un paquete vivió demasiado.`,
    ],
  };
  const [en, es] = kinds[type] ?? [
    `${from} sends ICMP of type ${type}.`,
    `${from} envía ICMP de tipo ${type}.`,
  ];
  return telling(en, es);
}
