// What a capture says of DHCP: who asked, who answered, and what went wrong.
import { arp } from "../arp/index.ts";
import { colons } from "../ethernet/address.ts";
import { dotted } from "../ipv4/address.ts";
import type { Analyzer, Finding, Packet, Rule } from "../packet/index.ts";
import { malformations, nameOf, optionOf } from "../wire/index.ts";
import { dhcp } from "./decoder.ts";
import { type Message, MessageType } from "./format.ts";
import { type Clash, History, type Lease } from "./history.ts";
import { type Asked, untimely } from "./retransmissions.ts";
import { rules } from "./rules.ts";

export type { Lease } from "./history.ts";

/** One message. `time`: nanoseconds since the Unix epoch. */
export interface Step extends Asked {
  /** The address that it is about: offered, asked for or given. */
  readonly address: string | undefined;
  readonly server: string | undefined;
  /** The relay agent that it passed. */
  readonly relay: string | undefined;
}

/** All messages of one client under one transaction ID. */
export interface Transaction {
  readonly xid: number;
  /** The client's hardware address. */
  readonly client: string;
  readonly steps: readonly Step[];
}

export interface Report {
  readonly transactions: readonly Transaction[];
  readonly leases: readonly Lease[];
  /** Every server that answered. */
  readonly servers: readonly string[];
}

/** `servers`: those that ought to answer here; any other is a rogue. Without them nobody is. */
export function analyzer(settings: { readonly servers?: readonly string[] } = {}): Analyzer<Report> {
  const transactions = new Map<string, { xid: number; client: string; steps: Step[] }>();
  const servers = new Set<string>();
  const history = new History();

  function* observe(packet: Packet): Generator<Finding> {
    for (const { value } of packet.all(arp)) if (value) yield* clashes(history.claimed(value, packet));
    for (const layer of packet.all(dhcp)) {
      for (const malformed of layer.malformed ? malformations(layer.tree()) : [])
        yield { ...found(rules.malformed, packet, String(malformed)), field: malformed.path };
      if (layer.value) yield* follow(packet, layer.value);
    }
  }

  function* follow(packet: Packet, message: Message): Generator<Finding> {
    const type = optionOf(message.options, 53);
    if (type === undefined) return;
    const client = colons(message.chaddr);
    const key = `${message.xid} ${client}`;
    const transaction = transactions.get(key) ?? { xid: message.xid, client, steps: [] };
    transactions.set(key, transaction);
    const step = stepOf(packet, type, message);
    if (message.op === 2) yield* judge(packet, message, step, transaction.steps);
    if (type === MessageType.Decline)
      yield found(rules.declined, packet, `${client} declined ${step.address}`);
    transaction.steps.push(step);
    yield* clashes(history.follow(message, packet));
  }

  function* judge(packet: Packet, message: Message, step: Step, before: readonly Step[]): Generator<Finding> {
    const { server, address, type } = step;
    if (server === undefined)
      yield { ...found(rules.noServerIdentifier, packet, "option 54 is missing"), field: "options" };
    else if (!servers.has(server)) {
      servers.add(server);
      if (settings.servers && !settings.servers.includes(server))
        yield found(rules.rogueServer, packet, `${server} is none of ${settings.servers.join(", ")}`);
    }
    if (type === MessageType.NAK) {
      const reason = optionOf(message.options, 56);
      yield found(
        rules.nak,
        packet,
        `${server ?? "a server"} refused${reason ? `: ${JSON.stringify(reason)}` : ""}`,
      );
    }
    const other = before.find(({ type: had, server: by }) => had === MessageType.Offer && by !== server);
    if (type === MessageType.Offer && other)
      yield {
        ...found(rules.twoServers, packet, `${other.server} offered ${other.address}, ${server} ${address}`),
        packets: [other.packet, packet.number],
      };
    const seconds = optionOf(message.options, 51);
    if (type === MessageType.ACK && seconds !== undefined && seconds < 60)
      yield { ...found(rules.shortLease, packet, `${address} for ${seconds} s`), field: "options.51" };
  }

  function* conclude(): Generator<Finding> {
    for (const { client, steps } of transactions.values()) {
      yield* repeated(client, steps);
      const asked = steps.filter(step => step.type === MessageType.Discover);
      if (asked.length === 0 || steps.some(step => answers.has(step.type))) continue;
      const times = asked.length === 1 ? "once" : `${asked.length} times`;
      yield {
        rule: rules.noOffer,
        packets: asked.map(step => step.packet),
        detail: `${client} asked ${times}`,
      };
    }
  }

  return {
    observe,
    conclude,
    report: () => ({
      transactions: [...transactions.values()],
      leases: history.leases,
      servers: [...servers],
    }),
  };
}

/** With rapid commit an ACK answers a DISCOVER (RFC 4039 §3.1). */
const answers: ReadonlySet<number> = new Set([MessageType.Offer, MessageType.ACK]);

function* clashes(clash: Clash | undefined): Generator<Finding> {
  if (clash) yield { rule: rules.duplicateAddress, ...clash };
}

/** What a client asked again off the standard's times: one finding a transaction. What relays pass on is theirs to time. */
function* repeated(client: string, steps: readonly Step[]): Generator<Finding> {
  const all = [...untimely(steps.filter(({ relay }) => relay === undefined))];
  if (all.length === 0) return;
  const told = all.map(({ type, after, least, most }) => {
    const due = most === undefined ? `${least} s or more` : `${least} to ${most} s`;
    return `${nameOf(MessageType, type)} after ${after.toFixed(2)} s, where ${due} were due`;
  });
  yield {
    rule: rules.retransmission,
    packets: [...new Set(all.flatMap(({ packets }) => packets))],
    detail: `${client} asked again: ${told.join("; ")}`,
  };
}

const found = (rule: Rule, packet: Packet, detail: string): Finding => ({
  rule,
  packets: [packet.number],
  detail,
});

function stepOf(packet: Packet, type: number, message: Message): Step {
  const server = optionOf(message.options, 54);
  const address = message.yiaddr || optionOf(message.options, 50) || message.ciaddr;
  return {
    packet: packet.number,
    time: packet.time,
    type,
    address: address ? dotted(address) : undefined,
    server: server === undefined ? undefined : dotted(server),
    relay: message.giaddr ? dotted(message.giaddr) : undefined,
    renews: message.ciaddr !== 0,
    reply: message.op === 2,
  };
}
