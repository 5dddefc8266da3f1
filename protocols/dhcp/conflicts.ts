// Whether another host uses an address: asked by ARP before the address is used, or given. RFC 5227 §2.1.
import { format as arp, Operation } from "../arp/index.ts";
import type { Clock, Link } from "../endpoint/index.ts";
import { broadcast, colons } from "../ethernet/address.ts";
import { EtherType, enclose, format as ethernet } from "../ethernet/index.ts";
import { Malformed, Reader } from "../wire/index.ts";

/** How often and how long is asked. Times in milliseconds. */
export interface ProbeTimes {
  /** The first probe waits a random part of this. */
  readonly first: number;
  readonly probes: number;
  /** Between probes, at random from the least to the most. */
  readonly least: number;
  readonly most: number;
  /** After the last probe. */
  readonly last: number;
}

/** RFC 5227 §1.1: PROBE_WAIT, PROBE_NUM, PROBE_MIN, PROBE_MAX, ANNOUNCE_WAIT. Three to seven seconds. */
export const probeTimes: ProbeTimes = { first: 1000, probes: 3, least: 1000, most: 2000, last: 2000 };

/** For a network whose hosts answer at once, as in a lab: one probe, a tenth of a second. */
export const briefProbe: ProbeTimes = { first: 0, probes: 1, least: 0, most: 0, last: 100 };

/** Reads the link only while somebody is asked for; several addresses can be asked for at a time. */
export class Neighbours {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #asked = new Set<{ readonly address: number; readonly found: (mac: string) => void }>();
  #listening = false;

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** The MAC address of a host that uses this address, or wants to at this moment; `undefined` if none shows in time. */
  async userOf(
    address: number,
    times: ProbeTimes = probeTimes,
    random: () => number = Math.random,
  ): Promise<string | undefined> {
    const over = new AbortController();
    let user: string | undefined;
    const found = (mac: string) => {
      user = mac;
      over.abort();
    };
    const asked = { address, found };
    this.#asked.add(asked);
    void this.#listen();
    try {
      await this.#clock.sleep(times.first * random(), over.signal);
      for (let left = times.probes; left > 0 && !over.signal.aborted; left--) {
        await this.#link.send(probeOf(address, this.#link.mac));
        const pause = left > 1 ? times.least + (times.most - times.least) * random() : times.last;
        await this.#clock.sleep(pause, over.signal);
      }
    } finally {
      this.#asked.delete(asked);
    }
    return user;
  }

  async #listen(): Promise<void> {
    if (this.#listening) return;
    this.#listening = true;
    while (this.#asked.size > 0) {
      const frame = await this.#link.receive(listenMilliseconds);
      if (frame) this.#weigh(frame);
      else if (this.#asked.size > 0) await this.#clock.sleep(1);
    }
    this.#listening = false;
  }

  #weigh(frame: Uint8Array): void {
    const one = readArp(frame);
    const own = colons(this.#link.mac);
    if (!one || one.sender === own) return;
    // Another host that probes for it at this moment is one too: neither may have it.
    const probing = one.senderAddress === 0 && one.operation === Operation.request;
    const address = probing ? one.targetAddress : one.senderAddress;
    for (const asked of [...this.#asked]) if (asked.address === address) asked.found(one.sender);
  }
}

/** How long a look at the link may outlast the asking. */
const listenMilliseconds = 50;

/** "Who has this address?", from a host that has none itself: nobody learns a false address of it (RFC 5227 §2.1.1). */
export const probeOf = (address: number, mac: Uint8Array): Uint8Array => asking(address, 0, mac);

/** "I have this address": what neighbours remember of its former user is put right (RFC 5227 §2.3). */
export const announcementOf = (address: number, mac: Uint8Array): Uint8Array => asking(address, address, mac);

const asking = (target: number, sender: number, mac: Uint8Array): Uint8Array =>
  enclose(
    { destination: broadcast, source: mac, type: EtherType.ARP },
    arp.encode({
      operation: Operation.request,
      senderHardware: mac,
      senderProtocol: sender,
      targetHardware: new Uint8Array(6),
      targetProtocol: target,
    }),
    { pad: true },
  );

function readArp(frame: Uint8Array) {
  const from = Reader.over(frame);
  try {
    if (ethernet.read(from).type !== EtherType.ARP) return undefined;
    const { operation, senderHardware, senderProtocol, targetProtocol } = arp.read(from);
    if (typeof senderProtocol !== "number" || typeof targetProtocol !== "number") return undefined;
    return {
      operation,
      sender: colons(senderHardware),
      senderAddress: senderProtocol,
      targetAddress: targetProtocol,
    };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
