// TCP in a room: two ends in memory, and the segments that two kernels would have sent for them.
import { Duplex } from "node:stream";
import { type Endpoint, Refused, type Stream, Unanswered } from "../../../protocols/endpoint/index.ts";
import type { TestClock } from "../../../protocols/endpoint/memory.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { Flow, type Way } from "../../network/relay/flow.ts";
import type { Lan } from "../../network/relay/lan.ts";
import type { RoomStation } from "./station.ts";

/** Who takes what was connected to a port of a station. */
export type Accept = (stream: RoomStream) => void;

/** A closing end waits so long for the other to end its own direction. */
const closingMilliseconds = 2000;

/** A connection of a station to an endpoint. @throws Refused, or Unanswered after `milliseconds` */
export async function connect(
  room: {
    readonly lan: Lan;
    readonly clock: TestClock;
    readonly listeners: (at: RoomStation) => Map<number, Accept>;
  },
  station: RoomStation,
  to: Endpoint,
  milliseconds: number,
): Promise<RoomStream> {
  const { lan, clock } = room;
  const what = `TCP ${to.address}:${to.port}`;
  const destination = parseIpv4(to.address);
  if (station.owns(destination)) return within(room, station, to, what);
  if (station.nextHop(destination) === undefined)
    throw new Refused(`${what}: no route: this host has no address, or no gateway, for that network`);
  await cross(clock, station, "up");
  const peer = lan.neighbour(station, destination) as RoomStation | undefined;
  const client = {
    station,
    end: { address: station.configuration!.address, port: station.freePort(station.tcp) },
  };
  const flow = peer && new Flow(lan, client, { station: peer, end: to });
  flow?.ask();
  if (!flow || !peer.owns(destination) || !peer.plugged) {
    await clock.sleep(milliseconds);
    throw new Unanswered(what, 1, milliseconds);
  }
  await cross(clock, peer, "down");
  await cross(clock, peer, "up");
  const accept = room.listeners(peer).get(to.port);
  if (!accept) {
    flow.refuse();
    await cross(clock, station, "down");
    throw new Refused(`${what}: refused, nothing listens there`);
  }
  flow.agree();
  await cross(clock, station, "down");
  const [near, far] = pair(clock, [station, peer], [client.end, to], flow);
  clock.after(station.passes("up", clock.milliseconds) - clock.milliseconds, () => {
    flow.confirm();
    clock.after(peer.passes("down", clock.milliseconds) - clock.milliseconds, () => accept(far));
  });
  return near;
}

/** Within one host nothing is on the wire. */
function within(
  room: Parameters<typeof connect>[0],
  station: RoomStation,
  to: Endpoint,
  what: string,
): RoomStream {
  const accept = room.listeners(station).get(to.port);
  if (!accept) throw new Refused(`${what}: refused, nothing listens there`);
  const local = { address: to.address, port: station.freePort(station.tcp) };
  const [near, far] = pair(room.clock, [station, station], [local, to], undefined);
  accept(far);
  return near;
}

const cross = (clock: TestClock, station: RoomStation, way: "up" | "down"): Promise<void> =>
  clock.sleep(station.passes(way, clock.milliseconds) - clock.milliseconds);

function pair(
  clock: TestClock,
  stations: readonly [RoomStation, RoomStation],
  [client, server]: readonly [Endpoint, Endpoint],
  flow: Flow | undefined,
): [RoomStream, RoomStream] {
  const ends: [RoomStream, RoomStream] = [
    new RoomStream(clock, client, server, 0, stations, flow),
    new RoomStream(clock, server, client, 1, stations, flow),
  ];
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];
  return ends;
}

export class RoomStream implements Stream {
  peer!: RoomStream;
  readonly #arrived: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  #finished = false;
  #duplex: Duplex | undefined;

  constructor(
    readonly clock: TestClock,
    readonly local: Endpoint,
    readonly remote: Endpoint,
    readonly way: Way,
    readonly stations: readonly [RoomStation, RoomStation],
    readonly flow: Flow | undefined,
  ) {}

  get ended(): boolean {
    return this.#over && this.#arrived.length === 0;
  }

  async write(octets: Uint8Array): Promise<void> {
    const { address, port } = this.remote;
    if (this.#finished) throw new Refused(`the connection with ${address}:${port} is closed`);
    if (octets.length === 0) return;
    const copy = octets.slice();
    const [from, to] = this.#direction();
    this.#pass(
      () => this.flow?.data(this.way, copy, true),
      () => {
        if (from.cuts("up", copy) || to.cuts("down", copy)) return this.#cut();
        this.flow?.arrived(this.way, copy.length);
        this.peer.#take(copy);
      },
    );
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    if (this.#arrived.length === 0 && !this.#over && !(milliseconds !== undefined && milliseconds <= 0))
      await new Promise<void>(resolve => {
        const wake = () => {
          cancel?.();
          this.#wake = undefined;
          resolve();
        };
        const cancel = milliseconds === undefined ? undefined : this.clock.after(milliseconds, wake);
        this.#wake = wake;
      });
    return this.#arrived.shift();
  }

  async close(): Promise<void> {
    this.finish();
    const deadline = this.clock.milliseconds + closingMilliseconds;
    while (!this.ended && this.clock.milliseconds < deadline)
      await this.read(deadline - this.clock.milliseconds);
  }

  /** Ends our direction. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#pass(
      () => this.flow?.finish(this.way, true),
      () => {
        this.flow?.finished(this.way);
        this.peer.#end();
      },
    );
  }

  /** The host is gone: the other end hears a reset. */
  abort(): void {
    this.#end();
    // Whoever has said good-bye already leaves in peace.
    if (this.#finished) return;
    this.#finished = true;
    this.#pass(
      () => this.flow?.reset(this.way),
      () => this.peer.#end(),
    );
  }

  /** Once taken, the stream is read and written through it alone. */
  get duplex(): Duplex {
    this.#duplex ??= new Duplex({
      read: () => void this.read().then(octets => this.#duplex?.push(octets ?? null)),
      write: (chunk: Uint8Array, _encoding, done) =>
        void this.write(new Uint8Array(chunk)).then(() => done(), done),
      final: done => {
        this.finish();
        done();
      },
      destroy: (error, done) => {
        this.abort();
        done(error);
      },
    });
    return this.#duplex;
  }

  /** Up one cable, where the switch sees it, and down the other. */
  #pass(recorded: () => void, arrives: () => void): void {
    const { clock } = this;
    if (!this.flow) return arrives();
    const [from, to] = this.#direction();
    clock.after(from.passes("up", clock.milliseconds) - clock.milliseconds, () => {
      recorded();
      clock.after(to.passes("down", clock.milliseconds) - clock.milliseconds, arrives);
    });
  }

  #direction(): readonly [from: RoomStation, to: RoomStation] {
    const [client, server] = this.stations;
    return this.way === 0 ? [client, server] : [server, client];
  }

  /** Both ends learn that the connection is gone. */
  #cut(): void {
    this.flow?.reset(this.way);
    for (const end of [this, this.peer]) {
      end.#finished = true;
      end.#end();
    }
  }

  #take(octets: Uint8Array): void {
    if (this.#over) return;
    this.#arrived.push(octets);
    this.#wake?.();
  }

  #end(): void {
    this.#over = true;
    this.#wake?.();
  }
}
