// UDP in a room: a datagram is a frame on the switch when it has come up its sender's cable, and arrives down the other one.
import { type Datagram, type Datagrams, type Endpoint, Refused } from "../../../protocols/endpoint/index.ts";
import type { TestClock } from "../../../protocols/endpoint/memory.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { isBroadcast, type Lan } from "../../network/relay/lan.ts";
import type { UdpPort } from "../../network/relay/station.ts";
import type { RoomStation } from "./station.ts";

export class RoomDatagrams implements Datagrams, UdpPort {
  readonly #arrived: Datagram[] = [];
  readonly #waiting: ((datagram: Datagram | undefined) => void)[] = [];
  #closed = false;

  /** @throws Refused if the port is taken */
  constructor(
    readonly lan: Lan,
    readonly clock: TestClock,
    readonly station: RoomStation,
    /** The time as the host believes it to be. */
    readonly now: () => bigint,
    readonly port: number,
    readonly broadcast: boolean,
  ) {
    if (station.udp.has(port)) throw new Refused(`UDP port ${port}: is taken by another program`);
    station.udp.set(port, this);
  }

  get local(): Endpoint {
    return { address: "0.0.0.0", port: this.port };
  }

  async send(octets: Uint8Array, to: Endpoint): Promise<void> {
    this.#permit(to);
    const { station, clock } = this;
    const copy = octets.slice();
    const wait = station.passes("up", clock.milliseconds) - clock.milliseconds;
    clock.after(wait, () => this.lan.datagram(station, this.port, to, copy));
  }

  receive(milliseconds?: number): Promise<Datagram | undefined> {
    const next = this.#arrived.shift();
    if (next || this.#closed || (milliseconds !== undefined && milliseconds <= 0))
      return Promise.resolve(next);
    return new Promise(resolve => {
      const take = (datagram: Datagram | undefined) => {
        cancel?.();
        resolve(datagram);
      };
      const late = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve(undefined);
      };
      const cancel = milliseconds === undefined ? undefined : this.clock.after(milliseconds, late);
      this.#waiting.push(take);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.station.udp.delete(this.port);
    for (const wake of this.#waiting.splice(0)) wake(undefined);
  }

  /** The switch has it for this host; the cable down may still lose it. */
  deliver(octets: Uint8Array, from: Endpoint): void {
    const { station, clock } = this;
    if (station.loses(octets)) return;
    const wait = station.passes("down", clock.milliseconds) - clock.milliseconds;
    const copy = octets.slice();
    clock.after(wait, () => {
      if (this.#closed) return;
      const datagram = { octets: copy, from, at: this.now() };
      const taker = this.#waiting.shift();
      if (taker) taker(datagram);
      else this.#arrived.push(datagram);
    });
  }

  /** What a kernel would refuse. */
  #permit(to: Endpoint): void {
    const { station } = this;
    const address = parseIpv4(to.address);
    const what = `UDP ${to.address}:${to.port}`;
    if (this.#closed) throw new Refused(`${what}: this socket is closed`);
    if (isBroadcast(station, address) && !this.broadcast)
      throw new Refused(`${what}: a socket must be opened for broadcast to send one`);
    if (!this.broadcast && !station.owns(address) && station.nextHop(address) === undefined)
      throw new Refused(`${what}: no route: this host has no address, or no gateway, for that network`);
  }
}
