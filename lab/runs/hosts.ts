// The hosts of one run: plugged in, listened to, and known by name and address for the ladder.
import { parseMac } from "../../protocols/ethernet/address.ts";
import { exit, Failure } from "../failure.ts";
import type { HostPlan, Message, Network, RunningHost } from "../network/index.ts";
import type { Host } from "../story/index.ts";

/** What every host may tell: it is ready, a secret of a session, a line of a log, the address that it has now. */
type Common =
  | { readonly kind: "ready" }
  | { readonly kind: "secret"; readonly line: string }
  | { readonly kind: "log"; readonly service: string; readonly line: string }
  | { readonly kind: "configured"; readonly address: string };

export class Hosts {
  /** By name, in the ladder's order. Addresses as they become known. */
  readonly all = new Map<string, Host>();
  /** Lines of an NSS key log. */
  readonly secrets: string[] = [];
  /** Each service's log lines. */
  readonly log = new Map<string, string[]>();
  /** The segment of each host's port; "" where there is only one. */
  readonly segments = new Map<number, string>();
  readonly #failed = Promise.withResolvers<never>();

  /** `names`: the order of the ladder. `heard`: everything that a host tells, `ready` and secrets apart. */
  constructor(
    readonly network: Network,
    names: Iterable<string>,
    readonly heard: (host: string, message: Message) => void,
  ) {
    for (const name of names) this.all.set(name, { name, mac: new Uint8Array(6), address: undefined });
    // Whoever does not wait for a failure must not be ended by one.
    this.#failed.promise.catch(() => {});
  }

  /** Never resolves; rejects with the first failure of a host, whichever it is. */
  get failure(): Promise<never> {
    return this.#failed.promise;
  }

  /** Plugs a host in; resolves when it says that it is ready, or has done its work. Rejects if it fails before. */
  async plug(plan: HostPlan): Promise<RunningHost> {
    const host = await this.network.host(plan);
    this.all.set(plan.name, { name: plan.name, mac: host.mac, address: plan.configuration?.address });
    this.segments.set(host.port, plan.segment ?? "");
    if (plan.uplink) {
      const { mac, configuration } = plan.uplink;
      const [, name] = sidesOf(plan) as [string, string];
      this.all.set(name, { name, mac: parseMac(mac), address: configuration.address });
    }
    host.done.catch(this.#failed.reject);
    const ready = Promise.withResolvers<void>();
    this.#listen(host, ready.resolve).catch(this.#failed.reject);
    await Promise.race([ready.promise, host.done]);
    return host;
  }

  /** A host has this address from now on. */
  addressed(name: string, address: string): void {
    this.all.set(name, { ...this.all.get(name)!, address });
  }

  /** A host that is none of the lab's: where it is has been found out. */
  known(name: string, address: string): void {
    if (!this.all.has(name)) this.all.set(name, { name, mac: new Uint8Array(6), address });
  }

  async #listen(host: RunningHost, ready: () => void): Promise<void> {
    for await (const one of host.messages) {
      const message = one as Message & Common;
      if (message.kind === "ready") ready();
      else if (message.kind === "secret") this.secrets.push(message.line);
      else {
        if (message.kind === "log") this.#logged(message);
        if (message.kind === "configured") this.addressed(host.name, message.address);
        this.heard(host.name, one);
      }
    }
  }

  #logged({ service, line }: { readonly service: string; readonly line: string }): void {
    const lines = this.log.get(service) ?? [];
    lines.push(line);
    this.log.set(service, lines);
  }
}

/** What a host is called in the ladder; a router has two sides: "router", "router (WAN)". */
export const sidesOf = ({ name, uplink }: HostPlan): string[] =>
  uplink ? [name, `${name} (${uplink.segment})`] : [name];

/** @throws Failure (time ran out) if the work is not done after so many seconds; without a number it may take for ever */
export async function within<T>(seconds: number | undefined, work: Promise<T>): Promise<T> {
  if (seconds === undefined) return work;
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Failure(`the run was not over after ${seconds} s; --timeout gives it longer.`, exit.timedOut),
        ),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
