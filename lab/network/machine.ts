// The machine's own network: hosts in the lab's own process, on an interface that a person has named or agreed to. What
// they send leaves the machine.
import { beforeEnd } from "./cleanup.ts";
import type { Daemon, HostPlan, Network, RunningHost } from "./contract.ts";
import type { FaultReport } from "./faults/faults.ts";
import { macOf } from "./linux/interface.ts";
import { LocalRunning, load } from "./local.ts";
import { MachineHost, type Way } from "./machine/host.ts";
import { MachineRecording, type Recorded } from "./machine/recording.ts";

export type { Recorded } from "./machine/recording.ts";

export interface MachineOptions extends Way {
  /** Which frames are recorded: BPF's language (pcap-filter(7)); by default all of the interface. */
  readonly filter?: string;
  /** Hears of each frame as it is recorded. */
  readonly heard?: (frame: Recorded) => void;
}

/** Its hosts have the addresses that their plans say; the interface must have them already. */
export class Machine implements Network {
  readonly kind = "machine";
  readonly limits = [
    "Hosts share the machine's own TCP/IP and its interface, which is recorded as it is: its checksums may be left to the card.",
    "A cable that is pulled is the host's alone: its connections end at once, and the machine's cable stays in.",
  ] as const;
  readonly #hosts = new Map<string, LocalRunning>();
  readonly #endingNormally = beforeEnd(() => this[Symbol.asyncDispose]());
  #recording: MachineRecording | undefined;
  #disposed: Promise<void> | undefined;

  constructor(readonly options: MachineOptions) {}

  /** @throws Error for what only a network of the lab's own has: segments, uplinks */
  async host(plan: HostPlan): Promise<RunningHost> {
    const { name, configuration, settings } = plan;
    if (plan.segment !== undefined || plan.uplink)
      throw new Error(`${name}: the machine's network has no segments of the lab's`);
    if (this.#disposed) throw new Error(`${name}: this network is closed`);
    const mac = macOf(this.options.device);
    const run = await load(plan);
    const running = new LocalRunning(
      { name, mac, port: 0 },
      tell => new MachineHost({ name, mac, configuration, ...this.options }, tell),
      run,
      settings,
    );
    this.#hosts.set(name, running);
    return running;
  }

  async daemon({ name }: { name: string }): Promise<Daemon> {
    throw new Error(`${name}: a foreign program has no network of its own here`);
  }

  async plug(): Promise<void> {}

  async impair(name: string): Promise<void> {
    throw new Error(`${name}: the lab lays no faults on the machine's own cable`);
  }

  async faults(): Promise<FaultReport> {
    return { cables: [], faults: [] };
  }

  /** @throws Failure where the interface may not be recorded */
  async record(file: string): Promise<MachineRecording> {
    if (this.#recording) throw new Error(`this network is already recorded, in ${this.#recording.file}`);
    const { device, filter = "", heard } = this.options;
    this.#recording = new MachineRecording(file, device, filter, heard);
    return this.#recording;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#endingNormally();
    await Promise.all([...this.#hosts.values()].map(host => host.stop()));
    await this.#recording?.stop().catch(() => {});
  }
}
