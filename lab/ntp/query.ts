// `bun lab ntp query SERVER`: what time it is there, how far this clock is off, and how sure one can be. It sets no clock.
import { lookup } from "node:dns/promises";
import { type Datagrams, Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type Measurement, type Query, query } from "../../protocols/ntp/client.ts";
import { codeText, Leap } from "../../protocols/ntp/format.ts";
import { shownTime } from "../../protocols/ntp/timestamp.ts";
import { zonedTime } from "../../protocols/ntp/zone.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import type { Language } from "../words.ts";
import { arrivals } from "./arrivals.ts";
import { explained } from "./explained.ts";
import { keyOf, keysIn } from "./keys-file.ts";
import { rehearse } from "./rehearse.ts";

export interface QueryOptions {
  readonly port: number;
  readonly samples: number;
  /** Seconds. */
  readonly pause: number;
  readonly version: number;
  /** A keys file, and the number of the key in it. */
  readonly keys?: string;
  readonly key?: number;
  /** Whole hours from GMT, or an IANA name; by default the machine's. */
  readonly zone?: number | string;
  readonly plain?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** Seconds, for all of it. */
  readonly timeout: number;
  readonly lang: Language;
}

/** Milliseconds that a request waits for its reply, and how many are sent. */
const patience = { timeout: 1000, tries: 3 } as const;

/** Prints the measurement; returns the exit code. @throws Failure */
export async function queryServer(server: string, options: QueryOptions): Promise<number> {
  const key = keyOf(keysIn(options.keys), options.key);
  const { address, family } = await addressOf(server);
  const clock = hostClock();
  const { openRefusable } = await import("../network/refusable.ts");
  const datagrams = await openRefusable(address, {
    address: family === 6 ? "::" : "0.0.0.0",
    now: await arrivals(clock.now),
  });
  const asked: Query = {
    ...patience,
    server: address,
    port: options.port,
    samples: options.samples,
    pause: options.pause * 1000,
    // Who is told to wait longer than the whole command may take is better told so at once.
    patience: options.timeout * 1000,
    version: options.version,
    plain: options.plain ?? false,
    ...(key && { key }),
  };
  try {
    await rehearse(datagrams, clock, family === 6 ? "::1" : "127.0.0.1");
    const measured = await within(options.timeout, server, datagrams, query(datagrams, clock, asked));
    const now = clock.now() + measured.offset;
    if (options.json) console.log(JSON.stringify(objectOf(server, measured, now)));
    else {
      if (options.verbose) for (const line of explained(measured, options)) console.log(line);
      console.log(lineOf(server, measured, now, options));
    }
    return exit.done;
  } catch (error) {
    throw failed(error, server, options.port);
  } finally {
    datagrams.close();
  }
}

/** "2021-10-08 14:26:20.123456 (+0200) +0.000123 ± 0.000045 s, pc (192.168.1.20), stratum 1 (LOCL)" */
function lineOf(server: string, measured: Measurement, now: bigint, { zone, lang }: QueryOptions): string {
  const here = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { address } = measured.server;
  const named = address === server ? address : `${server} (${address})`;
  const es = lang === "es";
  const leap =
    measured.leap === Leap["no warning"]
      ? ""
      : `, ${es ? "segundo intercalar: el último minuto tiene" : "leap second: the last minute has"} ${nameOf(Leap, measured.leap)}`;
  const signed = measured.keyId === undefined ? "" : `, ${es ? "clave" : "key"} ${measured.keyId}`;
  return `${zonedTime(now, here)} ${seconds(measured.offset, true)} ± ${seconds(measured.error)} s, ${named}, ${es ? "estrato" : "stratum"} ${measured.stratum} (${referenceOf(measured)})${leap}${signed}`;
}

/** Times and intervals in seconds; the four times as text, for a double can't hold them. */
const objectOf = (server: string, measured: Measurement, now: bigint) => ({
  server,
  ...{ address: measured.server.address, port: measured.server.port },
  time: isoOf(now),
  offset: number(measured.offset),
  error: number(measured.error),
  delay: number(measured.delay),
  rootDistance: number(measured.rootDistance),
  jitter: number(measured.jitter),
  stratum: measured.stratum,
  reference: referenceOf(measured),
  leap: nameOf(Leap, measured.leap),
  version: measured.version,
  key: measured.keyId,
  samples: measured.samples.map(({ t1, t2, t3, t4, offset, delay, error }) => ({
    ...{ t1: isoOf(t1), t2: isoOf(t2), t3: isoOf(t3), t4: isoOf(t4) },
    ...{ offset: number(offset), delay: number(delay), error: number(error) },
  })),
  slowed: measured.slowed,
  strays: measured.strays,
});

const number = (nanoseconds: bigint): number => Number(nanoseconds) / 1e9;
const isoOf = (unix: bigint): string => shownTime(unix).replace(" UTC", "Z").replace(" ", "T");
const seconds = (nanoseconds: bigint, signed = false): string =>
  `${signed && nanoseconds >= 0n ? "+" : ""}${number(nanoseconds).toFixed(6)}`;

const referenceOf = ({ stratum, referenceId }: Measurement): string =>
  stratum < 2 ? codeText(referenceId) : dotted(referenceId);

/** The first address of a name; an address stands for itself. */
async function addressOf(server: string): Promise<{ address: string; family: number }> {
  try {
    const found = await lookup(server);
    return { ...found, address: found.family === 6 ? canonical(found.address) : found.address };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usage(
      `"${server}" has no address (${code}); give an address, or a name that this machine can resolve.`,
    );
  }
}

/** As sockets spell it: `::1` for `0:0::1`. */
const canonical = (address: string): string =>
  new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1);

/** @throws Failure (27) if it takes longer; the socket is closed, so that nothing goes on */
async function within<T>(limit: number, server: string, datagrams: Datagrams, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new Failure(`${server} was not measured in ${limit} s; --timeout gives it longer.`, exit.timedOut),
    );
    datagrams.close();
  }, limit * 1000);
  // What the closed socket ends is no news.
  work.catch(() => {});
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(error: unknown, server: string, port: number): unknown {
  if (error instanceof Unanswered)
    return new Failure(
      `${error.message}; is there a time server on ${server}, and does a firewall let UDP port ${port} through?`,
      exit.noReply,
    );
  // Its host speaks, and no server there.
  if (error instanceof Refused && error.messages.length === 0)
    return new Failure(`${error.message}; is ${server} a time server?`, exit.noReply);
  if (error instanceof Refused) return new Failure(`${error.message}.`);
  return error;
}
