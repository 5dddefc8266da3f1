// The lab of DHCP: a board without an address, and the router that leases it one; what each of them knows on the way.

import type { Message as ArpMessage } from "../../protocols/arp/index.ts";
import { arp } from "../../protocols/arp/index.ts";
import { analyzer, dhcp, type Message, MessageType, type Report } from "../../protocols/dhcp/index.ts";
import type { ServerOptions } from "../../protocols/dhcp/server.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import type { Packet } from "../../protocols/packet/index.ts";
import { optionOf } from "../../protocols/wire/index.ts";
import { dhcpLines } from "../reports/dhcp.ts";
import type { ClientPlan } from "../servers/dhcp-client.ts";
import { type ProtocolLab, programOf } from "./lab.ts";
import type { Learning, Lesson, Words } from "./notebook.ts";

const board = "NUCLEO-H723ZG";
const boardMac = "00:c0:df:24:ba:6b";
const server = "router";
const router = { address: "192.168.1.1", prefix: 24 } as const;

const plan: Omit<ServerOptions, "server"> = {
  pool: { first: "192.168.1.101", last: "192.168.1.199" },
  prefix: router.prefix,
  router: router.address,
  dns: [router.address],
  ntp: ["192.168.1.20"],
  leaseSeconds: 86_400,
  probe: 100,
};

export const dhcpLab: ProtocolLab<Report> = {
  protocol: "dhcp",
  hosts: [
    {
      role: "client",
      name: board,
      mac: boardMac,
      program: programOf(import.meta.url, "../servers/dhcp-client.ts"),
      settings: { hostName: board, deadline: 20_000 } satisfies ClientPlan,
    },
    {
      role: "server",
      name: server,
      configuration: router,
      program: programOf(import.meta.url, "../servers/dhcp.ts"),
      settings: plan,
    },
  ],
  analyzer: () => analyzer({ servers: [router.address] }),
  lines: dhcpLines,
  lesson,
  say(host, message, language) {
    const es = language === "es";
    switch (message.kind) {
      case "state":
        return [`${host}: ${message.state}`];
      case "configured":
        return [
          es
            ? `${host}: dirección ${message.address}/${message.prefix} durante ${message.seconds} s`
            : `${host}: address ${message.address}/${message.prefix} for ${message.seconds} s`,
        ];
      case "early":
        return [
          es
            ? `(renovaría a los ${message.renewal} s, T1; el laboratorio no espera)`
            : `(it would renew after ${message.renewal} s, T1; the lab does not wait)`,
        ];
      case "refused":
        return [`${host}: ${message.rule}: ${message.detail}`];
      default:
        return [];
    }
  },
};

/** What the board and the router know, as far as the messages show it. */
const facts = {
  state: { en: "state", es: "estado" },
  mac: { en: "its MAC address", es: "su dirección MAC" },
  address: { en: "its address", es: "su dirección" },
  lease: { en: "its lease", es: "su concesión" },
  server: { en: "its server", es: "su servidor" },
  network: { en: "its network", es: "su red" },
  pool: { en: "addresses to lease", es: "direcciones para conceder" },
  client: { en: "the client's address", es: "la dirección del cliente" },
} as const;

const nothing: Words = { en: "none", es: "ninguna" };

function lesson(): Lesson {
  const { first, last } = plan.pool;
  return {
    before: [
      know(board, facts.state, "INIT"),
      know(board, facts.mac, boardMac),
      know(board, facts.address, nothing),
      know(server, facts.address, `${router.address}/${router.prefix}`),
      know(server, facts.pool, `${first} – ${last}`),
    ],
    learn(packet) {
      const message = packet.layer(dhcp);
      return message ? learnt(message) : probed(packet);
    },
  };
}

const know = (host: string, fact: Words, value: Words | undefined): Learning => ({ host, fact, value });

function learnt(message: Message): Learning[] {
  const type = optionOf(message.options, 53);
  const yours = dotted(message.yiaddr);
  const seconds = optionOf(message.options, 51);
  const renews = message.ciaddr !== 0;
  const state = (to: string) => know(board, facts.state, to);
  const client = (en: string, es: string) => know(server, facts.client, { en, es });
  switch (type) {
    case MessageType.Discover:
      return [state("SELECTING"), client("one is wanted", "hace falta una")];
    case MessageType.Offer:
      return [
        know(board, facts.address, { en: `${yours} is offered`, es: `le ofrecen ${yours}` }),
        know(board, facts.server, dotted(optionOf(message.options, 54) ?? 0)),
        client(`${yours}, kept free for a minute`, `${yours}, reservada un minuto`),
      ];
    case MessageType.Request:
      return [state(renews ? "RENEWING" : "REQUESTING")];
    case MessageType.ACK:
      return seconds === undefined ? [] : leased(message, yours, seconds);
    case MessageType.NAK:
      return [state("INIT"), know(board, facts.address, nothing)];
    case MessageType.Release:
      return [
        state("INIT"),
        know(board, facts.address, nothing),
        know(board, facts.server, undefined),
        know(board, facts.lease, undefined),
        know(board, facts.network, undefined),
        client("given back, remembered for next time", "devuelta; la recordará la próxima vez"),
      ];
    default:
      return [];
  }
}

function leased({ options }: Message, yours: string, seconds: number): Learning[] {
  const list = (addresses: readonly number[] = []) => addresses.map(dotted).join(", ");
  const [mask, routers, dns, ntp] = [
    dotted(optionOf(options, 1) ?? 0),
    list(optionOf(options, 3)),
    list(optionOf(options, 6)),
    list(optionOf(options, 42)),
  ];
  const t1 = optionOf(options, 58);
  const t2 = optionOf(options, 59);
  return [
    know(board, facts.state, "BOUND"),
    know(board, facts.address, yours),
    know(board, facts.lease, `${seconds} s, T1 ${t1} s, T2 ${t2} s`),
    know(board, facts.network, {
      en: `mask ${mask}, router ${routers}, DNS ${dns}, NTP ${ntp}`,
      es: `máscara ${mask}, router ${routers}, DNS ${dns}, NTP ${ntp}`,
    }),
    know(server, facts.client, {
      en: `${yours}, leased for ${seconds} s`,
      es: `${yours}, concedida durante ${seconds} s`,
    }),
  ];
}

/** A probe is asked in nobody's name: whoever answers has the address already. Who asks in its own name uses it. */
function probed(packet: Packet): Learning[] {
  const message: ArpMessage | undefined = packet.layer(arp);
  if (typeof message?.targetProtocol !== "number" || typeof message.senderProtocol !== "number") return [];
  const [sender, target] = [dotted(message.senderProtocol), dotted(message.targetProtocol)];
  const isBoard = colons(message.senderHardware) === boardMac;
  if (message.senderProtocol === 0) {
    const asks = {
      en: `${target}, unless somebody answers that it is his`,
      es: `${target}, salvo que alguien responda que es suya`,
    };
    return [know(isBoard ? board : server, isBoard ? facts.address : facts.client, asks)];
  }
  return isBoard ? [know(board, facts.address, { en: `${sender}, its own`, es: `${sender}, suya` })] : [];
}
