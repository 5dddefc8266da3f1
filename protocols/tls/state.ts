// What a TLS conversation remembers: a plain value, of which each record and each message makes a new one.
import type { Conversation, Way } from "../packet/protocol.ts";
import { optionOf } from "../wire/index.ts";
import { type Ciphers, hashSize } from "./ciphers.ts";
import { type Opener, opener13, openerBefore13, openerOfBlocks } from "./decipher.ts";
import { type Direction, type Epoch, outcomeOf, plain } from "./direction.ts";
import type { Negotiated } from "./exchange.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { type ClientHello, chosenDraft, chosenVersion, draftOf, isRetry, type ServerHello } from "./hello.ts";
import type { KeyLog, Label } from "./keylog.ts";
import { learnMaster, masterOf, randomsOf, type Session } from "./master.ts";
import { ExtensionType, HandshakeType, Version } from "./numbers.ts";
import type { RecordValue } from "./records.ts";
import { explicitIvSize, explicitNonceSize, keyBlock, nextTrafficSecret, trafficKeys } from "./schedule.ts";
import { randomOf, type Ssl2ClientHello } from "./ssl2.ts";
import { type Suite, suiteOf } from "./suite.ts";

/** What records are opened with: where secrets are found, and the cryptography. */
export interface Means {
  readonly keyLog: KeyLog;
  readonly ciphers: Ciphers;
}

export interface TlsState extends Negotiated, Session {
  /** The way that the ClientHello went. */
  readonly clientWay: Way;
  readonly ways: readonly [Direction, Direction];
  /** Block ciphers: the MAC covers what was enciphered (RFC 7366). */
  readonly encryptThenMac?: boolean;
  /** Of the TCP connection: that of whoever was called first. They tell what TLS carries. */
  readonly ports: readonly [called: number, calling: number];
}

export const begin = ({ ends: [calling, called] }: Conversation): TlsState => ({
  clientWay: 0,
  ways: [plain, plain],
  ports: [called.port, calling.port],
});

/** Counts enciphered records, for the number of each is part of its nonce and of what its tag covers. */
export function afterRecord(record: RecordValue, state: TlsState, way: Way): TlsState {
  const { after } = outcomeOf(state.ways[way], record);
  return after === state.ways[way] ? state : turned(state, way, after);
}

/** Until TLS 1.2 it puts the keys to use that the hellos agreed on; in TLS 1.3 it means nothing. */
export function afterChangeCipherSpec(means: Means, state: TlsState, way: Way): TlsState {
  const { version } = state;
  // Before the ServerHello only a client of TLS 1.3 says it, with early data (RFC 8446 §D.4).
  if (version === Version["TLS 1.3"] || state.ways[way].epoch === "early") return state;
  const suite = suiteOf(state.suite);
  return turned(state, way, {
    ...plain,
    enciphered: true,
    epoch: "session",
    explicitNonce: version === Version["TLS 1.2"] ? explicitNonceSize(suite?.aead) : 0,
    iv: suite && explicitIvSize(version, suite),
    open: suite && openerOfSession(means, suite, state, way),
  });
}

/**
 * With the messages of the handshake so far, as they went over the wire, where the master secret has to be worked out
 * of them (RFC 7627 §3): from a ClientHello on, without HelloRequests (RFC 5246 §7.4.1.1).
 */
export function transcribed({ keyLog }: Means, octets: Uint8Array, state: TlsState): TlsState {
  const [type] = octets;
  if (!keyLog.opensKeyExchanges || type === HandshakeType.hello_request) return state;
  if (type === HandshakeType.client_hello) return { ...state, transcript: [octets.slice()] };
  const { transcript = [] } = state;
  if (transcript.length === 0) return state;
  const whole = transcript.length < longestTranscript ? [...transcript, octets.slice()] : undefined;
  return { ...state, transcript: whole };
}

/** Messages up to the ClientKeyExchange: a handshake has about seven. */
const longestTranscript = 32;

/** What the hellos decide, and the changes of keys in TLS 1.3, which follow Finished, EndOfEarlyData and KeyUpdate. */
export function afterHandshake(means: Means, message: Handshake, state: TlsState, way: Way): TlsState {
  const clientHello = bodyOf(message, HandshakeType.client_hello);
  if (clientHello) return afterClientHello(means, clientHello, state, way);
  const serverHello = bodyOf(message, HandshakeType.server_hello);
  if (serverHello) return afterServerHello(means, serverHello, state);
  if (state.version !== Version["TLS 1.3"]) return afterHandshakeBefore13(means, message, state);

  const direction = state.ways[way];
  if (message.type === HandshakeType.key_update)
    return turned(state, way, direction.updated?.() ?? { ...direction, open: undefined });
  const turns =
    (message.type === HandshakeType.finished && direction.epoch !== "application") ||
    (message.type === HandshakeType.end_of_early_data && direction.epoch === "early");
  return turns && direction.next ? turned(state, way, direction.next()) : state;
}

/** A client that offers TLS in a hello of SSL 2.0. */
export const afterSsl2ClientHello = (hello: Ssl2ClientHello, state: TlsState, way: Way): TlsState => ({
  ...state,
  clientRandom: randomOf(hello),
  clientWay: way,
  ticket: undefined,
});

function afterClientHello(means: Means, hello: ClientHello, state: TlsState, way: Way): TlsState {
  const { random, extensions = [] } = hello;
  const ticket = optionOf(extensions, ExtensionType.session_ticket);
  const known: TlsState = { ...state, clientRandom: random, clientWay: way, ticket };
  if (optionOf(extensions, ExtensionType.early_data)) return turned(known, way, earlyData(means, hello));
  // A server that wants another hello does not take early data (RFC 8446 §4.2.10).
  return state.ways[way].epoch === "early" ? turned(known, way, plain) : known;
}

