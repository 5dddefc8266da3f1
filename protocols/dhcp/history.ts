// Leases over time, as a capture shows them: who had which address from when to when, and who had it besides.
import type { Message as ArpMessage } from "../arp/index.ts";
import { colons } from "../ethernet/address.ts";
import { dotted } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { type Message, MessageType } from "./format.ts";

/** One client's time with one address. Times in nanoseconds since the Unix epoch. */
export interface Lease {
  readonly address: string;
  /** The client's hardware address. */
  readonly client: string;
  readonly server: string | undefined;
  readonly since: bigint;
  /** When it runs out, or ended; `undefined`: never. */
  readonly until: bigint | undefined;
  readonly renewals: number;
  /** How it ended before its time, if it did. */
  readonly end: "released" | "declined" | "replaced" | undefined;
}

/** Two hosts with one address, and the packets that show it. */
export interface Clash {
  readonly packets: readonly [number, number];
  readonly detail: string;
}

const forever = 0xffffffff;

export class History {
  readonly leases: Lease[] = [];
  /** By address, the place of its latest lease in the list, and the packet that gave it. */
  readonly #latest = new Map<string, { at: number; packet: number }>();
  /** By address, who said by ARP that it is theirs. */
  readonly #claims = new Map<string, { mac: string; packet: number }>();

  /** @returns a clash if the address was leased to another client whose time is not over */
  follow(message: Message, packet: { readonly number: number; readonly time: bigint }): Clash | undefined {
    const type = optionOf(message.options, 53);
    const client = colons(message.chaddr);
    const { time } = packet;
    if (type === MessageType.ACK && optionOf(message.options, 51) !== undefined)
      return this.#given(message, client, packet);
    if (type === MessageType.Release) this.#ended(dotted(message.ciaddr), client, time, "released");
    if (type === MessageType.Decline)
      this.#ended(dotted(optionOf(message.options, 50) ?? 0), client, time, "declined");
    return undefined;
  }

  /** @returns a clash if another host said before that it has the sender's address */
  claimed(
    { senderProtocol, senderHardware }: ArpMessage,
    packet: { readonly number: number },
  ): Clash | undefined {
    if (typeof senderProtocol !== "number" || senderProtocol === 0) return undefined;
    const address = dotted(senderProtocol);
    const mac = colons(senderHardware);
    const before = this.#claims.get(address);
    this.#claims.set(address, { mac, packet: packet.number });
    if (!before || before.mac === mac) return undefined;
    return {
      packets: [before.packet, packet.number],
      detail: `${address} is used by ${before.mac} and by ${mac}`,
    };
  }

  #given(
    message: Message,
    client: string,
    { number, time }: { number: number; time: bigint },
  ): Clash | undefined {
    const address = dotted(message.yiaddr);
    const server = optionOf(message.options, 54);
    const seconds = optionOf(message.options, 51)!;
    const until = seconds === forever ? undefined : time + BigInt(seconds) * 1_000_000_000n;
    const latest = this.#latest.get(address);
    const before = latest && this.leases[latest.at]!;
    const lives = before && !before.end && (before.until === undefined || before.until > time);
    if (lives && before.client === client) {
      this.leases[latest.at] = { ...before, until, renewals: before.renewals + 1 };
      this.#latest.set(address, { at: latest.at, packet: number });
      return undefined;
    }
    if (lives) this.leases[latest.at] = { ...before, until: time, end: "replaced" };
    // A host may have had it before; from now on only this one should.
    this.#claims.delete(address);
    this.#latest.set(address, { at: this.leases.length, packet: number });
    this.leases.push({
      ...{ address, client, since: time, until, renewals: 0, end: undefined },
      server: server === undefined ? undefined : dotted(server),
    });
    if (!lives) return undefined;
    const detail = `${address} is given to ${client} while ${before.client} has it`;
    return { packets: [latest.packet, number], detail };
  }

  #ended(address: string, client: string, time: bigint, end: Lease["end"]): void {
    const latest = this.#latest.get(address);
    const lease = latest && this.leases[latest.at]!;
    if (lease?.client === client && !lease.end) this.leases[latest!.at] = { ...lease, until: time, end };
    this.#claims.delete(address);
  }
}
