// `flow,any` and `flow,tcp`: a ladder of the whole capture; `hosts`: the names that it tells.
import { dns, type Message, Type } from "../../protocols/dns/index.ts";
import { dotted } from "../../protocols/ipv4/index.ts";
import { colonHex } from "../../protocols/ipv6/index.ts";
import { infoOf, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { printable, table, width } from "../terminal.ts";
import type { Selects, Statistic } from "./statistic.ts";

/** A ladder with more hosts, or longer, is no picture any more. */
const mostHosts = 6;
const mostRungs = 20_000;

export class Flow implements Statistic {
  readonly #hosts: string[] = [];
  readonly #rungs: Rung[] = [];
  #first: bigint | undefined;
  #left = 0;
  constructor(
    readonly kind: "any" | "tcp",
    readonly selects: Selects,
  ) {}

  observe(packet: Packet): void {
    this.#first ??= packet.time;
    if (!this.selects(packet)) return;
    if (this.kind === "tcp" && packet.conversation?.transport !== "tcp") return;
    const [from, to] = endsOf(packet);
    for (const host of [from, to])
      if (!this.#hosts.includes(host) && this.#hosts.length < mostHosts) this.#hosts.push(host);
    if (this.#rungs.length >= mostRungs || !this.#hosts.includes(from) || !this.#hosts.includes(to)) {
      this.#left++;
      return;
    }
    const protocol = protocolOf(packet);
    this.#rungs.push({
      number: packet.number,
      time: Number(packet.time - this.#first) / 1e9,
      from,
      to,
      protocol,
      label: protocol,
      says: infoOf(packet),
      steps: [],
    });
  }

  *lines(): Generator<string> {
    yield* ladderOf(this.#hosts, this.#rungs, width() ?? 120);
    if (this.#left > 0)
      yield `[${this.#left} packets are left out: a ladder has ${mostHosts} hosts and ${mostRungs} packets at most; a filter chooses: -z flow,any,FILTER]`;
  }

  values(): unknown {
    return { hosts: this.#hosts, packets: this.#rungs, leftOut: this.#left };
  }
}

/** Addresses; with ports, where a host talks with itself. */
function endsOf({ source, destination, conversation, way }: Packet): readonly [string, string] {
  if (source !== destination || !conversation) return [source, destination];
  const [a, b] = conversation.ends.map(({ address, port }) => `${address} ${port}`) as [string, string];
  return way === 0 ? [a, b] : [b, a];
}

export class Hosts implements Statistic {
  readonly #names = new Map<string, Set<string>>();

  observe(packet: Packet): void {
    for (const { value } of packet.all<Message>(dns)) {
      if (!value?.flags.response) continue;
      for (const record of [...value.answers, ...value.additionals]) {
        if (record.type === Type.A) this.#add(dotted(record.data as unknown as number), record.name);
        if (record.type === Type.AAAA) this.#add(colonHex(record.data as unknown as Uint8Array), record.name);
      }
    }
  }

  #add(address: string, name: string): void {
    const names = this.#names.get(address) ?? new Set();
    this.#names.set(address, names.add(name));
  }

  *lines(): Generator<string> {
    const rows = [...this.#names].map(([address, names]) => [address, [...names].map(printable).join(" ")]);
    yield* table(["address", "names, as DNS answered"], rows).split("\n");
  }

  values(): unknown {
    return Object.fromEntries([...this.#names].map(([address, names]) => [address, [...names]]));
  }
}
