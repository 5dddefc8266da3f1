// The relay network (anywhere): hosts in the lab's own process on real sockets of 127.0.0.1, and between them a switch
// that maps what they send and records the frames it stands for.
import { isGroup, parseMac } from "../../protocols/ethernet/address.ts";
import { beforeEnd } from "./cleanup.ts";
import type { Daemon, HostPlan, Network, Recording, RunningHost } from "./contract.ts";
import { type CableFaults, checkFaults, type FaultReport } from "./faults/faults.ts";
import { Ledger } from "./faults/ledger.ts";
import { macOfPort } from "./linux/wiring.ts";
import { LocalRunning, load } from "./local.ts";
import { Cable } from "./relay/cable.ts";
import { DatagramSwitch } from "./relay/datagrams.ts";
import { noLink, RelayHost } from "./relay/host.ts";
import { Lan } from "./relay/lan.ts";
import { RelayRecording } from "./relay/recording.ts";
import { Station } from "./relay/station.ts";
import { StreamSwitch } from "./relay/streams.ts";

const noDaemon = "a foreign program would open its ports on this machine itself: use a network of namespaces";

const noRouting =
  "a relay writes the frames of a connection once, from end to end, and no router rewrites them: use a network of namespaces";

/** Opens a relay. It needs no privilege, and sends nothing beyond 127.0.0.1. */
export async function openRelay(): Promise<Network> {
  const lan = new Lan();
  return new Relay(lan, await DatagramSwitch.start(lan), await StreamSwitch.start(lan));
}

class Relay implements Network {
  readonly kind = "relay";
  readonly limits = [
    "Frames are those the relay stands for: what passed is real, the headers around it are the relay's, not a kernel's.",
    "Datagrams are lost, doubled, delayed and overtaken by the faults laid on a cable; of a TCP connection only its first segment is lost, its octets are delayed, and it is cut: no segment is lost or sent again, and windows never close.",
    "ARP has no faults.",
    `There is one segment (${noRouting}).`,
    `There is no access to whole frames (${noLink}), and no foreign program on a host (${noDaemon}).`,
    "Hosts share the lab's process: one that computes without pause stops all, and none can be killed.",
  ] as const;
  /** Every host that was ever plugged in, by port. */
  readonly #names: string[] = [];
  readonly #hosts = new Map<string, { readonly station: Station; host?: LocalRunning; ended: boolean }>();
  /** Faults by host, of hosts to come too. */
  readonly #faults = new Map<string, CableFaults>();
  readonly #ledger = new Ledger();
  readonly #endingNormally = beforeEnd(() => this[Symbol.asyncDispose]());
  #recording: RelayRecording | undefined;
  #disposed: Promise<void> | undefined;

  constructor(
    readonly lan: Lan,
    readonly datagrams: DatagramSwitch,
    readonly streams: StreamSwitch,
  ) {}

  async host(plan: HostPlan): Promise<RunningHost> {
    const { name, configuration, settings } = plan;
    if (this.#disposed) throw new Error(`${name}: this network is closed`);
    if (plan.uplink) throw new Error(`${name}: ${noRouting}`);
    const before = this.#hosts.get(name);
    if (before && !before.ended) throw new Error(`there is a host ${name} on this network already`);
    const port = this.#names.length;
    const mac = plan.mac === undefined ? macOfPort(port) : macOfHost(plan.mac);
    const station = new Station(name, mac, port, configuration);
    this.#names.push(name);
    const place: { station: Station; host?: LocalRunning; ended: boolean } = { station, ended: false };
    this.#hosts.set(name, place);
    const end = () => {
      place.ended = true;
      this.lan.stations.delete(station);
    };
    try {
      const faults = this.#faults.get(name);
      if (faults) station.cable = await Cable.withFaults(name, faults, this.#ledger);
      const run = await load(plan);
      if (this.#disposed) throw new Error(`${name}: this network is closed`);
      this.lan.stations.add(station);
      place.host = new LocalRunning(
        station,
        (tell, fail) => new RelayHost(station, this, tell, fail),
        run,
        settings,
        end,
      );
      return place.host;
    } catch (error) {
      end();
      throw error;
    }
  }

  async daemon({ name }: { name: string }): Promise<Daemon> {
    throw new Error(`${name}: ${noDaemon}`);
  }

  async plug(name: string, plugged: boolean): Promise<void> {
    const place = this.#hosts.get(name);
    if (!place)
      throw new Error(`no host ${name} on this network, only ${[...this.#hosts.keys()].join(", ")}`);
    place.station.carrier.set(plugged);
    this.streams.plugged(place.station);
  }

  async impair(name: string, faults: CableFaults | undefined): Promise<void> {
    checkFaults(name, faults ?? {});
    this.#faults.set(name, faults ?? {});
    const place = this.#hosts.get(name);
    if (place && !place.ended) place.station.cable = await Cable.withFaults(name, faults ?? {}, this.#ledger);
  }

  async faults(): Promise<FaultReport> {
    return this.#ledger.report();
  }

  async record(file: string): Promise<Recording> {
    if (this.#recording) throw new Error(`this network is already recorded, in ${this.#recording.file}`);
    this.#recording = new RelayRecording(file, this.lan, this.#names);
    return this.#recording;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#endingNormally();
    await Promise.all([...this.#hosts.values()].map(({ host }) => host?.stop()));
    await this.#recording?.stop().catch(() => {});
    this.datagrams.close();
    this.streams.close();
  }
}

/** @throws RangeError for anything but the MAC address of one host */
function macOfHost(text: string): Uint8Array {
  const mac = parseMac(text);
  if (isGroup(mac)) throw new RangeError(`"${text}" is the MAC address of a group, not of a host`);
  return mac;
}
