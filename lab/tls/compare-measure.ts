// One case of the comparison: a server, full handshakes with it, the same session taken up again, and what all that took.
import { connect as connectTcp, type Socket } from "node:net";
import { Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { secure } from "../../protocols/tls/client.ts";
import { machineTime } from "../network/clock.ts";
import { DuplexStream } from "../network/stream.ts";
import type { Said } from "../words.ts";
import type { Case } from "./compare-cases.ts";
import { type Cost, costOf, type Tape } from "./compare-cost.ts";
import type { RunningServer } from "./compare-servers.ts";
import { type Piece, taped } from "./compare-tape.ts";

/** What a handshake of a kind came to, over so many of them. */
export interface Measured extends Cost {
  /** Median, of the time from the first octet of the ClientHello until the client has verified the chain and may speak. */
  readonly milliseconds: number;
  /** Of the first one. */
  readonly tape: Tape;
}

export interface Outcome {
  readonly full: Measured;
  /** Or why a session could not be taken up again. */
  readonly resumed: Measured | { readonly objection: Said };
  /** Octets: before the first handshake, and at the most; `undefined` but on Linux. */
  readonly memory: { readonly before: number; readonly peak: number } | undefined;
}

const loopback = "127.0.0.1";
/** How long one handshake may take, in milliseconds. */
const patience = 5000;

/** So many full handshakes, then so many resumed ones, one after another; `root` is PEM. @throws Refused, Unanswered */
export async function measured(
  server: RunningServer,
  one: Case,
  root: string,
  runs: number,
): Promise<Outcome> {
  const before = server.memory()?.now;
  const full = await several(runs, () => shake(server.port, one, root));
  const session = full.at(-1)!.session;
  const again = session && (await several(runs, () => shake(server.port, one, root, session)));
  const memory = server.memory();
  return {
    full: summary(full),
    resumed: resumption(again),
    memory: memory && before !== undefined ? { before, peak: memory.peak } : undefined,
  };
}

function resumption(again: readonly Shaken[] | undefined): Outcome["resumed"] {
  if (!again) return { objection: noSession };
  if (!again.every(({ resumed }) => resumed)) return { objection: notResumed };
  return summary(again);
}

const noSession: Said = {
  en: "the server gave no session to take up again",
  es: "el servidor no dio ninguna sesión que reanudar",
};
const notResumed: Said = {
  en: "the server did not take the session up again",
  es: "el servidor no reanudó la sesión",
};

async function several<T>(runs: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < runs; i++) results.push(await work());
  return results;
}

function summary(shaken: readonly Shaken[]): Measured {
  const times = shaken.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const [{ tape }] = shaken as [Shaken];
  return { ...costOf(tape), milliseconds: times[times.length >> 1]!, tape };
}

interface Shaken {
  readonly tape: Tape;
  readonly milliseconds: number;
  readonly resumed: boolean;
  readonly session: Uint8Array | undefined;
}

/** Shakes hands, says a line, waits for the answer to it, and ends. @throws Refused, Unanswered */
async function shake(port: number, one: Case, root: string, session?: Uint8Array): Promise<Shaken> {
  const pieces: Piece[] = [];
  const secrets: string[] = [];
  const duplex = taped(await connected(port), piece => pieces.push(piece));
  const stream = new DuplexStream(duplex, { address: loopback, port: 0 }, { address: loopback, port });
  let given: Uint8Array | undefined;
  try {
    const safe = await secure(stream, {
      version: one.version,
      suites: one.version === "1.2" ? [one.suite] : undefined,
      serverName: "JORGE-PC",
      roots: [root],
      clock: { now: machineTime },
      patience,
      session,
      onSecret: line => secrets.push(line),
      onSession: ticket => {
        given = ticket;
      },
    });
    const secured = performance.now();
    if (safe.suite !== one.suite) throw new Refused(`the server chose ${safe.suite}`);
    await safe.write(new TextEncoder().encode("Hola XD\n"));
    if (!(await safe.read(patience))) throw new Unanswered("what was said inside TLS", 1, patience);
    return {
      tape: { pieces: pieces.slice(), secrets },
      milliseconds: secured - pieces[0]!.at,
      resumed: safe.resumed,
      session: given ?? safe.duplex.getSession(),
    };
  } finally {
    duplex.destroy();
  }
}

function connected(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: loopback, noDelay: true });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}