function afterServerHello(means: Means, hello: ServerHello, state: TlsState): TlsState {
  const version = chosenVersion(hello);
  const chosen = { ...state, version, draft: chosenDraft(hello), suite: hello.cipherSuite };
  if (isRetry(hello)) return chosen;
  const extensions = hello.extensions ?? [];
  const known = {
    ...chosen,
    serverRandom: hello.random,
    sessionId: hello.sessionId,
    encryptThenMac: optionOf(extensions, ExtensionType.encrypt_then_mac) === true,
    extendedMasterSecret: optionOf(extensions, ExtensionType.extended_master_secret) === true,
  };
  if (version !== Version["TLS 1.3"]) return known;

  const handshakeOf = (side: "CLIENT" | "SERVER") =>
    direction13(means, known, `${side}_HANDSHAKE_TRAFFIC_SECRET`, "handshake", () =>
      direction13(means, known, `${side}_TRAFFIC_SECRET_0`, "application"),
    );
  const early = state.ways[state.clientWay];
  const client: Direction =
    early.epoch === "early" ? { ...early, next: () => handshakeOf("CLIENT") } : handshakeOf("CLIENT");
  const server = handshakeOf("SERVER");
  return { ...known, ways: state.clientWay === 0 ? [client, server] : [server, client] };
}

/** What the messages after the hellos add to the secrets, until TLS 1.2. */
function afterHandshakeBefore13({ keyLog, ciphers }: Means, message: Handshake, state: TlsState): TlsState {
  const exchange = bodyOf(message, HandshakeType.client_key_exchange);
  if (exchange) {
    const sent = "encryptedPremasterSecret" in exchange ? exchange.encryptedPremasterSecret : undefined;
    learnMaster(keyLog, ciphers, state, sent);
    if (state.clientRandom && state.sessionId) keyLog.remember(state.sessionId, state.clientRandom);
    return { ...state, transcript: undefined };
  }
  const ticket = bodyOf(message, HandshakeType.new_session_ticket)?.ticket;
  if (ticket && state.clientRandom) keyLog.remember(ticket, state.clientRandom);
  return state;
}

function openerOfSession(
  { keyLog, ciphers }: Means,
  suite: Suite,
  state: TlsState,
  way: Way,
): Opener | undefined {
  const { version = 0, encryptThenMac = false } = state;
  const { aead, block, mac } = suite;
  const [randoms, master] = [randomsOf(state), masterOf(keyLog, state)];
  if (!randoms || !master || version < Version["SSL 3.0"]) return undefined;
  const keysOfWay = () =>
    keyBlock(ciphers, version, suite, master, randoms)[way === state.clientWay ? "client" : "server"];
  if (aead) return version === Version["TLS 1.2"] ? openerBefore13(ciphers, aead, keysOfWay()) : undefined;
  if (!block || !mac) return undefined;
  const beforeTls = version < Version["TLS 1.0"];
  return openerOfBlocks(ciphers, { cipher: block, mac, encryptThenMac, beforeTls }, keysOfWay());
}

/** One way of TLS 1.3 from the secret of that name on. */
function direction13(
  { keyLog, ciphers }: Means,
  { suite: number, draft, clientRandom }: TlsState,
  label: Label,
  epoch: Epoch,
  next?: () => Direction,
): Direction {
  const suite = suiteOf(number);
  const unknown: Direction = { ...plain, enciphered: true, typeHidden: true, epoch, next };
  const first = clientRandom && keyLog.secret(label, clientRandom);
  if (!suite?.aead || !first) return unknown;
  const { aead, hash } = suite;
  const from = (secret: Uint8Array, updates: number): Direction => ({
    ...unknown,
    updates,
    open: opener13(ciphers, aead, trafficKeys(ciphers, aead, hash, secret, draft), draft),
    updated: () => from(nextTrafficSecret(ciphers, suite, secret, draft), updates + 1),
  });
  return from(first, 0);
}

/**
 * What the client sends before the server has answered. Its suite is that of the session that it takes up again (RFC
 * 8446 §4.2.10), which the hello does not name: the first of those it offers that opens a record.
 */
function earlyData(
  { keyLog, ciphers }: Means,
  { random, cipherSuites, extensions = [] }: ClientHello,
): Direction {
  const secret = keyLog.secret("CLIENT_EARLY_TRAFFIC_SECRET", random);
  const offered = optionOf(extensions, ExtensionType.supported_versions) ?? [];
  const draft = offered.includes(Version["TLS 1.3"]) ? undefined : offered.map(draftOf).find(Boolean);
  const openers = cipherSuites.flatMap(number => {
    const suite = number >> 8 === 0x13 ? suiteOf(number) : undefined;
    if (!secret || !suite?.aead || secret.length !== hashSize[suite.hash]) return [];
    const keys = trafficKeys(ciphers, suite.aead, suite.hash, secret, draft);
    return [opener13(ciphers, suite.aead, keys, draft)];
  });
  const open: Opener = (place, record) => {
    for (const one of openers) {
      const opened = one(place, record);
      if (opened) return opened;
    }
    return undefined;
  };
  return {
    ...plain,
    enciphered: true,
    typeHidden: true,
    epoch: "early",
    open: openers.length > 0 ? open : undefined,
  };
}

const turned = (state: TlsState, way: Way, direction: Direction): TlsState => ({
  ...state,
  ways: way === 0 ? [direction, state.ways[1]] : [state.ways[0], direction],
});
