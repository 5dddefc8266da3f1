// `bun lab ntp serve`: our server standing alone, with this machine's time or one that is wrong on purpose, until it is stopped.
import { Refused } from "../../protocols/endpoint/index.ts";
import { type ServerSettings, serve } from "../../protocols/ntp/server.ts";
import { type Wrongness, wrongClock } from "../../protocols/ntp/wrong-clock.ts";
import { Unwritable } from "../../protocols/wire/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { beforeEnd } from "../network/index.ts";
import { keysIn } from "./keys-file.ts";

export interface ServeOptions extends Omit<ServerSettings, "keys" | "pace" | "broadcast">, Wrongness {
  readonly port: number;
  readonly address: string;
  readonly keys?: string;
  /** Seconds between requests of one client. */
  readonly rate?: number;
  readonly burst: number;
  /** An address, the seconds between calls, and the key they are signed with. */
  readonly broadcast?: string;
  readonly interval: number;
  readonly broadcastKey?: number;
  readonly json?: boolean;
}

/** Returns when it is told to end. @throws Failure */
export async function serveTime(options: ServeOptions): Promise<number> {
  const { port, address, keys, rate, burst, broadcast, interval, broadcastKey, json } = options;
  const settings: ServerSettings = {
    ...options,
    keys: keysIn(keys),
    ...(rate !== undefined && { pace: { interval: rate, burst } }),
    broadcast: broadcast
      ? { to: broadcast, interval, ...(broadcastKey !== undefined && { keyId: broadcastKey }) }
      : undefined,
  } as ServerSettings;
  const machine = hostClock();
  const { openDatagrams } = await import("../network/native.ts");
  const datagrams = await openDatagrams({
    port,
    address,
    broadcast: broadcast !== undefined,
    now: machine.now,
  }).catch(error => {
    throw error instanceof Refused ? new Failure(`${error.message}.`) : error;
  });
  const ended = Promise.withResolvers<void>();
  beforeEnd(async () => {
    datagrams.close();
    await ended.promise;
  });
  const print = (line: string) =>
    console.log(json ? JSON.stringify({ time: new Date().toISOString(), line }) : line);
  console.error(
    `lab: telling the time on UDP ${datagrams.local.address} port ${datagrams.local.port}; Ctrl-C ends it`,
  );
  try {
    await serve(datagrams, wrongClock(machine, options), settings, print);
    return exit.done;
  } catch (error) {
    const wrong = error instanceof RangeError || error instanceof Unwritable;
    throw wrong ? usage(`${error.message}.`) : error;
  } finally {
    datagrams.close();
    ended.resolve();
  }
}
