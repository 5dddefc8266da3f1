// What a client can ask for when it connects, and the CONNECT that says so. MQTT 5 §3.1, MQTT 3.1.1 §3.1.
import type { IConnectPacket, Packet } from "mqtt-packet";
import type { Stream } from "../../endpoint/index.ts";
import { Unwritable } from "../../wire/index.ts";
import { Version } from "../versions.ts";
import { type MessageProperties, propertiesOf, type UserProperties, userPropertiesOf } from "./message.ts";
import { sendable, topicSendable, whole } from "./sendable.ts";
import type { Store } from "./store.ts";

/** What the client needs of a stream: TCP, or TLS over it. */
export type Line = Omit<Stream, "duplex">;

export interface Options {
  /** "" lets the broker choose one. */
  readonly clientId: string;
  /** 5 by default; 4 is MQTT 3.1.1, 3 is MQTT 3.1. */
  readonly version?: 3 | 4 | 5;
  /** In seconds; 0 switches it off. 60 by default. It holds whether or not anything is awaited. */
  readonly keepAlive?: number;
  /** Whether PINGREQ is sent in time by itself, which is the default; `false` leaves that to who calls `ping`. */
  readonly beat?: boolean;
  /** Whether the session begins anew, which is the default; `false` resumes the one that the broker keeps. */
  readonly cleanStart?: boolean;
  /**
   * How long the broker keeps the session when the connection is gone, in seconds; `forEver`. 0 by default, and with
   * `reconnect` an hour, which DISCONNECT takes back. MQTT 5: before, a session that was not begun clean lasts.
   */
  readonly sessionExpiry?: number;
  readonly userName?: string;
  readonly password?: string | Uint8Array;
  readonly will?: Will;
  /** How many messages of QoS 1 and 2 the broker may have under way to us. MQTT 5; 65535 by default. */
  readonly receiveMaximum?: number;
  /** The largest packet that is taken, in octets; the broker is told (MQTT 5), and nothing larger is buffered. 1 MiB by default. */
  readonly maximumPacketSize?: number;
  /** How many topic aliases the broker may use. MQTT 5; 0 by default. */
  readonly topicAliasMaximum?: number;
  /** Whether topics are sent as aliases, as many as the broker takes. MQTT 5; `false` by default. */
  readonly topicAliases?: boolean;
  readonly requestResponseInformation?: boolean;
  readonly requestProblemInformation?: boolean;
  /** Of CONNECT. MQTT 5. */
  readonly userProperties?: UserProperties;
  /** How long the broker may take for an answer, in milliseconds; 10 000 by default. */
  readonly patience?: number;
  /** How many of our messages of QoS 1 and 2 are under way at the most; by default as many as the broker takes, or 20. */
  readonly inflight?: number;
  /** What of the session outlives the connection; in memory by default. */
  readonly store?: Store;
  /** Opens another connection when one is lost. Without it the session ends with its connection. */
  readonly reconnect?: Reconnect;
  readonly onEvent?: (event: SessionEvent) => void;
  /** Sees every packet that is sent and that came, as mqtt-packet knows it. */
  readonly onPacket?: (way: "sent" | "received", packet: Packet) => void;
}

/** What the broker publishes for a client whose connection ends without DISCONNECT. */
export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  /** How long the broker waits for the client to come back, in seconds. MQTT 5. */
  readonly delay?: number;
  /** MQTT 5. */
  readonly properties?: MessageProperties;
}

export interface Reconnect {
  /** A new stream to the broker, TLS included; it may fail, and is then tried again. */
  readonly dial: () => Promise<Line>;
  /** The first wait and the longest, in milliseconds: 1000 and 60 000 by default. Each is up to twice the one before. */
  readonly first?: number;
  readonly most?: number;
  /** How often in a row it is tried; without a limit by default. */
  readonly attempts?: number;
  /** A number from 0 to 1: the jitter, so that not all clients of a broker come back in the same moment. */
  readonly random?: () => number;
}

export type SessionEvent =
  | { readonly kind: "connected"; readonly sessionPresent: boolean }
  | { readonly kind: "lost"; readonly error: Error }
  | { readonly kind: "waiting"; readonly attempt: number; readonly milliseconds: number }
  /** The broker kept no session: of these messages of QoS 2 nobody knows whether they were delivered. */
  | { readonly kind: "uncertain"; readonly messages: number };

export const forEver = 0xffff_ffff;

