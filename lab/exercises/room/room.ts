// A room: the lab's hosts on one switch, all in memory and on a clock of their own, so that a run is made in milliseconds,
// offline, and comes out the same for the same seed.
import type { Endpoint } from "../../../protocols/endpoint/index.ts";
import { TestClock } from "../../../protocols/endpoint/memory.ts";
import { parseMac } from "../../../protocols/ethernet/address.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { IpProtocol } from "../../../protocols/ipv4/index.ts";
import { CaptureWriter } from "../../../protocols/pcapng/index.ts";
import { enclose as datagramOf } from "../../../protocols/udp/index.ts";
import type {
  Daemon,
  HostPlan,
  Message,
  Network,
  Program,
  Recording,
  RunningHost,
} from "../../network/contract.ts";
import type { FaultReport } from "../../network/faults/faults.ts";
import { macOfPort } from "../../network/linux/wiring.ts";
import { LocalRunning, load } from "../../network/local.ts";
import { Lan, type Tape } from "../../network/relay/lan.ts";
import type { Draws } from "../draws.ts";
import { RoomHost } from "./host.ts";
import { type RoomCable, RoomStation } from "./station.ts";
import type { Accept } from "./streams.ts";

/** A host as an exercise plans it: its program may stand in the exercise itself. */
export interface RoomPlan extends Omit<HostPlan, "program" | "uplink" | "segment"> {
  /** A module's path, as on any network, or the program. */
  readonly program: string | Program;
  readonly cable?: RoomCable;
}

/** Two frames are told apart by their times in programs that know microseconds only. */
const leastStep = 1000n;

export class Room implements Network, Tape {
  /** It stands for frames as a relay does, and has a relay's limits. */
  readonly kind = "relay";
  readonly limits = ["Everything happens in memory: frames are those that kernels would have sent."] as const;
  readonly clock: TestClock;
  readonly lan = new Lan();
  /** Hears every frame as it passes the switch: somebody at a mirror port. */
  overhears: ((octets: Uint8Array) => void) | undefined;
  /** What hosts told, in order. */
  readonly told: { readonly host: string; readonly message: Message }[] = [];
  readonly #hosts = new Map<string, { readonly station: RoomStation; readonly host: LocalRunning }>();
  readonly #listeners = new Map<RoomStation, Map<number, Accept>>();
  readonly #frames: { readonly port: number; readonly time: bigint; readonly octets: Uint8Array }[] = [];
  readonly #failed = Promise.withResolvers<never>();

  constructor(
    readonly draws: Draws,
    /** When it begins: milliseconds since the Unix epoch. */
    begins: number,
  ) {
    this.clock = new TestClock(BigInt(begins) * 1_000_000n);
    this.lan.tape = this;
    this.#failed.promise.catch(() => {});
  }

  /** Plugs a host in; its program runs from here on. */
  async host(plan: RoomPlan): Promise<RunningHost> {
    const { name, configuration, settings, program, cable } = plan;
    const port = this.#hosts.size;
    const mac = plan.mac === undefined ? macOfPort(port) : parseMac(plan.mac);
    const run = typeof program === "string" ? await load({ name, program }) : program;
    const station = new RoomStation(name, mac, port, configuration, { draws: this.draws.of(name), cable });
    this.lan.stations.add(station);
    const room = { lan: this.lan, clock: this.clock, listeners: (at: RoomStation) => this.#listenersAt(at) };
    const host = new LocalRunning(
      station,
      (tell, fail) =>
        new RoomHost(
          station,
          room,
          message => {
            this.told.push({ host: name, message });
            tell(message);
          },
          fail,
        ),
      run,
      settings,
      () => this.lan.stations.delete(station),
    );
    host.done.catch(this.#failed.reject);
    this.#hosts.set(name, { station, host });
    return host;
  }

  /**
   * Lets time pass until the work is done. @throws the first failure of a host; Error if all wait and nothing will come
   */
  run<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(Promise.race([work, this.#failed.promise]));
  }

  /** A host's program has returned. */
  done(name: string): Promise<void> {
    return this.#placeOf(name).host.done;
  }

  /** A datagram that a host sends in another's name. */
  forge(name: string, from: Endpoint, to: Endpoint, octets: Uint8Array): void {
    const { station } = this.#placeOf(name);
    const destination = parseIpv4(to.address);
    const between = { source: from.address, destination: to.address };
    const datagram = datagramOf({ sourcePort: from.port, destinationPort: to.port }, octets, between);
    const target = this.lan.neighbour(station, destination);
    if (!target) return;
    this.lan.packet(station, target.mac, destination, IpProtocol.UDP, datagram, parseIpv4(from.address));
    target.udp.get(to.port)?.deliver(octets, from);
  }

  /** Asks all hosts to stop, and lets what is under way arrive. */
  async close(): Promise<void> {
    await this.clock.advance(50);
    const stopped = Promise.all([...this.#hosts.values()].map(({ host }) => host.stop()));
    await this.clock.advance(50);
    await stopped;
  }

  /** What passed, as a pcapng file: an interface a switch port, and names for addresses if any are given. */
  capture({
    names = {},
    secrets,
  }: {
    names?: Readonly<Record<string, string>>;
    secrets?: string;
  } = {}): Uint8Array {
    const pieces: Uint8Array[] = [];
    const writer = new CaptureWriter(octets => pieces.push(octets.slice()), { application: "protocol-lab" });
    if (secrets) writer.secrets(secrets);
    for (let port = 0; port < this.#hosts.size; port++)
      writer.interface({ name: `port ${port + 1}`, description: `switch port ${port + 1}`, linkType: 1 });
    const entries = Object.entries(names).map(([address, name]) => ({ address, names: [name] }));
    if (entries.length > 0) writer.names(entries);
    for (const { port, time, octets } of this.#frames) writer.packet(port, time, octets);
    writer.flush();
    return new Uint8Array(Buffer.concat(pieces));
  }

  frame(port: number, octets: Uint8Array): void {
    const now = this.clock.now();
    const last = this.#frames.at(-1)?.time ?? 0n;
    this.#frames.push({ port, time: now > last ? now : last + leastStep, octets });
    this.overhears?.(octets);
  }

  async plug(name: string, plugged: boolean): Promise<void> {
    this.#placeOf(name).station.carrier.set(plugged);
  }

  impair(): Promise<void> {
    return Promise.reject(new Error("in a room a host's cable is planned with the host (RoomPlan.cable)"));
  }

  daemon({ name }: { name: string }): Promise<Daemon> {
    return Promise.reject(new Error(`${name}: a room has no foreign programs`));
  }

  async faults(): Promise<FaultReport> {
    return { cables: [], faults: [] };
  }

  /** It records always; the file is written when the recording is stopped. */
  async record(file: string): Promise<Recording> {
    return {
      file,
      stop: async () => {
        await Bun.write(file, this.capture());
        return { frames: this.#frames.length, dropped: 0 };
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #listenersAt(station: RoomStation): Map<number, Accept> {
    const known = this.#listeners.get(station) ?? new Map<number, Accept>();
    this.#listeners.set(station, known);
    return known;
  }

  #placeOf(name: string) {
    const place = this.#hosts.get(name);
    if (!place) throw new Error(`no host ${name} in this room, only ${[...this.#hosts.keys()].join(", ")}`);
    return place;
  }
}
