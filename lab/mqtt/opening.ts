// How `mqtt pub` and `mqtt sub` come to a session: mosquitto's flags, the connection they name, and how it fails.
import { isIP } from "node:net";
import type { Packet } from "mqtt-packet";
import { Refused, Unanswered, Violated } from "../../protocols/endpoint/index.ts";
import { connect, FileStore, forEver, type Options, type Session } from "../../protocols/mqtt/client.ts";
import { Malformed, Unwritable } from "../../protocols/wire/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { debugged } from "./debug.ts";
import { messageProperties, numberOf, type Properties, properties } from "./properties.ts";
import { lineTo, refuseOverWebSocket } from "./transport.ts";

/** The flags that both commands have. */
export interface BrokerOptions {
  readonly host?: string;
  readonly port?: number;
  readonly url?: string;
  readonly topic?: string | readonly string[];
  readonly qos: 0 | 1 | 2;
  readonly id?: string;
  readonly idPrefix?: string;
  readonly username?: string;
  readonly pw?: string;
  readonly keepalive: number;
  readonly disableCleanSession?: boolean;
  readonly sessionExpiryInterval?: number;
  readonly protocolVersion: 3 | 4 | 5;
  readonly property: readonly string[];
  readonly debug?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** An address of this machine. */
  readonly bind?: string;
  readonly willTopic?: string;
  readonly willPayload?: string;
  readonly willQos?: 0 | 1 | 2;
  readonly willRetain?: boolean;
  readonly cafile?: string;
  /** A folder of authorities. */
  readonly capath?: string;
  /** Suites of TLS 1.2, by IANA's names or OpenSSL's. */
  readonly ciphers?: string;
  readonly tlsAlpn?: string;
  /** The path of the WebSocket; `true` for "/mqtt". */
  readonly websocket?: string | true;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly tlsVersion?: "1.2" | "1.3";
  readonly keylog?: string;
  readonly store?: string;
  readonly maxInflight?: number;
  readonly timeout?: number;
}

/** What the flags come to. */
export interface Plan {
  readonly host: string;
  readonly port: number;
  readonly secured: boolean;
  readonly topics: readonly string[];
  readonly properties: Properties;
  readonly options: Options;
}

const clock = hostClock();

/** @throws Failure (usage) */
export function planOf(given: BrokerOptions, name: "pub" | "sub"): Plan {
  const url = given.url === undefined ? undefined : urlOf(given.url);
  const host = url?.host ?? given.host;
  if (host === undefined)
    throw usage(`name the broker: -h HOST, or -L mqtt://HOST/TOPIC; "-h localhost" is one on this machine.`);
  const trusts = (given.cafile ?? given.capath) !== undefined;
  const secured = url?.secured === true || trusts;
  if (secured && !trusts)
    throw usage(
      "TLS needs somebody to trust: --cafile FILE, the authority's certificate, or --capath FOLDER.",
    );
  if (!secured && (given.cert ?? given.key ?? given.insecure ?? given.ciphers ?? given.tlsAlpn) !== undefined)
    throw usage(
      "--cert, --key, --insecure, --ciphers and --tls-alpn go with --cafile FILE or --capath FOLDER.",
    );
  if (given.bind !== undefined && isIP(given.bind) === 0)
    throw usage(`-A takes an address of this machine, such as 192.168.1.20, and not "${given.bind}".`);
  if (given.websocket !== undefined) refuseOverWebSocket(given);
  if ((given.cert === undefined) !== (given.key === undefined))
    throw usage("a client certificate and its key belong together: give --cert FILE and --key FILE.");
  const all = properties(given.property);
  const version = given.protocolVersion;
  if (version < 5 && (given.property.length > 0 || given.sessionExpiryInterval !== undefined))
    throw usage("-D and -x are there since MQTT 5: add -V 5.");
  if (given.disableCleanSession && given.id === undefined)
    throw usage("-c resumes a session by its name: add -i NAME.");
  const topics = [given.topic ?? [], url?.topic ?? []].flat();
  return {
    host,
    port: url?.port ?? given.port ?? (secured ? 8883 : 1883),
    secured,
    topics,
    properties: all,
    options: {
      ...optionsOf(given, all, name),
      ...(url?.userName !== undefined && { userName: url.userName }),
      ...(url?.password !== undefined && { password: url.password }),
    },
  };
}

