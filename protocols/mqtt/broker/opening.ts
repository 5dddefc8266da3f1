// What the broker makes of a client's first packet: a CONNECT to accept, or the reason why not. MQTT 5 §3.1, §3.2 and §4.13.
import { Malformed, Reader } from "../../wire/index.ts";
import { opening } from "../bodies.ts";
import { type DraftOf, type Packet, type PacketOf, packet } from "../format.ts";
import { violations } from "../judge.ts";
import { isPlainlyRight } from "../plain.ts";
import { Property, propertyOf } from "../properties.ts";
import { Reason, ReturnCode } from "../reasons.ts";
import { rules } from "../rules.ts";
import { Type } from "../types.ts";
import { Version } from "../versions.ts";
import type { Limits } from "./limits.ts";
import { brief } from "./log.ts";

/** Why a client's connection ends: a reason code of MQTT 5, and what to say before that version. */
export class Offence extends Error {
  override readonly name = "Offence";
  constructor(
    readonly reason: number,
    /** In words, for MQTT 5's Reason String. */
    readonly detail: string,
    readonly also: {
      /** CONNACK's code before MQTT 5; without one the connection is closed in silence. */
      readonly returnCode?: number;
      /** What the log says of it before it says that the connection has ended. */
      readonly line?: string;
    } = {},
  ) {
    super(detail);
  }
}

/** Reads a packet and holds it against the rules. The broker has every right that they give: it ends the connection. */
export function judged(octets: Uint8Array, version: number): Packet {
  let read: Packet;
  try {
    read = packet.decode(octets, { version });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Offence(rules.malformed.reason, `${error}`);
  }
  if (isPlainlyRight(octets, version)) return read;
  for (const { rule, field, detail } of violations(read, version))
    throw new Offence(rule.reason, `${rule.id}: ${field}: ${detail}`);
  return read;
}

/**
 * The version that a first packet speaks: known before the rest can be read, so that a refusal is in its terms.
 * @throws Offence
 */
export function versionSpoken(octets: Uint8Array, address: string): number {
  const first = firstOf(octets);
  const { protocolName, protocolVersion } = first;
  if (protocolName !== "MQTT" && protocolName !== "MQIsdp")
    throw new Offence(rules.protocolVersion.reason, "an unknown protocol", {
      line: `Invalid protocol "${brief(protocolName)}" in CONNECT from ${address}.`,
    });
  const known: readonly number[] =
    protocolName === "MQTT" ? [Version["MQTT 3.1.1"], Version["MQTT 5"]] : [Version["MQTT 3.1"]];
  if (!known.includes(protocolVersion))
    throw new Offence(rules.protocolVersion.reason, "an unknown version", {
      returnCode: ReturnCode["Connection refused, unacceptable protocol version"],
      line: `Invalid protocol version ${protocolVersion} in CONNECT from ${address}.`,
    });
  return protocolVersion;
}

function firstOf(octets: Uint8Array) {
  if (octets[0]! >>> 4 !== Type.CONNECT)
    throw new Offence(rules.connectFirst.reason, "the first packet is not CONNECT");
  const from = Reader.over(octets);
  from.take(1);
  while (from.u8() >= 0x80);
  try {
    return opening.read(from);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Offence(rules.malformed.reason, "CONNECT can't be read");
  }
}

/** The CONNECT in a first packet. @throws Offence */
export function connectIn(octets: Uint8Array, version: number): PacketOf<"CONNECT"> {
  const connect = judged(octets, version) as PacketOf<"CONNECT">;
  // Only a session that is thrown away can do without a name of the client's choice [MQTT-3.1.3-8].
  const nameless =
    connect.clientIdentifier === "" && (version < 4 || (version < 5 && connect.flags.cleanStart === 0));
  if (nameless)
    throw new Offence(Reason["Client Identifier not valid"], "a client identifier is needed", {
      returnCode: ReturnCode["Connection refused, identifier rejected"],
    });
  if (propertyOf(connect.properties, Property.authenticationMethod) !== undefined)
    throw new Offence(Reason["Bad authentication method"], "this broker has no authentication methods");
  return connect;
}

/** What a client asks for beyond being let in. */
export interface Terms {
  /** Seconds that its session shall last without a connection, within the broker's limit; `Infinity`: for ever. */
  readonly expiry: number;
  /** Seconds, within the broker's limit; 0: none. */
  readonly keepAlive: number;
  /** Messages of QoS 1 and 2 that it takes at a time [MQTT-3.1.2-11.3]. */
  readonly window: number;
  /** The largest packet that it takes, in octets [MQTT-3.1.2-24]. */
  readonly largest: number;
}

export function termsOf(
  { properties, flags, keepAlive }: PacketOf<"CONNECT">,
  version: number,
  limits: Limits,
): Terms {
  const asked =
    version >= 5
      ? secondsOf(propertyOf(properties, Property.sessionExpiryInterval) ?? 0)
      : flags.cleanStart === 1
        ? 0
        : Number.POSITIVE_INFINITY;
  // Before MQTT 5 a client can't be told of another keep alive than its own.
  const most = version >= 5 ? limits.keepAlive : 0;
  return {
    expiry: Math.min(asked, limits.sessionExpiry),
    keepAlive: most > 0 && (keepAlive === 0 || keepAlive > most) ? most : keepAlive,
    window: Math.min(limits.inflight, propertyOf(properties, Property.receiveMaximum) ?? limits.inflight),
    largest: propertyOf(properties, Property.maximumPacketSize) ?? Number.POSITIVE_INFINITY,
  };
}

const forEver = 0xffff_ffff;
/** A Session Expiry Interval: its largest value means for ever (§3.1.2.11.2). */
export const secondsOf = (interval: number): number =>
  interval === forEver ? Number.POSITIVE_INFINITY : interval;
const intervalOf = (seconds: number): number => Math.min(seconds, forEver);

/** CONNACK to a client that is let in. `assigned`: the identifier, if the client left it to the broker. */
export function welcome(
  connect: PacketOf<"CONNECT">,
  {
    version,
    assigned,
    limits,
    terms,
    isPresent,
  }: {
    readonly version: number;
    readonly assigned: string | undefined;
    readonly limits: Limits;
    readonly terms: Terms;
    readonly isPresent: boolean;
  },
): DraftOf<"CONNACK"> {
  // In MQTT 3.1 the flag did not exist.
  const sessionPresent = isPresent && version >= 4 ? 1 : 0;
  const connack = { type: Type.CONNACK, flags: { sessionPresent }, reasonCode: Reason.Success } as const;
  if (version < 5) return connack;
  const properties: Property[] = [
    { identifier: Property.topicAliasMaximum, value: limits.topicAliases },
    { identifier: Property.receiveMaximum, value: limits.inflight },
    { identifier: Property.maximumPacketSize, value: limits.packet },
  ];
  if (assigned !== undefined)
    properties.push({ identifier: Property.assignedClientIdentifier, value: assigned });
  if (terms.keepAlive !== connect.keepAlive)
    properties.push({ identifier: Property.serverKeepAlive, value: terms.keepAlive });
  const asked = secondsOf(propertyOf(connect.properties, Property.sessionExpiryInterval) ?? 0);
  if (terms.expiry !== asked)
    properties.push({ identifier: Property.sessionExpiryInterval, value: intervalOf(terms.expiry) });
  return { ...connack, properties };
}
