// TCP on a relay: real connections of 127.0.0.1, from a host to the switch and from the switch to the other host.
import net, { type AddressInfo, type Server, type Socket } from "node:net";
import { type Endpoint, Refused, Unanswered } from "../../../protocols/endpoint/index.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { hostClock } from "../clock.ts";
import { DuplexStream } from "../stream.ts";
import { crossing, passage } from "./cable.ts";
import { Flow } from "./flow.ts";
import type { Lan } from "./lan.ts";
import { Meeting } from "./meeting.ts";
import { Pump } from "./pump.ts";
import type { Station, TcpPort } from "./station.ts";

/** A question is repeated after one second, then after twice as long each time (RFC 6298 §2). */
const firstRepeatMilliseconds = 1000;
/** A frame with a segment that has options and no data. */
const handshakeOctets = 74;
/** A host asks so often for a MAC address before it gives up. */
const mostArpRequests = 3;

const socketOptions = { allowHalfOpen: true, noDelay: true } as const;

/** The connections of a switch. */
export class StreamSwitch {
  readonly #pumps = new Set<Pump>();
  readonly #arrivals = new Meeting();

  private constructor(
    readonly lan: Lan,
    readonly door: Server,
  ) {
    door.on("connection", socket => this.#arrivals.arrive(socket));
  }

  static async start(lan: Lan): Promise<StreamSwitch> {
    const door = net.createServer({ ...socketOptions, pauseOnConnect: true });
    await listening(door);
    return new StreamSwitch(lan, door);
  }

  /** A host's cable was pulled, or plugged in again. */
  plugged(station: Station): void {
    for (const pump of this.#pumps)
      if (pump.stations.includes(station)) pump.hold(pump.stations.some(end => !end.plugged));
  }

  /** @throws Refused, or Unanswered after `milliseconds` */
  async connect(
    station: Station,
    to: Endpoint,
    milliseconds: number,
    gone: AbortSignal,
  ): Promise<DuplexStream> {
    const destination = parseIpv4(to.address);
    const what = `TCP ${to.address}:${to.port}`;
    if (station.owns(destination)) return this.#within(station, to, what);
    if (station.nextHop(destination) === undefined)
      throw new Refused(`${what}: no route: this host has no address, or no gateway, for that network`);

    const begun = performance.now();
    const deadline = begun + milliseconds;
    const silent = () => new Unanswered(what, 1, Math.round(performance.now() - begun));
    const neighbour = await this.#neighbour(station, destination, deadline, gone);
    if (!neighbour) throw silent();
    const client = {
      station,
      end: { address: station.configuration!.address, port: station.freePort(station.tcp) },
    };
    const flow = new Flow(this.lan, client, { station: neighbour, end: to });
    const answers = () => neighbour.plugged && station.plugged && neighbour.owns(destination);
    for (let wait = firstRepeatMilliseconds; ; wait *= 2) {
      flow.ask();
      if (answers() && (await this.#reaches(station, neighbour, gone))) break;
      if (!(await patience(wait, deadline, gone))) throw silent();
    }
    const port = neighbour.tcp.get(to.port);
    if (!port?.realPort) {
      flow.refuse();
      throw new Refused(`${what}: refused, nothing listens there`);
    }
    return this.#join(flow, client, { station: neighbour, end: to }, port, what);
  }

  /** @throws Refused if the port is taken */
  async listen(
    station: Station,
    port: number,
    accept: (stream: DuplexStream) => void,
  ): Promise<{ close(): Promise<void> }> {
    if (station.tcp.has(port)) throw new Refused(`TCP port ${port}: is taken by another program`);
    const server = net.createServer({ ...socketOptions, pauseOnConnect: true });
    const meeting = new Meeting();
    server.on("connection", socket => meeting.arrive(socket));
    const open: { -readonly [K in keyof TcpPort]: TcpPort[K] } = {
      realPort: 0,
      introduce: (realPort, local, remote) =>
        meeting.expect(realPort, socket => accept(new DuplexStream(socket, local, remote))),
    };
    station.tcp.set(port, open);
    await listening(server);
    open.realPort = (server.address() as AddressInfo).port;
    return {
      async close() {
        if (station.tcp.get(port) === open) station.tcp.delete(port);
        server.close();
      },
    };
  }

  close(): void {
    for (const pump of this.#pumps) pump.destroy();
    this.door.close();
  }

  /** Who has the next hop's address; asked for until somebody answers. */
  async #neighbour(
    station: Station,
    destination: number,
    deadline: number,
    gone: AbortSignal,
  ): Promise<Station | undefined> {
    for (let asked = 0; asked < mostArpRequests; asked++) {
      const neighbour = this.lan.neighbour(station, destination);
      if (neighbour) return neighbour;
      if (!(await patience(firstRepeatMilliseconds, deadline, gone))) break;
    }
    return undefined;
  }

  /** Whether a connection's first segment gets there; returns when it does. */
  async #reaches(from: Station, to: Station, gone: AbortSignal): Promise<boolean> {
    const now = performance.now();
    const [at] = passage(from.cable, to.cable, handshakeOctets, now, () => this.lan.recorded());
    if (at !== undefined && at > now) await sleep(at - now, gone);
    return at !== undefined;
  }

  /** Two real connections: the client's to the switch, and the switch's to the server. */
  async #join(
    flow: Flow,
    client: { station: Station; end: Endpoint },
    server: { station: Station; end: Endpoint },
    port: TcpPort,
    what: string,
  ): Promise<DuplexStream> {
    try {
      const beyond = await connected(port.realPort);
      const near = await connected((this.door.address() as AddressInfo).port);
      const far = await new Promise<Socket>(resolve => this.#arrivals.expect(near.localPort!, resolve));
      flow.agree();
      await crossed(server.station, client.station);
      flow.confirm();
      port.introduce(beyond.localPort!, server.end, client.end);
      const pump = new Pump(flow, [client.station, server.station], far, beyond, () =>
        this.#pumps.delete(pump),
      );
      this.#pumps.add(pump);
      return new DuplexStream(near, client.end, server.end);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
      flow.refuse();
      throw new Refused(`${what}: refused, nothing listens there`);
    }
  }

  /** Within one host nothing is on the wire. */
  async #within(station: Station, to: Endpoint, what: string): Promise<DuplexStream> {
    const port = station.tcp.get(to.port);
    if (!port?.realPort) throw new Refused(`${what}: refused, nothing listens there`);
    const socket = await connected(port.realPort);
    const local = { address: to.address, port: station.freePort(station.tcp) };
    port.introduce(socket.localPort!, to, local);
    return new DuplexStream(socket, local, to);
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ ...socketOptions, host: "127.0.0.1", port });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
}

const { sleep } = hostClock();

/** A segment without data goes from one station to the other. */
async function crossed(from: Station, to: Station): Promise<void> {
  const now = performance.now();
  const at = crossing(from.cable, to.cable, handshakeOctets, now);
  if (at > now) await sleep(at - now);
}

/** Waits, unless the deadline comes first, or the host is gone: then false. */
async function patience(milliseconds: number, deadline: number, gone: AbortSignal): Promise<boolean> {
  const left = deadline - performance.now();
  await sleep(Math.max(0, Math.min(milliseconds, left)), gone);
  return left > milliseconds && !gone.aborted;
}
