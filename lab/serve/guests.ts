// Who comes to the bench: boards, known by their hardware address and named as they name themselves to DHCP.
import { dhcp, MessageType } from "../../protocols/dhcp/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import type { Packet } from "../../protocols/packet/index.ts";
import { optionOf } from "../../protocols/wire/index.ts";
import type { Host } from "../story/index.ts";
import { printable } from "../terminal.ts";

/** More than a bench has: what comes beyond keeps its address for a name. */
const mostGuests = 250;
const mostCharacters = 40;

export class Guests {
  readonly #byMac = new Map<string, Host>();

  /** `hosts`: those of the lab, by name; guests join them. */
  constructor(readonly hosts: Map<string, Host>) {}

  /** Whoever came first. */
  get first(): Host | undefined {
    return this.#byMac.values().next().value;
  }

  /** The guest of whom a packet tells something new: that it is there, or which address it has. */
  meet(packet: Packet): Host | undefined {
    const value = packet.layer(dhcp);
    if (value?.chaddr.length !== 6) return undefined;
    const key = colons(value.chaddr);
    const known = this.#byMac.get(key);
    const type = optionOf(value.options, 53);
    if (!known) {
      if (value.op !== 1 || this.#byMac.size >= mostGuests) return undefined;
      const name = this.#nameFor(optionOf(value.options, 12));
      return this.#keep(key, { name, mac: value.chaddr.slice(), address: undefined });
    }
    const address = type === MessageType.ACK && value.yiaddr !== 0 ? dotted(value.yiaddr) : known.address;
    return address === known.address ? undefined : this.#keep(key, { ...known, address });
  }

  #keep(key: string, host: Host): Host {
    this.#byMac.set(key, host);
    this.hosts.set(host.name, host);
    return host;
  }

  /** "NUCLEO-H723ZG", "board", "board-2". */
  #nameFor(told: string | undefined): string {
    const name = printable(told ?? "").slice(0, mostCharacters) || "board";
    if (!this.hosts.has(name)) return name;
    for (let number = 2; ; number++) if (!this.hosts.has(`${name}-${number}`)) return `${name}-${number}`;
  }
}
