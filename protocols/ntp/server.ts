// Tells the time of the clock that it is given, right or wrong (RFC 5905 §9.2, RFC 4330 §6).
import type { Clock, Datagrams } from "../endpoint/index.ts";
import { isIpv4, parseIpv4 } from "../ipv4/address.ts";
import { codeOf, isTime, Leap, Mode, message, messageIn, Stratum, type Time } from "./format.ts";
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
  const standing = standingOf(settings, clock.now());
  // Better found now than at the first request.
  message.encode({ ...standing, ...unasked, flags: { leap: standing.leap } });
  for (;;) {
    const datagram = await datagrams.receive();
    const received = clock.now();
    if (!datagram) return;
    // Nobody can be answered at port 0.
    const request = datagram.from.port === 0 ? undefined : requestIn(datagram.octets);
    if (!request) continue;
    const { version, mode } = request.flags;
    const reply = {
      ...standing,
      flags: {
        leap: standing.leap,
        version,
        mode: mode === Mode.client ? Mode.server : Mode["symmetric passive"],
      },
      poll: request.poll,
      originTimestamp: request.transmitTimestamp,
      receiveTimestamp: fromUnix(received),
    };
    const sent = clock.now();
    await datagrams.send(message.encode({ ...reply, transmitTimestamp: fromUnix(sent) }), datagram.from);
    const said = settings.kiss ? `kiss-o'-death ${settings.kiss}` : shownTime(sent);
    log?.(`${datagram.from.address} asks for the time: ${said}`);
  }
}

/** What every reply has in common. `set`: when the clock was last set. */
function standingOf({ kiss, reference = "LOCL", ...settings }: ServerSettings, set: bigint) {
  return {
    leap: kiss ? Leap["not synchronized"] : (settings.leap ?? Leap["no warning"]),
    stratum: kiss ? Stratum.unspecified : (settings.stratum ?? Stratum.primary),
    precision: settings.precision ?? -20,
    rootDelay: nearestInterval(settings.rootDelay ?? 0),
    rootDispersion: nearestInterval(settings.rootDispersion ?? 0),
    referenceId: !kiss && isIpv4(reference) ? parseIpv4(reference) : codeOf(kiss ?? reference),
    referenceTimestamp: fromUnix(set),
  };
}

const unasked = {
  poll: 0,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
  transmitTimestamp: 0n,
};

/** What is to be answered: requests of clients, and of peers, for whom we are a passive one. */
function requestIn(octets: Uint8Array): Time | undefined {
  const request = messageIn(octets);
  if (!request || !isTime(request)) return undefined;
  const { mode, version } = request.flags;
  const asks = mode === Mode.client || mode === Mode["symmetric active"];
  return asks && version >= 1 && version <= 4 ? request : undefined;
}
