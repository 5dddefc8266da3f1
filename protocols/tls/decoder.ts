// TLS for the dissector: records over TCP, and over them handshake messages, alerts, and what was enciphered.
import type { AnyProtocol, Payload, Protocol, Way } from "../packet/protocol.ts";
import type { Value } from "../wire/index.ts";
import { outcomeOf } from "./direction.ts";
import { glance } from "./glance.ts";
import { bodyOf, type Handshake, handshake, handshakeSize } from "./handshake.ts";
import { isRetry, serverName } from "./hello.ts";
import { ContentType, HandshakeType } from "./numbers.ts";
import {
  type Alert,
  alert,
  changeCipherSpec,
  isEnciphered,
  type RecordValue,
  record,
  recordBegins,
  recordRecognized,
  recordSize,
} from "./records.ts";
import { type Ssl2ClientHello, ssl2, ssl2ClientHello } from "./ssl2.ts";
import {
  afterChangeCipherSpec,
  afterHandshake,
  afterRecord,
  afterSsl2ClientHello,
  begin,
  type Means,
  type TlsState,
  transcribed,
} from "./state.ts";
import { alertText, contentText, handshakeName, printable, shortVersion } from "./wording.ts";

/** HTTPS, DNS over TLS, and MQTT without and with client certificate. */
const ports = [443, 853, 8883, 8884];

/** To find the messages in a packet: `packet.all(kinds.handshake)`. */
export const kinds = {
  record: { name: "tls", format: record },
  handshake: { name: "tls.handshake", format: handshake },
  ssl2Hello: { name: "tls.ssl2", format: ssl2ClientHello },
  changeCipherSpec: { name: "tls.change_cipher_spec", format: changeCipherSpec },
  alert: { name: "tls.alert", format: alert },
} as const;

/**
 * The protocols of TLS. With a session's secrets in the key log its records are opened, and what they hold is dissected
 * further by the ports that are bound in "tls.port".
 */
export const tls = (means: Means): AnyProtocol[] => [
  records,
  handshakeMessages(means),
  ssl2Hellos(means),
  changesOfCipherSpec(means),
  alerts,
];

const records: Protocol<RecordValue, TlsState> = {
  ...kinds.record,
  title: "Transport Layer Security",
  reference: "RFC 8446 §5",
  over: ports.map(key => ({ table: "tcp.port", key })),
  summary: recordText,
  state: begin,
  reads: (state, way) => state.ways[way],
  after: afterRecord,
  payload,
  frame: recordSize,
  begins: recordBegins,
  recognizes: recordRecognized,
  glance,
  column: (value, state) => shortVersion(state?.version ?? value?.version),
};

const handshakeMessages = (means: Means): Protocol<Handshake, TlsState> => ({
  ...kinds.handshake,
  title: "TLS handshake",
  reference: "RFC 8446 §4",
  over: [{ table: "tls.content", key: ContentType.handshake }],
  summary: handshakeText,
  stateOf: "tls",
  hears: (octets, state) => transcribed(means, octets, state),
  after: (message, state, way) => afterHandshake(means, message, state, way),
  frame: handshakeSize,
});

const ssl2Hellos = (means: Means): Protocol<Ssl2ClientHello, TlsState> => ({
  ...kinds.ssl2Hello,
  title: "SSL 2.0 hello",
  reference: "RFC 5246 §E.2",
  over: [{ table: "tls.content", key: ssl2 }],
  summary: () => "Client Hello (in SSL 2.0)",
  stateOf: "tls",
  hears: (octets, state) => transcribed(means, octets, state),
  after: afterSsl2ClientHello,
});

const changesOfCipherSpec = (means: Means): Protocol<Value<typeof changeCipherSpec>, TlsState> => ({
  ...kinds.changeCipherSpec,
  title: "TLS change of cipher spec",
  reference: "RFC 5246 §7.1",
  over: [{ table: "tls.content", key: ContentType.change_cipher_spec }],
  summary: () => "Change Cipher Spec",
  stateOf: "tls",
  after: (_, state, way) => afterChangeCipherSpec(means, state, way),
  frame: () => 1,
});

const alerts: Protocol<Alert, TlsState> = {
  ...kinds.alert,
  title: "TLS alert",
  reference: "RFC 8446 §6",
  over: [{ table: "tls.content", key: ContentType.alert }],
  summary: ({ level, description }) => alertText(level, description),
  stateOf: "tls",
  frame: () => 2,
};

/** What a record carries: its fragment, or what that was before it was enciphered. */
function payload(value: RecordValue, state: TlsState, way: Way): Payload | undefined {
  const direction = state.ways[way];
  if (value.contentType === ssl2) return { bindings: carrying(ssl2, state) };
  if (!isEnciphered(value.contentType, direction))
    return { bindings: carrying(value.contentType, state), stream: true };
  const { opened } = outcomeOf(direction, value);
  if (!opened) return undefined;
  const { contentType, octets } = opened;
  const title = `Decrypted TLS (${octets.length} ${octets.length === 1 ? "octet" : "octets"})`;
  return { bindings: carrying(contentType, state), opened: { title, octets }, stream: true };
}

const carrying = (contentType: number, { ports }: TlsState): Payload["bindings"] =>
  contentType === ContentType.application_data
    ? ports.map(key => ({ table: "tls.port", key }))
    : [{ table: "tls.content", key: contentType }];

/** Others than enciphered ones are told by what is in them. */
function recordText({ contentType, fragment }: RecordValue): string {
  if (contentType === ContentType.application_data) return "Application Data";
  return contentType === ssl2 ? "SSL 2.0" : contentText(contentType, fragment !== undefined);
}

function handshakeText(message: Handshake): string {
  const clientHello = bodyOf(message, HandshakeType.client_hello);
  const name = clientHello && serverName(clientHello);
  if (name !== undefined) return `Client Hello (${printable(name)})`;
  const serverHello = bodyOf(message, HandshakeType.server_hello);
  if (serverHello && isRetry(serverHello)) return "Hello Retry Request";
  return handshakeName(message.type);
}
