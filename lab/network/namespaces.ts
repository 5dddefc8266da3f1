// The namespaces network (Linux): each host a process in a network namespace of its own, all on one virtual switch.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEnd } from "./cleanup.ts";
import type { Daemon, HostPlan, Network, Recording, RunningHost } from "./contract.ts";
import { machineNamespaces } from "./enter.ts";
import { type CableFaults, checkFaults, type FaultReport } from "./faults/faults.ts";
import type { Namespace } from "./linux/namespace.ts";
import { HOST_INTERFACE } from "./linux/wiring.ts";
import { DaemonProcess } from "./namespaces/daemon.ts";
import { Forwarder } from "./namespaces/forwarder.ts";
import { Janitor } from "./namespaces/janitor.ts";
import { Recorder } from "./namespaces/recorder.ts";
import { HostProcess } from "./namespaces/running-host.ts";
import { type Place, type Plugging, Switch } from "./namespaces/switch.ts";

type DaemonPlan = Parameters<Network["daemon"]>[0];

/** What is plugged in at a place. */
interface Plugged {
  readonly place: Place;
  process?: HostProcess | DaemonProcess;
  ended: boolean;
  /** Whether its frames go through the forwarder. */
  isImpaired: boolean;
}

/** @throws SystemError, when it is made, where this process may not make namespaces: `probe` says so before */
export class Namespaces implements Network {
  readonly kind = "namespaces";
  readonly limits = [
    "Frames cross the switch in microseconds, and none is lost or delayed but by the faults laid on a cable; none is damaged.",
    "All hosts have the TCP/IP of this machine's kernel, not that of a board.",
  ] as const;
  readonly #switch = new Switch();
  readonly #forbidden = machineNamespaces();
  readonly #plugged = new Map<string, Plugged>();
  readonly #takeBackEnding = beforeEnd(() => this[Symbol.asyncDispose]());
  /** Faults by host, of hosts to come too. */
  readonly #faults = new Map<string, CableFaults>();
  #forwarder: Promise<Forwarder> | undefined;
  #recorder: Recorder | undefined;
  #recorded: string | undefined;
  #janitor: Janitor | undefined;
  /** Of foreign programs whose name another host has taken. */
  readonly #former: Namespace[] = [];
  #disposed: Promise<void> | undefined;

  async host(plan: HostPlan): Promise<RunningHost> {
    const program = plan.program.startsWith("file:") ? fileURLToPath(plan.program) : plan.program;
    if (!existsSync(program)) throw new Error(`${plan.name}: there is no program ${program}`);
    const host = await this.#start(plan, ({ port, mac }) => {
      const { name, configuration, settings } = plan;
      const self = { name, interface: HOST_INTERFACE.name, mac: [...mac], configuration };
      return new HostProcess({ ...self, program, settings, forbidden: this.#forbidden }, port);
    });
    await host.running;
    return host;
  }

  async daemon(plan: DaemonPlan): Promise<Daemon> {
    this.#beOpenFor(plan.name);
    this.#janitor ??= new Janitor();
    const janitor = this.#janitor;
    return this.#start(plan, ({ namespace }) => {
      janitor.watch(namespace.identity);
      return new DaemonProcess(plan.name, plan.command, plan.env);
    });
  }

  async plug(name: string, plugged: boolean): Promise<void> {
    const host = this.#plugged.get(name);
    if (!host)
      throw new Error(`no host ${name} on this network, only ${[...this.#plugged.keys()].join(", ")}`);
    await this.#switch.setPlugged(host.place, plugged);
    if (host.process instanceof HostProcess) host.process.carrier(plugged);
  }

  async impair(name: string, faults: CableFaults | undefined): Promise<void> {
    checkFaults(name, faults ?? {});
    this.#faults.set(name, faults ?? {});
    const plugged = this.#plugged.get(name);
    if (plugged && !plugged.ended) await this.#lay(name, plugged);
  }

  async faults(): Promise<FaultReport> {
    const forwarder = await this.#forwarder;
    return forwarder ? forwarder.report() : { cables: [], faults: [] };
  }

  async record(file: string): Promise<Recording> {
    if (this.#recorded) throw new Error(`this network is already recorded, in ${this.#recorded}`);
    this.#recorded = file;
    try {
      this.#recorder = await Recorder.start(file, this.#switch.namespace, this.#switch.ports);
      return this.#recorder;
    } catch (error) {
      this.#recorded = undefined;
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  /** Plugs a host in, and starts its process inside; an ended host of the same name gives its place up. */
  async #start<Process extends HostProcess | DaemonProcess>(
    plan: Plugging,
    start: (place: Place) => Process,
  ): Promise<Process> {
    this.#beOpenFor(plan.name);
    const before = this.#plugged.get(plan.name);
    if (before) await this.#unplug(before);
    this.#beOpenFor(plan.name);
    const place = this.#switch.plugIn(plan);
    const plugged: Plugged = { place, ended: false, isImpaired: false };
    this.#plugged.set(plan.name, plugged);
    try {
      await this.#switch.ready(place);
      await this.#lay(plan.name, plugged);
      const process = this.#switch.at(place, () => start(place));
      plugged.process = process;
      void process.exited.then(() => {
        plugged.ended = true;
      });
      return process;
    } catch (error) {
      plugged.ended = true;
      throw error;
    }
  }

  /** Takes an ended host's place away. */
  async #unplug({ place, isImpaired, process }: Plugged): Promise<void> {
    if (isImpaired) {
      (await this.#forwarder)?.remove(place.port);
      this.#switch.removeDetour(place);
    }
    this.#switch.unplug(place);
    // The number of one that is gone is soon another's, and the janitor knows a foreign program's by its number.
    if (process instanceof DaemonProcess) this.#former.push(place.namespace);
    else place.namespace[Symbol.dispose]();
  }

  /** The faults of a host, laid on its cable. One that never had any stays as it is. */
  async #lay(name: string, plugged: Plugged): Promise<void> {
    const faults = this.#faults.get(name);
    if (!faults || (!plugged.isImpaired && Object.keys(faults).length === 0)) return;
    const { place } = plugged;
    this.#switch.setMtu(place, faults.mtu ?? 1500);
    this.#forwarder ??= Forwarder.start(this.#switch.namespace);
    const forwarder = await this.#forwarder;
    if (!plugged.isImpaired) await this.#switch.detour(place);
    plugged.isImpaired = true;
    await forwarder.lay(place.port, name, faults);
  }

  #beOpenFor(name: string): void {
    if (this.#disposed) throw new Error(`${name}: this network is closed`);
    const plugged = this.#plugged.get(name);
    if (plugged && !plugged.ended) throw new Error(`there is a host ${name} on this network already`);
  }

  async #dispose(): Promise<void> {
    const hosts = [...this.#plugged.values()];
    await Promise.all(hosts.map(({ process }) => process?.stop()));
    await this.#recorder?.stop().catch(() => {});
    await this.#janitor?.[Symbol.asyncDispose]();
    await (await this.#forwarder?.catch(() => undefined))?.[Symbol.asyncDispose]();
    for (const namespace of [...hosts.map(({ place }) => place.namespace), ...this.#former])
      namespace[Symbol.dispose]();
    this.#switch[Symbol.dispose]();
    this.#takeBackEnding();
  }
}
