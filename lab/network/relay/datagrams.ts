// UDP on a relay: a real socket of 127.0.0.1 for each socket of a host, and one for the switch between them.
import { type Datagrams, type Endpoint, Refused } from "../../../protocols/endpoint/index.ts";
import { dotted, ipv4Address, parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { rest, struct, u16 } from "../../../protocols/wire/index.ts";
import { machineTime } from "../clock.ts";
import { openDatagrams } from "../native.ts";
import { settled } from "../patience.ts";
import { isBroadcast, type Lan } from "./lan.ts";
import type { Station, UdpPort } from "./station.ts";

/** What goes through 127.0.0.1: the logical end that the datagram is for, or comes from, and its octets. */
const crossing = struct({ address: ipv4Address, port: u16, octets: rest });
/** The most that fits a crossing. */
const mostOctets = 65_507 - 6;
/** A datagram is with the switch after some microseconds, unless the machine dropped it. */
const lostMilliseconds = 1000;

/** The switch's own socket: what the hosts send comes in here, and goes out again to whom it is for. */
export class DatagramSwitch {
  readonly #hosts = new Map<number, HostDatagrams>();

  private constructor(
    readonly lan: Lan,
    readonly socket: Datagrams,
  ) {}

  static async start(lan: Lan): Promise<DatagramSwitch> {
    const socket = await openDatagrams({ address: "127.0.0.1", now: machineTime });
    const opened = new DatagramSwitch(lan, socket);
    void opened.#carry();
    return opened;
  }

  /** A socket for a host. @throws Refused if the port is taken */
  async open(
    station: Station,
    now: () => bigint,
    options: { port?: number; broadcast?: boolean; refused?: (() => void) | undefined },
  ): Promise<Datagrams> {
    const port = options.port || station.freePort(station.udp);
    if (station.udp.has(port)) throw new Refused(`UDP port ${port}: is taken by another program`);
    // Taken before anything is waited for, so that two can't have it.
    const promised: UdpPort = { broadcast: false, deliver() {} };
    station.udp.set(port, promised);
    try {
      const real = await openDatagrams({ address: "127.0.0.1", now });
      const host = new HostDatagrams(this, station, port, options.broadcast === true, real, options.refused);
      station.udp.set(port, host);
      this.#hosts.set(real.local.port, host);
      return host;
    } catch (error) {
      station.udp.delete(port);
      throw error;
    }
  }

  forget(host: HostDatagrams): void {
    this.#hosts.delete(host.real.local.port);
  }

  close(): void {
    for (const host of this.#hosts.values()) host.close();
    this.socket.close();
  }

  /** What comes from any other program of this machine is passed over. */
  async #carry(): Promise<void> {
    for (;;) {
      const datagram = await this.socket.receive();
      if (!datagram) return;
      const host = this.#hosts.get(datagram.from.port);
      if (!host) continue;
      const { address, port, octets } = crossing.decode(datagram.octets);
      this.lan.datagram(host.station, host.port, { address: dotted(address), port }, octets);
      host.taken();
    }
  }
}

class HostDatagrams implements Datagrams, UdpPort {
  readonly local: Endpoint;
  #turn: Promise<void> = Promise.resolve();
  #taken = () => {};
  #closed = false;

  constructor(
    readonly between: DatagramSwitch,
    readonly station: Station,
    readonly port: number,
    readonly broadcast: boolean,
    readonly real: Datagrams,
    /** Told that nothing listens where a datagram went. */
    readonly refused: (() => void) | undefined,
  ) {
    this.local = { address: "0.0.0.0", port };
  }

  /** One at a time, each once the switch has the one before: the machine drops what comes faster. */
  send(octets: Uint8Array, to: Endpoint): Promise<void> {
    const sent = this.#turn.then(() => this.#send(octets, to));
    this.#turn = sent.catch(() => {});
    return sent;
  }

  async receive(milliseconds?: number) {
    const deadline = milliseconds === undefined ? undefined : performance.now() + milliseconds;
    for (;;) {
      const left = deadline === undefined ? undefined : Math.max(0, deadline - performance.now());
      const datagram = await this.real.receive(left);
      if (!datagram) return undefined;
      if (datagram.from.port !== this.between.socket.local.port) continue;
      const { address, port, octets } = crossing.decode(datagram.octets);
      return { octets, from: { address: dotted(address), port }, at: datagram.at };
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.station.udp.delete(this.port);
    this.between.forget(this);
    this.real.close();
    this.#taken();
  }

  deliver(octets: Uint8Array, from: Endpoint): void {
    const crossed = crossing.encode({ address: parseIpv4(from.address), port: from.port, octets });
    // As on any network, a datagram that can't be delivered is lost.
    this.between.socket.send(crossed, this.real.local).catch(() => {});
  }

  taken(): void {
    this.#taken();
  }

  async #send(octets: Uint8Array, to: Endpoint): Promise<void> {
    const address = parseIpv4(to.address);
    this.#permit(address, to, octets.length);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#taken = resolve;
    await this.real.send(crossing.encode({ address, port: to.port, octets }), this.between.socket.local);
    await settled(promise, lostMilliseconds);
  }

  /** What a kernel would refuse. */
  #permit(address: number, to: Endpoint, size: number): void {
    const what = `UDP ${to.address}:${to.port}`;
    if (this.#closed) throw new Refused(`${what}: this socket is closed`);
    if (size > mostOctets) throw new Refused(`${what}: ${size} octets are more than a datagram can be`);
    if (isBroadcast(this.station, address) && !this.broadcast)
      throw new Refused(`${what}: a socket must be opened for broadcast to send one`);
    const reachable =
      this.broadcast || this.station.owns(address) || this.station.nextHop(address) !== undefined;
    if (!reachable)
      throw new Refused(`${what}: no route: this host has no address, or no gateway, for that network`);
  }
}
