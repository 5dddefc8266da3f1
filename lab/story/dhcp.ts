// DHCP told: how a host without an address comes to a lease (RFC 2131 §3, states of §4.4).
import { type Message, MessageType } from "../../protocols/dhcp/format.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import type { Said } from "../words.ts";
import { type Parties, step, type Telling, telling } from "./telling.ts";

/** `client`: the host whose hardware address the message carries. */
export function tellDhcp(message: Message, { from }: Parties, client: string): Telling {
  const type = optionOf(message.options, 53);
  const lease = optionOf(message.options, 51);
  const wanted = optionOf(message.options, 50) ?? message.ciaddr;
  const yours = dotted(message.yiaddr);
  const told = parametersIn(message);
  const offered = { en: `${yours} offered`, es: `${yours} ofrecida` };
  switch (type) {
    case MessageType.Discover:
      return telling(
        `${client} has no address and asks everybody who can lease it one.`,
        `${client} no tiene dirección y pregunta a todos quién puede concederle una.`,
        step(client, "INIT", "SELECTING"),
      );
    case MessageType.Offer:
      return telling(
        `${from} offers ${client} the address ${yours} for ${lease} s; nothing is promised before the ACK.`,
        `${from} ofrece a ${client} la dirección ${yours} durante ${lease} s; nada es firme antes del ACK.`,
        step(from, undefined, offered),
      );
    case MessageType.Request:
      return optionOf(message.options, 54) === undefined
        ? telling(
            `${client} asks to go on using ${dotted(wanted)}.`,
            `${client} pide seguir usando ${dotted(wanted)}.`,
            step(client, "BOUND", "RENEWING"),
          )
        : telling(
            `${client} chooses the offer of ${dotted(wanted)} by broadcast, so that servers not chosen know it too.`,
            `${client} elige la oferta de ${dotted(wanted)} por difusión, para que lo sepan también los servidores no elegidos.`,
            step(client, "SELECTING", "REQUESTING"),
          );
    case MessageType.Inform:
      return telling(
        `${client} has the address ${dotted(wanted)} and asks only how to live in this network.`,
        `${client} tiene la dirección ${dotted(wanted)} y solo pregunta cómo vivir en esta red.`,
      );
    case MessageType.ACK:
      if (lease === undefined)
        return telling(
          `${from} tells ${client} ${told.en || "nothing more"}, and leases nothing.`,
          `${from} dice a ${client} ${told.es || "nada más"}, sin conceder nada.`,
        );
      if (message.ciaddr !== 0)
        return telling(
          `${from} lets ${client} keep ${yours} for another ${lease} s.`,
          `${from} deja a ${client} seguir con ${yours} otros ${lease} s.`,
          step(client, "RENEWING", `BOUND (${yours})`),
        );
      return telling(
        `${from} leases ${yours} to ${client} for ${lease} s${told.en && `, with ${told.en}`}.`,
        `${from} concede ${yours} a ${client} durante ${lease} s${told.es && `, con ${told.es}`}.`,
        step(client, "REQUESTING", `BOUND (${yours})`),
        step(from, offered, { en: `${yours} leased`, es: `${yours} concedida` }),
      );
    case MessageType.NAK:
      return telling(
        `${from} refuses: ${client} must begin anew.`,
        `${from} se niega: ${client} debe empezar de nuevo.`,
        step(client, undefined, "INIT"),
      );
    case MessageType.Decline:
      return telling(
        `${client} found ${dotted(wanted)} in use by somebody else and declines it.`,
        `${client} ha visto que otro usa ${dotted(wanted)} y la rechaza.`,
        step(client, undefined, "INIT"),
      );
    case MessageType.Release:
      return telling(
        `${client} gives ${dotted(message.ciaddr)} back.`,
        `${client} devuelve ${dotted(message.ciaddr)}.`,
        step(client, "BOUND", "INIT"),
      );
    default:
      return telling(
        `${from} sends DHCP ${nameOf(MessageType, type) ?? "without a message type"}.`,
        `${from} envía DHCP ${nameOf(MessageType, type) ?? "sin tipo de mensaje"}.`,
      );
  }
}

/** What the message tells of the network: "mask, router, DNS and NTP servers", those that are in it. */
function parametersIn({ options }: Message): Said {
  const [mask, router, dns, ntp] = ([1, 3, 6, 42] as const).map(
    code => optionOf(options, code) !== undefined,
  );
  const servers = [dns && "DNS", ntp && "NTP"].filter(one => one !== false);
  const en = [mask && "mask", router && "router", ...servers].filter(one => one !== false);
  const es = [
    mask && "máscara",
    router && "router",
    servers.length > 0 && `servidores ${servers.join(" y ")}`,
  ].filter(one => one !== false);
  return {
    en: `${listed(en as string[], "and")}${servers.length > 0 ? " servers" : ""}`,
    es: listed(es as string[], "y"),
  };
}

const listed = (words: readonly string[], and: string): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${and} ${words.at(-1)}`;
