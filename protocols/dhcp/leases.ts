// Who has which address until when: the server's memory, and how it picks an address. RFC 2131 §4.3.1.
import type { Clock } from "../endpoint/index.ts";

/** A client as the server knows it: by its identifier (option 61), or else by its hardware address (RFC 2131 §4.2). */
export interface Tenant {
  readonly key: string;
  /** "00:c0:df:24:ba:6b". */
  readonly mac: string;
  readonly hostName?: string;
}

/** One address: offered to a client, bound to it, or declined because another host uses it. Kept when it has run out. */
export interface Holding extends Tenant {
  readonly address: number;
  readonly state: "offered" | "bound" | "declined";
  /** When it runs out, by the clock's `elapsed()`; `undefined`: never. */
  readonly expires: bigint | undefined;
}

export interface Addresses {
  readonly first: number;
  readonly last: number;
  /** By identifier ("id:…") or MAC address. Nobody else gets these, in the pool or not. */
  readonly reserved: ReadonlyMap<string, number>;
  /** Those that hosts have otherwise: the server's own, the router's. */
  readonly taken: ReadonlySet<number>;
}

/** As many holdings as there are addresses, at the most. */
export class Leases {
  readonly #byAddress = new Map<number, Holding>();
  readonly #byClient = new Map<string, Holding>();
  readonly #reserved: ReadonlySet<number>;

  /** `changed`: called with each lease that is given, declined, or given back; offers are nobody's yet. */
  constructor(
    readonly clock: Clock,
    readonly addresses: Addresses,
    public changed: (holding: Holding) => void = () => {},
  ) {
    this.#reserved = new Set(addresses.reserved.values());
  }

  /** Everything it remembers, whether it has run out or not. */
  [Symbol.iterator](): Iterator<Holding> {
    return this.#byAddress.values();
  }

  /** What the client has, or had last. */
  of(client: Tenant): Holding | undefined {
    return this.#byClient.get(client.key);
  }

  /** What the client has now. */
  current(client: Tenant): Holding | undefined {
    const holding = this.of(client);
    return holding && this.lives(holding) ? holding : undefined;
  }

  lives({ expires }: Holding): boolean {
    return expires === undefined || expires > this.clock.elapsed();
  }

  /**
   * The address for a client: reserved for it, had by it, asked for by it, never used, or longest unused, in
   * this order. `undefined` if none is free.
   */
  choose(client: Tenant, requested?: number): number | undefined {
    const wishes = [this.#reservedFor(client), this.of(client)?.address, requested];
    const wish = wishes.find(address => address !== undefined && this.mayHave(client, address));
    return wish ?? this.#unused() ?? this.#longestUnused();
  }

  /** Whether this server may give this address to this client now. */
  mayHave(client: Tenant, address: number): boolean {
    const holding = this.#byAddress.get(address);
    const free = !holding || !this.lives(holding);
    if (this.#reservedFor(client) === address) return free || holding.state !== "declined";
    if (!this.#isPooled(address)) return false;
    return free || (holding.key === client.key && holding.state !== "declined");
  }

  /** `seconds`: Infinity for ever. */
  hold(client: Tenant, address: number, state: Holding["state"], seconds: number): void {
    const expires = Number.isFinite(seconds)
      ? this.clock.elapsed() + BigInt(Math.round(seconds * 1e9))
      : undefined;
    const holding = { ...client, address, state, expires };
    if (state !== "offered") this.changed(holding);
    this.restore(holding);
  }

  /** Remembers what another run of the server gave. */
  restore(holding: Holding): void {
    this.#forget(this.#byAddress.get(holding.address));
    this.#forget(this.#byClient.get(holding.key));
    this.#byAddress.set(holding.address, holding);
    // A declined address is nobody's.
    if (holding.state !== "declined") this.#byClient.set(holding.key, holding);
  }

  /** Ends what the client has, but remembers it, so that it gets the same address again if it can. */
  release(client: Tenant): void {
    const holding = this.of(client);
    if (holding) this.hold(client, holding.address, holding.state, 0);
  }

  #forget(holding: Holding | undefined): void {
    if (!holding) return;
    this.#byAddress.delete(holding.address);
    this.#byClient.delete(holding.key);
  }

  #reservedFor({ key, mac }: Tenant): number | undefined {
    return this.addresses.reserved.get(key) ?? this.addresses.reserved.get(mac);
  }

  #isPooled(address: number): boolean {
    const { first, last, taken } = this.addresses;
    return address >= first && address <= last && !taken.has(address) && !this.#reserved.has(address);
  }

  #unused(): number | undefined {
    const { first, last } = this.addresses;
    for (let address = first; address <= last; address++)
      if (this.#isPooled(address) && !this.#byAddress.has(address)) return address;
    return undefined;
  }

  #longestUnused(): number | undefined {
    let longest: Holding | undefined;
    for (const holding of this.#byAddress.values())
      if (
        this.#isPooled(holding.address) &&
        !this.lives(holding) &&
        !(longest && longest.expires! <= holding.expires!)
      )
        longest = holding;
    return longest?.address;
  }
}