function optionsOf(given: BrokerOptions, { connect: asked, will }: Properties, name: string): Options {
  const { protocolVersion: version, sessionExpiryInterval, disableCleanSession } = given;
  const expiry =
    sessionExpiryInterval ??
    numberOf(asked, "session-expiry-interval") ??
    (disableCleanSession && version >= 5 ? forEver : undefined);
  const number = (identifier: string, most?: number) => numberOf(asked, identifier, most);
  const receiveMaximum = number("receive-maximum", 0xffff);
  const maximumPacketSize = number("maximum-packet-size") ?? 0x1000_0000;
  const [responses, problems] = [
    number("request-response-information", 1),
    number("request-problem-information", 1),
  ];
  if (given.willTopic === undefined && (given.willPayload ?? given.willQos ?? given.willRetain) !== undefined)
    throw usage("a will needs a topic: --will-topic TOPIC.");
  return {
    clientId: given.id ?? `${given.idPrefix ?? `lab_${name}_`}${process.pid}`,
    version,
    keepAlive: given.keepalive,
    cleanStart: !disableCleanSession,
    maximumPacketSize,
    ...(expiry !== undefined && { sessionExpiry: expiry }),
    ...(receiveMaximum !== undefined && { receiveMaximum }),
    topicAliasMaximum: number("topic-alias-maximum", 0xffff) ?? 0,
    ...(responses !== undefined && { requestResponseInformation: responses === 1 }),
    ...(problems !== undefined && { requestProblemInformation: problems === 1 }),
    ...(asked.user.length > 0 && { userProperties: asked.user }),
    ...(given.username !== undefined && { userName: given.username }),
    ...(given.pw !== undefined && { password: given.pw }),
    ...(given.maxInflight !== undefined && { inflight: given.maxInflight }),
    ...(given.willTopic !== undefined && {
      will: {
        topic: given.willTopic,
        payload: new TextEncoder().encode(given.willPayload ?? ""),
        qos: given.willQos ?? 0,
        retain: given.willRetain ?? false,
        delay: numberOf(will, "will-delay-interval"),
        properties: messageProperties(will),
      },
    }),
  };
}

/** The session that the flags ask for. @throws Failure, with mosquitto's exit code */
export async function openSession(
  plan: Plan,
  given: BrokerOptions,
  more: Partial<Options> = {},
): Promise<Session> {
  const onPacket = given.debug ? debugged(plan.options.clientId, line => console.error(line)) : undefined;
  const store = given.store === undefined ? undefined : new FileStore(given.store);
  const open = () => lineTo(plan, given);
  return connect(await open(), clock, {
    ...plan.options,
    ...(onPacket && { onPacket }),
    ...(store && { store }),
    ...(more.reconnect && { reconnect: { ...more.reconnect, dial: open } }),
    ...(more.onEvent && { onEvent: more.onEvent }),
  });
}

function urlOf(text: string) {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "mqtt:" && url.protocol !== "mqtts:") || url.hostname === "")
    throw usage(
      `-L takes mqtt(s)://[USER[:PASSWORD]@]HOST[:PORT]/TOPIC, and not "${text.replace(/:[^/@]*@/, ":…@")}".`,
    );
  const topic = decodeURIComponent(url.pathname.slice(1)) + url.hash;
  return {
    secured: url.protocol === "mqtts:",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? undefined : Number(url.port),
    userName: url.username === "" ? undefined : decodeURIComponent(url.username),
    password: url.password === "" ? undefined : decodeURIComponent(url.password),
    topic: topic === "" ? undefined : topic,
  };
}

/** A dialogue that failed, as a command fails: one sentence, and the exit code that mosquitto's clients have for it. */
export function failureOf(error: unknown): unknown {
  if (error instanceof Unwritable) return usage(`${error.message}.`);
  if (error instanceof Unanswered) return new Failure(`${error.message}.`, exit.noReply);
  if (error instanceof Violated || error instanceof Malformed) return new Failure(`${error.message}.`);
  if (!(error instanceof Refused)) return error;
  const [packet] = error.messages as readonly Packet[];
  const code = packet?.cmd === "connack" ? (packet.reasonCode ?? packet.returnCode) : undefined;
  return new Failure(`${error.message}.`, code ?? exit.failed);
}
