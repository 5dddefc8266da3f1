// Tells the time of the clock that it is given, right or wrong (RFC 5905 §9.2, RFC 4330 §6).
import { type Clock, type Datagram, type Datagrams, type Endpoint, Refused } from "../endpoint/index.ts";
import { isIpv4, parseIpv4 } from "../ipv4/address.ts";
import {
  codeOf,
  isTime,
  Leap,
  Mode,
  message,
  messageIn,
  Stratum,
  type Time,
  type TimeDraft,
} from "./format.ts";
import { cryptoNak, isCryptoNak, type Key, sealed, sealedBy } from "./keys.ts";
import { type Pace, Pacing } from "./pacing.ts";
import { controlAnswer } from "./readvar.ts";
import { fromUnix, nearestInterval, shownTime } from "./timestamp.ts";

export interface ServerSettings {
  /** 1 by default: set by no other server. From 2 on, `reference` is that server's address. */
  readonly stratum?: number;
  /** What the clock is set by: up to four letters below stratum 2 ("LOCL" by default), from there on an IPv4 address. */
  readonly reference?: string;
  /** A leap second at the end of the day, or "not synchronized". */
  readonly leap?: number;
  /** How finely the clock can be read, as a power of two in seconds: -20 by default, about a microsecond. */
  readonly precision?: number;
  /** To the root and back, in seconds. */
  readonly rootDelay?: number;
  /** How far off the clock may be, in seconds. */
  readonly rootDispersion?: number;
  /** Refuses every request, with this code: RATE, DENY or RSTR (RFC 5905 §7.4). */
  readonly kiss?: string;
  /** Tells who asks too often so, by a kiss-o'-death, RATE, and then nothing. By default nobody asks too often. */
  readonly pace?: Pace;
  /** Signs replies to requests that are signed with one of these. By default there are none. */
  readonly keys?: readonly Key[];
  /** Is silent to requests without one of the keys. */
  readonly keysOnly?: boolean;
  /** Calls the time out to an address, every so many seconds, signed with that key if one is named. */
  readonly broadcast?: Broadcasting;
  /** Answers ntpq, who may read variables. The answer is larger than the question: no is the default. */
  readonly control?: boolean;
}

export interface Broadcasting {
  /** "192.168.1.255" or "255.255.255.255"; `datagrams` must be allowed to send there. */
  readonly to: string;
  /** 123 by default. */
  readonly port?: number;
  /** Seconds: 64 by default. */
  readonly interval?: number;
  readonly keyId?: number;
}

/** Takes one line for each answer. */
export type Log = (line: string) => void;

/** Answers until the socket is closed. @throws RangeError or Unwritable for settings that no reply can have */
export async function serve(
  datagrams: Datagrams,
  clock: Clock,
  settings: ServerSettings = {},
  log?: Log,
): Promise<void> {
  const server = new Server(datagrams, clock, settings, log);
  const closed = new AbortController();
  const calling = settings.broadcast && server.call(settings.broadcast, closed.signal);
  for (;;) {
    const datagram = await datagrams.receive();
    const received = clock.now();
    if (!datagram) break;
    await server.answer(datagram, received);
  }
  closed.abort();
  await calling;
}

class Server {
  readonly #datagrams: Datagrams;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #standing: Standing;
  readonly #kissing: Standing | undefined;
  readonly #keys: readonly Key[];
  readonly #settings: ServerSettings;
  readonly #pacing: Pacing | undefined;

