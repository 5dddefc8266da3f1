// What the bench came to: each connection, and on it each size.
import type { CipherTimes, ComputedTimes } from "./cipher.ts";
import type { MemoryTaken } from "./memory.ts";
import type { Passed, WireOctets } from "./octets.ts";
import { type Connection, nameOf } from "./plan.ts";
import { type Summary, summaryOf, undisturbed } from "./summary.ts";
import type { Cycle, CycleTimes, ShakenTimes } from "./times.ts";

/** What one size took on one connection. Times in microseconds. */
export interface SizeResult {
  readonly octets: number;
  readonly write: Summary;
  readonly read: Summary;
  /** Medians of each, so that they sum up about; `send` and `take` are differences of medians. Nothing is sealed without TLS. */
  readonly encode: number;
  readonly seal: number;
  readonly open: number;
  readonly decode: number;
  /** What is left of the call that writes: the system call, which carries the octets as far as the broker's socket. */
  readonly send: number;
  /** From there until the runtime says that the packet is taken. */
  readonly told: number;
  /** What is left of read: the runtime comes to see that there are octets, and the system call that takes them. */
  readonly take: number;
  /** For one message there and back. */
  readonly wire: Passed;
}

export interface ConnectionResult extends Connection {
  readonly name: string;
  readonly suite: string | undefined;
  /** Milliseconds. */
  readonly tcp: Summary;
  readonly tls: Summary | undefined;
  /** Of TLS: what a tenth of the handshakes did not exceed. */
  readonly shortest: number | undefined;
  /** The processor's time of both sides without network, in one process. */
  readonly computed: number | undefined;
  /** What making the connection took on the wire. */
  readonly making: Passed;
  /** Microseconds a thousand octets. */
  readonly cipher: { readonly seal: number; readonly open: number } | undefined;
  /** Octets that a session takes in the board's process, and that the engine counts for it; where that could be measured. */
  readonly memory: { readonly resident: number; readonly heap: number } | undefined;
  readonly sizes: readonly SizeResult[];
}

/** What the programs of the bench told, in any order. */
export interface Told {
  readonly shaken: readonly ShakenTimes[];
  readonly cycles: readonly CycleTimes[];
  readonly cipher: readonly CipherTimes[];
  readonly computed: readonly ComputedTimes[];
  readonly wire: readonly WireOctets[];
  /** By the connection's place. */
  readonly memory: ReadonlyMap<number, MemoryTaken>;
}

export function resultOf(connections: readonly Connection[], told: Told): ConnectionResult[] {
  return connections.map((connection, i): ConnectionResult => {
    const shaken = told.shaken.find(one => one.connection === i)!;
    const wire = told.wire.find(one => one.connection === i)!;
    const cipher = told.cipher.find(one => one.version === connection.version);
    const memory = told.memory.get(i);
    const computed = told.computed.find(
      ({ mode, version }) => mode === connection.mode && version === connection.version,
    );
    return {
      ...connection,
      name: nameOf(connection),
      suite: shaken.suite ?? undefined,
      tcp: summaryOf(shaken.tcp),
      tls: shaken.tls.length > 0 ? summaryOf(shaken.tls) : undefined,
      shortest: shaken.tls.length > 0 ? undisturbed(shaken.tls) : undefined,
      computed: computed && undisturbed(computed.milliseconds),
      making: wire.making,
      cipher: cipher?.kilo,
      memory: memory && { resident: memory.resident, heap: memory.heap },
      sizes: told.cycles
        .filter(one => one.connection === i)
        .map(({ size, cycles }) => {
          const sealed = cipher?.sizes.find(one => one.size === size) ?? { seal: 0, open: 0 };
          const { size: _, ...passed } = wire.sizes.find(one => one.size === size)!;
          return sizeResult(size, cycles, sealed, passed);
        }),
    };
  });
}

function sizeResult(
  octets: number,
  cycles: readonly Cycle[],
  { seal, open }: { readonly seal: number; readonly open: number },
  wire: Passed,
): SizeResult {
  const of = (part: keyof Cycle): Summary => summaryOf(cycles.map(one => one[part]));
  const write = of("write");
  const read = of("read");
  const call = of("call").median;
  return {
    octets,
    write,
    read,
    encode: of("encode").median,
    seal,
    open,
    decode: of("decode").median,
    send: call - seal,
    told: summaryOf(cycles.map(one => one.write - one.call)).median,
    take: read.median - open,
    wire,
  };
}
