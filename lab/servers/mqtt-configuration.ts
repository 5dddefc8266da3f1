// The common keys of Mosquitto's configuration file, for the lab's broker. mosquitto.conf(5).
import { usage } from "../failure.ts";

export interface Listening {
  port: number;
  /** Loopback, unless a person names another. */
  address: string;
  isWebSocket: boolean;
  certificate?: string;
  key?: string;
  /** Who vouches for clients. */
  roots?: string;
  /** Revocation lists of every authority above a client, in PEM. */
  crls?: string;
  requiresCertificate: boolean;
  /** The common name of the certificate is the user name. */
  namesFromCertificate: boolean;
  version?: "1.2" | "1.3";
}

export interface Configuration {
  readonly listeners: Listening[];
  /** Paths. */
  passwords?: string;
  acl?: string;
  /** Where sessions and retained messages are kept; without it, in memory. */
  database?: string;
  allowAnonymous?: boolean;
  /** Seconds. */
  system: number;
  readonly limits: Partial<Record<Limit, number>>;
  /** Keys that were passed over, with their line. */
  readonly passedOver: string[];
}

type Limit =
  | "packet"
  | "connections"
  | "inflight"
  | "queued"
  | "queuedOctets"
  | "keepAlive"
  | "sessionExpiry"
  | "topicAliases"
  | "retained";

export const loopback = "127.0.0.1";
export const listening = (port: number, address = loopback): Listening => ({
  port,
  address,
  isWebSocket: false,
  requiresCertificate: false,
  namesFromCertificate: false,
});

/** @throws Failure with file, line and what belongs there */
export function configurationIn(text: string, file: string): Configuration {
  const found: Configuration = { listeners: [], system: 10, limits: {}, passedOver: [] };
  let persistence = { on: false, folder: "", name: "mosquitto.db" };
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [key = "", value = ""] = /^(\S+)\s*(.*)$/.exec(line)!.slice(1);
    const wrong = (what: string) => usage(`${file}, line ${i + 1}: ${key}: ${what}.`);
    const whole = (least: number, most: number): number => {
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < least || number > most)
        throw wrong(`a number from ${least} to ${most} belongs here, not "${value}"`);
      return number;
    };
    const yes = (): boolean => {
      if (value !== "true" && value !== "false") throw wrong(`true or false belongs here, not "${value}"`);
      return value === "true";
    };
    const last = (): Listening => {
      const listener = found.listeners.at(-1);
      if (!listener) throw wrong("a listener line must come before it");
      return listener;
    };
    if (key === "listener") {
      const [port, address] = value.split(/\s+/);
      if (!/^\d+$/.test(port ?? "") || Number(port) > 65_535) throw wrong("listener PORT [ADDRESS]");
      found.listeners.push(listening(Number(port), address));
    } else if (key === "port") found.listeners.push(listening(whole(0, 65_535)));
    else if (key === "bind_address") last().address = value;
    else if (key === "protocol") {
      if (value !== "mqtt" && value !== "websockets") throw wrong(`mqtt or websockets, not "${value}"`);
      last().isWebSocket = value === "websockets";
    } else if (key === "certfile") last().certificate = value;
    else if (key === "keyfile") last().key = value;
    else if (key === "cafile") last().roots = value;
    else if (key === "crlfile") last().crls = value;
    else if (key === "require_certificate") last().requiresCertificate = yes();
    else if (key === "use_identity_as_username") last().namesFromCertificate = yes();
    else if (key === "tls_version") {
      if (value !== "tlsv1.2" && value !== "tlsv1.3") throw wrong(`tlsv1.2 or tlsv1.3, not "${value}"`);
      last().version = value === "tlsv1.3" ? "1.3" : "1.2";
    } else if (key === "password_file") found.passwords = value;
    else if (key === "acl_file") found.acl = value;
    else if (key === "allow_anonymous") found.allowAnonymous = yes();
    else if (key === "sys_interval") found.system = whole(0, 65_535);
    else if (key === "persistence") persistence = { ...persistence, on: yes() };
    else if (key === "persistence_location") persistence = { ...persistence, folder: value };
    else if (key === "persistence_file") persistence = { ...persistence, name: value };
    else if (key === "persistent_client_expiration") found.limits.sessionExpiry = seconds(value, wrong);
    else if (key in limits) {
      const { limit, zero } = limits[key]!;
      const number = whole(0, 2 ** 31);
      found.limits[limit] = number === 0 ? zero : number;
    } else if (passedOver.includes(key)) found.passedOver.push(`${key} (line ${i + 1})`);
    else throw wrong("this key is not known");
  }
  if (persistence.on)
    found.database = persistence.folder
      ? `${persistence.folder.replace(/\/?$/, "/")}${persistence.name}`
      : persistence.name;
  return found;
}

/** What 0 means there: mostly no limit, which here is the largest one. */
const limits: Readonly<Record<string, { limit: Limit; zero: number }>> = {
  max_packet_size: { limit: "packet", zero: 0x0fff_ffff },
  message_size_limit: { limit: "packet", zero: 0x0fff_ffff },
  max_connections: { limit: "connections", zero: 1_000_000 },
  max_inflight_messages: { limit: "inflight", zero: 65_535 },
  max_queued_messages: { limit: "queued", zero: 1_000_000 },
  max_queued_bytes: { limit: "queuedOctets", zero: 2 ** 30 },
  max_keepalive: { limit: "keepAlive", zero: 0 },
  max_topic_alias: { limit: "topicAliases", zero: 0 },
};

/** What the lab's broker does in its own way: they do no harm. */
const passedOver = [
  "autosave_interval",
  "autosave_on_changes",
  "connection_messages",
  "log_dest",
  "log_timestamp",
  "log_timestamp_format",
  "log_type",
  "per_listener_settings",
  "pid_file",
  "queue_qos0_messages",
  "set_tcp_nodelay",
  "socket_domain",
  "user",
];

/** "2h", "14d", "1w", "1m", "1y" */
function seconds(value: string, wrong: (what: string) => Error): number {
  const [, number, unit] = /^(\d+)([hdwmy])$/.exec(value) ?? [];
  if (!number) throw wrong(`a number with h, d, w, m or y behind it belongs here, not "${value}"`);
  const hours = { h: 1, d: 24, w: 168, m: 720, y: 8760 }[unit as "h"];
  return Number(number) * hours * 3600;
}