  constructor(datagrams: Datagrams, clock: Clock, settings: ServerSettings, log: Log | undefined) {
    this.#datagrams = datagrams;
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#standing = standingOf(settings, clock.now());
    this.#kissing = settings.kiss === undefined ? undefined : kissing(this.#standing, settings.kiss);
    this.#keys = settings.keys ?? [];
    this.#pacing = settings.pace && new Pacing(settings.pace);
    // Better found now than at the first request.
    message.encode({ ...this.#standing, ...unasked, flags: { leap: this.#standing.leap } });
    const { keyId } = settings.broadcast ?? {};
    if (keyId !== undefined && !this.#keys.some(({ id }) => id === keyId))
      throw new RangeError(`there is no key ${keyId} to sign broadcasts with`);
  }

  /** Nothing to what is no request, and at most one datagram to what is. */
  async answer({ octets, from }: Datagram, received: bigint): Promise<void> {
    // Nobody can be answered at port 0.
    const request = from.port === 0 ? undefined : messageIn(octets);
    if (!request) return;
    if (isTime(request)) return this.#tell(octets, request, from, received);
    if (request.flags.mode !== Mode.control || !this.#settings.control || !("operation" in request)) return;
    if (this.#judged(from.address) !== "answer") return;
    const now = fromUnix(this.#clock.now());
    const response = controlAnswer(request, { ...this.#standing, transmitTimestamp: now });
    if (response) await this.#send(response, from);
  }

  async #tell(octets: Uint8Array, request: Time, from: Endpoint, received: bigint): Promise<void> {
    const { version, mode } = request.flags;
    const asks = mode === Mode.client || mode === Mode["symmetric active"];
    if (!asks || version < 1 || version > 4 || isCryptoNak(request)) return;
    const key = sealedBy(octets, request, this.#keys);
    if (this.#settings.keysOnly && !key) return;
    const verdict = this.#judged(from.address);
    if (verdict === "silence") return;
    const refused = verdict === "kiss" ? kissing(this.#standing, "RATE") : this.#kissing;
    const { leap, ...standing } = refused ?? this.#standing;
    const draft: TimeDraft = {
      ...standing,
      flags: {
        leap,
        version,
        mode: mode === Mode.client ? Mode.server : Mode["symmetric passive"],
      },
      poll: verdict === "kiss" ? this.#pacing!.poll : request.poll,
      originTimestamp: request.transmitTimestamp,
      receiveTimestamp: fromUnix(received),
      transmitTimestamp: 0n,
      // A digest by a key that we don't have, or that is wrong.
      ...(request.authenticator && !key && { authenticator: cryptoNak }),
    };
    const sent = this.#clock.now();
    const reply = { ...draft, transmitTimestamp: fromUnix(sent) };
    await this.#send(key ? sealed(reply, key) : message.encode(reply), from);
    const code = verdict === "kiss" ? "RATE" : this.#settings.kiss;
    const said = code ? `kiss-o'-death ${code}` : shownTime(sent);
    const signed = key ? `, key ${key.id}` : reply.authenticator ? ", its key is not accepted" : "";
    this.#log?.(`${from.address} asks for the time: ${said}${signed}`);
  }

  /** Calls out the time until `closed` (RFC 5905 §3, §9.2). */
  async call({ to, port = 123, interval = 64, keyId }: Broadcasting, closed: AbortSignal): Promise<void> {
    const key = this.#keys.find(({ id }) => id === keyId);
    const { leap, ...standing } = this.#standing;
    const flags = { leap, version: 4, mode: Mode.broadcast };
    const poll = Math.max(-7, Math.min(17, Math.round(Math.log2(interval))));
    while (!closed.aborted) {
      const draft = { ...standing, ...unasked, flags, poll, transmitTimestamp: fromUnix(this.#clock.now()) };
      await this.#send(key ? sealed(draft, key) : message.encode(draft), { address: to, port });
      await this.#clock.sleep(interval * 1000, closed);
    }
  }

  #judged(address: string) {
    return this.#pacing?.judge(address, this.#clock.elapsed()) ?? "answer";
  }

  /** Whoever can't be reached must not end a server that has others. */
  async #send(octets: Uint8Array, to: Endpoint): Promise<void> {
    try {
      await this.#datagrams.send(octets, to);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#log?.(error.message);
    }
  }
}

type Standing = ReturnType<typeof standingOf>;

/** What every reply has in common. `set`: when the clock was last set. */
function standingOf(settings: ServerSettings, set: bigint) {
  const { reference = "LOCL" } = settings;
  return {
    leap: settings.leap ?? Leap["no warning"],
    stratum: settings.stratum ?? Stratum.primary,
    precision: settings.precision ?? -20,
    rootDelay: nearestInterval(settings.rootDelay ?? 0),
    rootDispersion: nearestInterval(settings.rootDispersion ?? 0),
    referenceId: isIpv4(reference) ? parseIpv4(reference) : codeOf(reference),
    referenceTimestamp: fromUnix(set),
  };
}

const kissing = (standing: Standing, code: string): Standing => ({
  ...standing,
  leap: Leap["not synchronized"],
  stratum: Stratum.unspecified,
  referenceId: codeOf(code),
});

const unasked = {
  poll: 0,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
  transmitTimestamp: 0n,
};