/** The same, with the defaults, each value known to fit. @throws Unwritable */
export function checked(options: Options) {
  const {
    version = Version["MQTT 5"],
    keepAlive = 60,
    cleanStart = true,
    maximumPacketSize = 1024 * 1024,
    patience = 10_000,
    topicAliasMaximum = 0,
  } = options;
  sendable(options.clientId, "clientId");
  whole(keepAlive, "keepAlive", 0, 0xffff);
  whole(maximumPacketSize, "maximumPacketSize", 1, 0xffff_ffff);
  if (options.inflight !== undefined) whole(options.inflight, "inflight", 1, 0xffff);
  whole(topicAliasMaximum, "topicAliasMaximum", 0, 0xffff);
  if (options.receiveMaximum !== undefined) whole(options.receiveMaximum, "receiveMaximum", 1, 0xffff);
  if (options.sessionExpiry !== undefined) whole(options.sessionExpiry, "sessionExpiry", 0, forEver);
  if (options.userName !== undefined) sendable(options.userName, "userName");
  if (options.password !== undefined && octetsOf(options.password).length > 0xffff)
    throw new Unwritable("65535 octets are the limit").within("password");
  if (version < 5) refuseSince5(options);
  if (options.will) topicSendable(options.will.topic, "will.topic");
  return {
    ...options,
    version,
    keepAlive,
    cleanStart,
    maximumPacketSize,
    patience,
    topicAliasMaximum,
  };
}

export type Checked = ReturnType<typeof checked>;

function refuseSince5(options: Options): void {
  const since5 = ["sessionExpiry", "receiveMaximum", "topicAliasMaximum", "topicAliases"] as const;
  for (const key of [...since5, "userProperties"] as const)
    if (options[key]) throw new Unwritable("is there since MQTT 5").within(key);
  if (options.will?.delay) throw new Unwritable("is there since MQTT 5").within("will.delay");
  if (options.will?.properties) throw new Unwritable("are there since MQTT 5").within("will.properties");
  if (options.password !== undefined && options.userName === undefined)
    throw new Unwritable("goes with a user name, before MQTT 5").within("password");
  if (options.clientId === "" && options.cleanStart === false)
    throw new Unwritable("a session that lasts needs a name, before MQTT 5").within("clientId");
}

/** `again`: after a connection was lost, the session is resumed, whatever its first CONNECT asked for. */
export function connectPacket(options: Checked, clientId: string, again: boolean): IConnectPacket {
  const { version, will, password, userName } = options;
  const clean = options.cleanStart && !again;
  return {
    cmd: "connect",
    protocolId: version === Version["MQTT 3.1"] ? "MQIsdp" : "MQTT",
    protocolVersion: version,
    clean,
    clientId,
    keepalive: options.keepAlive,
    ...(userName !== undefined && { username: userName }),
    ...(password !== undefined && { password: octetsOf(password) }),
    ...(will && { will: willOf(will, version) }),
    ...(version >= 5 && { properties: connectProperties(options) }),
  };
}

function connectProperties(options: Checked): IConnectPacket["properties"] {
  const { receiveMaximum, topicAliasMaximum, requestResponseInformation, requestProblemInformation } =
    options;
  // A session that is to be resumed after a lost connection must outlive it.
  const sessionExpiry = options.sessionExpiry ?? (options.reconnect ? 3600 : 0);
  return {
    ...(sessionExpiry > 0 && { sessionExpiryInterval: sessionExpiry }),
    ...(receiveMaximum !== undefined && { receiveMaximum }),
    maximumPacketSize: options.maximumPacketSize,
    ...(topicAliasMaximum > 0 && { topicAliasMaximum }),
    ...(requestResponseInformation && { requestResponseInformation }),
    ...(requestProblemInformation !== undefined && { requestProblemInformation }),
    ...(options.userProperties && { userProperties: userPropertiesOf(options.userProperties) }),
  };
}

function willOf(will: Will, version: number): NonNullable<IConnectPacket["will"]> {
  const { topic, payload, qos = 0, retain = false, delay, properties } = will;
  return {
    topic,
    payload: octetsOf(payload),
    qos,
    retain,
    ...(version >= 5 && {
      properties: {
        ...(properties && propertiesOf(properties)),
        ...(delay !== undefined && { willDelayInterval: delay }),
      },
    }),
  };
}

const octetsOf = (value: string | Uint8Array): Buffer =>
  typeof value === "string"
    ? Buffer.from(value)
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
