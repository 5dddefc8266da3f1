// The namespaces network (Linux): each host a process in a network namespace of its own, all on one virtual switch.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeEnd } from "./cleanup.ts";
import type { Daemon, HostPlan, Network, Recording, RunningHost } from "./contract.ts";
import { machineNamespaces } from "./enter.ts";
import { HOST_INTERFACE } from "./linux/wiring.ts";
import { DaemonProcess } from "./namespaces/daemon.ts";
import { Janitor } from "./namespaces/janitor.ts";
import { Recorder } from "./namespaces/recorder.ts";
import { HostProcess } from "./namespaces/running-host.ts";
import { type Place, Switch } from "./namespaces/switch.ts";

type DaemonPlan = Parameters<Network["daemon"]>[0];

/** What is plugged in at a place. */
interface Plugged {
  readonly place: Place;
  process?: HostProcess | DaemonProcess;
  ended: boolean;
}

/** @throws SystemError, when it is made, where this process may not make namespaces: `probe` says so before */
export class Namespaces implements Network {
  readonly kind = "namespaces";
  readonly limits = [
    "Frames cross the switch in microseconds, and none is lost, delayed or damaged on the way.",
    "All hosts have the TCP/IP of this machine's kernel, not that of a board.",
  ] as const;
  readonly #switch = new Switch();
  readonly #forbidden = machineNamespaces();
  readonly #plugged = new Map<string, Plugged>();
  readonly #takeBackEnding = beforeEnd(() => this[Symbol.asyncDispose]());
  #recorder: Recorder | undefined;
  #recorded: string | undefined;
  #janitor: Janitor | undefined;
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
    plan: Pick<HostPlan, "name" | "mac" | "configuration">,
    start: (place: Place) => Process,
  ): Promise<Process> {
    this.#beOpenFor(plan.name);
    this.#plugged.get(plan.name)?.place.namespace[Symbol.dispose]();
    const place = this.#switch.plugIn(plan);
    const plugged: Plugged = { place, ended: false };
    this.#plugged.set(plan.name, plugged);
    try {
      await this.#switch.ready(place);
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
    for (const { place } of hosts) place.namespace[Symbol.dispose]();
    this.#switch[Symbol.dispose]();
    this.#takeBackEnding();
  }
}
