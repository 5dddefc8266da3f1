// What hosts do by themselves, told with packets: no capture shows a LED, or a clock that is set.
import { dhcp } from "../../protocols/dhcp/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import { ipv4 } from "../../protocols/ipv4/index.ts";
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { udp } from "../../protocols/udp/index.ts";
import { everybody, type Host, type Step, Story } from "../story/index.ts";

/** `time`: nanoseconds since the Unix epoch, by the clock that stamps packets. */
export interface Happening {
  readonly host: string;
  readonly time: bigint;
  readonly step: Step;
}

/**
 * Each happening belongs to the last message before it that its host sent or received (or the first one of all): what
 * it did, it did after that. Acknowledgements of TCP bring nothing about, so they count for nothing.
 */
export class Happenings {
  readonly #steps = new Map<string, Step[]>();
  readonly #macs = new Map<string, string>();
  readonly #story: Story;

  constructor(file: string, hosts: ReadonlyMap<string, Host>, happenings: readonly Happening[]) {
    this.#story = new Story(hosts.values());
    for (const { name, mac } of hosts.values()) this.#macs.set(colons(mac), name);
    if (happenings.length > 0) this.#place(happenings, this.#messages(file));
  }

  /** What happened at its hosts because of a packet; told once. */
  steps(packet: Packet): readonly Step[] {
    if (this.#steps.size === 0) return [];
    return this.#involved(packet).flatMap(host => {
      const key = keyOf(host, packet.time);
      const steps = this.#steps.get(key) ?? [];
      this.#steps.delete(key);
      return steps;
    });
  }

  /** When each host sent or received a message, in order. */
  #messages(file: string): ReadonlyMap<string, bigint[]> {
    const { packet: dissect } = dissector([ethernet, ipv4, udp, tcp, dhcp]);
    const times = new Map<string, bigint[]>();
    for (const frame of fileFrames(file, () => {})) {
      const packet = dissect(frame);
      const [segment] = packet.all(tcp);
      const isMessage = segment ? segment.end > segment.headerEnd : packet.layer(udp) !== undefined;
      if (!isMessage) continue;
      for (const host of this.#involved(packet)) {
        const known = times.get(host) ?? [];
        known.push(packet.time);
        times.set(host, known);
      }
    }
    for (const known of times.values()) known.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return times;
  }

  #place(happenings: readonly Happening[], messages: ReadonlyMap<string, readonly bigint[]>): void {
    for (const { host, time, step } of happenings) {
      const times = messages.get(host) ?? [];
      const at = times[Math.max(0, until(times, time) - 1)];
      if (at === undefined) continue;
      const key = keyOf(host, at);
      this.#steps.set(key, [...(this.#steps.get(key) ?? []), step]);
    }
  }

  /** Sender and receiver; where a DHCP message goes to everybody, the client that it is about. */
  #involved(packet: Packet): string[] {
    const { from, to } = this.#story.parties(packet);
    const client = packet.layer(dhcp)?.chaddr;
    const other = to !== everybody ? to : client && this.#macs.get(colons(client));
    return other === undefined || other === from ? [from] : [from, other];
  }
}

/** How many of the ascending times are not after `time`. */
function until(times: readonly bigint[], time: bigint): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const keyOf = (host: string, time: bigint): string => `${time} ${host}`;
