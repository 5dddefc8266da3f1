// What explains a field: its own sentence, or that of the field it is part of; and what Wireshark calls it.
import { explain as arp } from "../../protocols/arp/index.ts";
import { explain as dhcp } from "../../protocols/dhcp/index.ts";
import { explain as dns } from "../../protocols/dns/index.ts";
import { explain as ethernet } from "../../protocols/ethernet/index.ts";
import { explain as icmp } from "../../protocols/icmp/index.ts";
import { explain as ipv4 } from "../../protocols/ipv4/index.ts";
import { explain as ipv6 } from "../../protocols/ipv6/index.ts";
import { explain as link } from "../../protocols/link/index.ts";
import { explain as mqtt } from "../../protocols/mqtt/index.ts";
import { explain as ntp } from "../../protocols/ntp/index.ts";
import type { Explanations } from "../../protocols/packet/index.ts";
import type { Entry } from "../../protocols/packet/wireshark.ts";
import { explain as tcp } from "../../protocols/tcp/index.ts";
import { explain as teredo } from "../../protocols/teredo/index.ts";
import { explain as tls } from "../../protocols/tls/index.ts";
import { explain as udp } from "../../protocols/udp/index.ts";
import { described } from "../wireshark.ts";

export type Explanation = Explanations[string];

/** By the first word of a protocol's name. */
const explained: Readonly<Record<string, Explanations>> = {
  ...{ eth: ethernet, vlan: ethernet, ieee8021ad: ethernet },
  ...{ sll: link, null: link, raw: link },
  ...{ arp, ip: ipv4, ipv6, icmp, icmpv6: icmp, udp, tcp, teredo },
  ...{ dhcp, dns, mdns: dns, llmnr: dns, ntp, tls, mqtt },
};

/** Values by path, where `*` stands for any place in a list, or any code that has none of its own. */
class ByPath<Value> {
  #value: Value | undefined;
  readonly #below = new Map<string, ByPath<Value>>();

  constructor(values: Iterable<readonly [path: string, value: Value]> = []) {
    for (const [path, value] of values) {
      let at: ByPath<Value> = this;
      for (const key of path === "" ? [] : path.split(".")) {
        const next = at.#below.get(key) ?? new ByPath<Value>();
        at.#below.set(key, next);
        at = next;
      }
      at.#value = value;
    }
  }

  of(keys: readonly string[], at = 0): Value | undefined {
    const key = keys[at];
    if (key === undefined) return this.#value;
    const own = this.#below.get(key)?.of(keys, at + 1);
    return own ?? (/^\d/.test(key) ? this.#below.get("*")?.of(keys, at + 1) : undefined);
  }
}

const sentences = new Map(
  Object.entries(explained).map(([name, all]) => [name, new ByPath(Object.entries(all))]),
);

/** What explains the field at this path of a protocol's tree; of its parts, what explains the whole. */
export function explanationOf(protocol: string, path: readonly string[]): Explanation | undefined {
  const known = sentences.get(protocol.split(".")[0]!);
  for (let size = path.length; known && size > 0; size--) {
    const found = known.of(path.slice(0, size));
    if (found) return found;
  }
  return undefined;
}

const names = new Map(
  described.flatMap(({ protocols, paths }) => {
    const named = Object.entries(paths).flatMap(([path, makes]): [string, string][] => {
      if (typeof makes === "function") return [];
      const first = [makes].flat().find(one => typeof one === "string" || isOwn(one));
      const name = typeof first === "string" ? first : first?.name;
      return name === undefined ? [] : [[path, name]];
    });
    const byPath = new ByPath(named);
    return protocols.map(protocol => [protocol, byPath] as const);
  }),
);

/** Whether its value is in these octets alone: many a one counts from the beginning of the conversation. */
function isOwn({ name, value, when, hidden }: Entry): boolean {
  return name !== undefined && !hidden && (value?.length ?? 0) <= 1 && (when?.length ?? 0) <= 1;
}

/** Wireshark's name of the field at this path, if it has one of its own. */
export const wiresharkName = (protocol: string, path: readonly string[]): string | undefined =>
  names.get(protocol)?.of(path);
