// The contract of a lab network: hosts on one switch, whatever carries the frames.
import type { Clock, Datagrams, Endpoint, Link, Stream } from "../../protocols/endpoint/index.ts";
import type { CableFaults, FaultReport } from "./faults/faults.ts";

/** JSON that travels between the lab and its hosts. Octets travel as base64 text. */
export type Message = { readonly kind: string } & Record<string, unknown>;

/** A host's own clock: NTP sets this one, never the machine's. */
export interface HostClock extends Clock {
  set(nanoseconds: bigint): void;
}

/** An IPv4 configuration, static or leased: "192.168.1.20", 24, "192.168.1.1". */
export interface Configuration {
  readonly address: string;
  readonly prefix: number;
  readonly gateway?: string;
}

/** Whether a host's cable is in: what an Ethernet transceiver tells by its light. */
export interface Carrier {
  readonly up: boolean;
  /** The next time the cable is pulled or plugged: its state then. An aborted signal ends the wait: the state as it is. */
  changed(signal?: AbortSignal): Promise<boolean>;
}

/** How a UDP socket is opened. */
export interface SocketOptions {
  /** 0 or none takes a free one. */
  readonly port?: number;
  /** Works with no address and no route, as DHCP needs. */
  readonly broadcast?: boolean;
  /** The address of the only one that it speaks with: once the host there says that nothing listens (ICMP), `receive` throws Refused. */
  readonly server?: string;
}

/** A host as its program sees it, on any network. */
export interface Host {
  readonly name: string;
  /** The network interface, "eth0". */
  readonly interface: string;
  readonly mac: Uint8Array;
  readonly carrier: Carrier;
  readonly clock: HostClock;
  readonly configuration: Configuration | undefined;
  configure(configuration: Configuration | undefined): Promise<void>;
  datagrams(options?: SocketOptions): Promise<Datagrams>;
  /** Whole frames. Refused with a reason where the network can't (`limits` says so). */
  link(): Promise<Link>;
  /** A TCP connection. Fails with Refused (reset), or Unanswered after `milliseconds`. */
  connect(to: Endpoint, milliseconds?: number): Promise<Stream>;
  listen(port: number, accept: (stream: Stream) => void): Promise<{ close(): Promise<void> }>;
  /** To the lab: console lines, log lines, measurements, session secrets. */
  tell(message: Message): void;
  /** From the lab: what a person at this host does. Ends when the host is asked to stop. */
  readonly told: AsyncIterable<Message>;
  /** Aborted when the host is asked to stop. */
  readonly stopping: AbortSignal;
}

/** What a host runs. The module at `HostPlan.program` exports it as `run`. Returning means that the host has done its work. */
export type Program = (host: Host, settings: never) => Promise<void>;

/** "eth1" of a router: what it forwards to there leaves under this address, as if it were its own (NAPT, RFC 3022 §2.2). */
export interface Uplink {
  readonly segment: string;
  readonly mac: string;
  /** With prefix 0 everybody is a neighbour: a segment that stands for the internet. */
  readonly configuration: Configuration;
}

export interface HostPlan {
  readonly name: string;
  /** "00:c0:df:24:ba:6b"; by default a locally administered one made from the host's place on the switch. */
  readonly mac?: string;
  /** None for a host that asks DHCP. */
  readonly configuration?: Configuration;
  /** The switch that it is plugged into, "LAN": hosts of different segments don't hear each other. By default there is one. */
  readonly segment?: string;
  /** A second interface, for a router. A relay has none: rejects with the reason. */
  readonly uplink?: Uplink;
  /** Absolute path or file URL of the module whose `run` is the host's program. */
  readonly program: string;
  /** Handed to `run` as it is; JSON. */
  readonly settings?: unknown;
}

/** A host as the lab sees it. */
export interface RunningHost extends AsyncDisposable {
  readonly name: string;
  readonly mac: Uint8Array;
  /** Its switch port: the capture's interface of that number. */
  readonly port: number;
  /** What the host tells, in order; ends with the host. Of what nobody reads, the last hundred thousand are kept. */
  readonly messages: AsyncIterable<Message>;
  tell(message: Message): void;
  /** Resolves when the program has returned; rejects with its error, or if the host died. */
  readonly done: Promise<void>;
  /** Asks it to stop, waits `milliseconds` (500), then ends it. */
  stop(milliseconds?: number): Promise<void>;
}

/** A foreign program (a real daemon) on a host of its own. */
export interface Daemon extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Standard output and error, line by line, as they come. */
  readonly lines: AsyncIterable<string>;
  /** Everything it printed so far; the last 4 MiB of it. */
  readonly output: string;
  readonly exited: Promise<number>;
  stop(milliseconds?: number): Promise<void>;
}

/** A network that belongs to one run: one switch, its hosts, its recorder. Disposing it leaves nothing behind. */
export interface Network extends AsyncDisposable {
  /** "machine": none of its own, but the machine's; never taken unless a person asks for it. */
  readonly kind: "namespaces" | "relay" | "machine";
  /** What this network can't show, one sentence each, in English. */
  readonly limits: readonly string[];
  /** Plugs a host in and starts its program; resolves when the program runs. */
  host(plan: HostPlan): Promise<RunningHost>;
  /** Plugs in a host that runs a foreign program; rejects on a relay, with the reason. */
  daemon(plan: {
    name: string;
    mac?: string;
    configuration?: Configuration;
    command: string[];
    env?: Record<string, string>;
  }): Promise<Daemon>;
  /** The cable of a host, pulled or plugged. */
  plug(name: string, plugged: boolean): Promise<void>;
  /**
   * Lays faults on a host's cable, or takes them away; a host that is not there yet gets them with its cable.
   * `limits` says what can't be shown. @throws RangeError for a fault that is none
   */
  impair(name: string, faults: CableFaults | undefined): Promise<void>;
  /** What the faults did so far. */
  faults(): Promise<FaultReport>;
  /** Records every frame once, from now on, into a pcapng file; one recording a network. */
  record(file: string): Promise<Recording>;
}

export interface Recording {
  readonly file: string;
  /** Waits until what is on the wire is on disk, closes the file, and tells what was seen. Rejects if it ended early. */
  stop(): Promise<{ frames: number; dropped: number }>;
}
