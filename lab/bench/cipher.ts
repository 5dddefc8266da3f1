// What TLS itself takes: two ends of it in one process over a Duplex, with no socket and no kernel in between.
import { Duplex } from "node:stream";
import { secure } from "../../protocols/tls/client.ts";
import { accept } from "../../protocols/tls/server.ts";
import { printableAscii, seeded, shuffled } from "../board/random.ts";
import { hostClock } from "../network/clock.ts";
import type { Host } from "../network/contract.ts";
import { DuplexStream } from "../network/stream.ts";
import type { Connection, Version } from "./plan.ts";
import { undisturbed } from "./summary.ts";

export interface CipherPlan {
  /** Those with TLS. */
  readonly connections: readonly Connection[];
  /** Octets that are handed to TLS at a time. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly handshakes: number;
  readonly serverName: string;
  /** PEM. */
  readonly root: string;
  readonly server: Credentials;
  readonly client: Credentials;
  readonly seed: number;
}

/** Of one version, in microseconds: what a tenth of the rounds did not exceed. */
export interface CipherTimes {
  readonly kind: "cipher";
  readonly version: Version;
  readonly suite: string;
  readonly sizes: readonly { readonly size: number; readonly seal: number; readonly open: number }[];
  /** A thousand octets of a block of 64 KiB: what a message costs at all hardly counts in it. */
  readonly kilo: { readonly seal: number; readonly open: number };
}

/**
 * Of handshakes, until the client has verified the chain: milliseconds of the processor's time, of both sides together.
 * Others at work on the machine make them longer, but hardly those.
 */
export interface ComputedTimes extends Connection {
  readonly kind: "computed";
  readonly milliseconds: readonly number[];
}

interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

const warmUp = 200;
/** So many rounds at a time, with so many milliseconds between: what slows the processor down for a moment slows only some. */
const together = 10;
const pause = 20;
const handshakesBefore = 10;
/** Octets: four records as large as they can be (RFC 8446 §5.1). */
const block = 4 * 16_384;
/** The machine's. */
const clock = hostClock();
const mostTurns = 100;

export async function run(host: Host, plan: CipherPlan): Promise<void> {
  const { connections } = plan;
  for (const version of new Set(connections.flatMap(({ version }) => version ?? [])))
    host.tell({ ...(await cipherTimes(version, plan)) });
  const all = connections.map(connection => ({ ...connection, milliseconds: [] as number[] }));
  const order = seeded(plan.seed + 1);
  for (let round = -handshakesBefore; round < plan.handshakes; round++) {
    await clock.sleep(pause);
    for (const one of shuffled(all, order)) {
      const begun = process.cpuUsage();
      const pair = await Pair.secured(one, plan);
      const { user, system } = process.cpuUsage(begun);
      const milliseconds = (user + system) / 1000;
      pair.close();
      if (round >= 0) one.milliseconds.push(milliseconds);
    }
  }
  for (const one of all) host.tell({ kind: "computed", ...one });
}

async function cipherTimes(version: Version, plan: CipherPlan): Promise<CipherTimes> {
  const pair = await Pair.secured({ mode: "server", version }, plan);
  await pair.settle();
  const random = seeded(plan.seed);
  const all = [...plan.sizes, block].map(size => ({
    size,
    octets: printableAscii(size, random),
    seals: [] as number[],
    opens: [] as number[],
  }));
  for (let round = -warmUp; round < plan.rounds; round++) {
    if (round % together === 0) await clock.sleep(pause);
    for (const { octets, seals, opens } of all) {
      const { seal, open } = await pair.pass(octets);
      if (round < 0) continue;
      seals.push(seal);
      opens.push(open);
    }
  }
  const sizes = all.map(({ size, seals, opens }) => ({
    size,
    seal: undisturbed(seals),
    open: undisturbed(opens),
  }));
  const large = sizes.pop()!;
  pair.close();
  return {
    kind: "cipher",
    version,
    suite: pair.suite,
    sizes,
    kilo: { seal: (large.seal / block) * 1000, open: (large.open / block) * 1000 },
  };
}

/** An end of a stream in memory. What is written is kept until it is handed over. */
class End extends Duplex {
  written: Uint8Array[] = [];
  /** Before the measurement, who takes what is written at once. */
  peer: End | undefined;

  override _read(): void {}
  override _write(octets: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    if (this.peer) this.peer.push(octets);
    else this.written.push(octets);
    done();
  }
}

class Pair {
  private constructor(
    readonly near: End,
    readonly far: End,
    readonly client: Awaited<ReturnType<typeof secure>>,
    readonly server: Awaited<ReturnType<typeof accept>>,
  ) {}

  get suite(): string {
    return this.client.suite;
  }

  static async secured({ mode, version }: Connection, plan: CipherPlan): Promise<Pair> {
    const [near, far] = [new End(), new End()];
    near.peer = far;
    far.peer = near;
    const nowhere = { address: "memory", port: 0 };
    const { serverName, root } = plan;
    const isMutual = mode === "mutual";
    const [client, server] = await Promise.all([
      secure(new DuplexStream(near, nowhere, nowhere), {
        ...{ version, serverName, roots: [root], clock },
        ...(isMutual && plan.client),
      }),
      accept(new DuplexStream(far, nowhere, nowhere), {
        ...{ version, ...plan.server, clock },
        ...(isMutual && { clientRoots: [root], require: true }),
      }),
    ]);
    return new Pair(near, far, client, server);
  }

  /** The server's tickets of TLS 1.3 have passed; from here on what is written is kept. */
  async settle(): Promise<void> {
    await clock.sleep(20);
    this.near.peer = undefined;
  }

  /**
   * Seals these octets at one end, and opens what came of it at the other: microseconds of each. Over a
   * Duplex both happen within the call, but for the very first ones. @throws Error if other octets come out
   */
  async pass(octets: Uint8Array): Promise<{ readonly seal: number; readonly open: number }> {
    const begun = process.hrtime.bigint();
    this.client.duplex.write(octets);
    const sealed = process.hrtime.bigint();
    const { written } = this.near;
    this.near.written = [];
    const opened: Uint8Array[] = [];
    let left = octets.length;
    const take = () => {
      for (let out = this.server.duplex.read(); out; out = this.server.duplex.read()) {
        opened.push(out);
        left -= out.length;
      }
    };
    const released = process.hrtime.bigint();
    for (const piece of written) {
      this.far.push(piece);
      take();
    }
    for (let turn = 0; left > 0 && turn < mostTurns; turn++) {
      await this.#turn();
      take();
    }
    const ended = process.hrtime.bigint();
    if (!Buffer.concat(opened).equals(octets))
      throw new Error(`TLS over a Duplex gave back other octets than the ${octets.length} sent`);
    await this.#turn();
    return { seal: Number(sealed - begun) / 1000, open: Number(ended - released) / 1000 };
  }

  #turn(): Promise<void> {
    return new Promise(resolve => setImmediate(resolve));
  }

  close(): void {
    this.client.duplex.destroy();
    this.server.duplex.destroy();
  }
}
