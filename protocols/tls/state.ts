// What a TLS conversation remembers: a plain value, of which each record and each message makes a new one.
import type { Conversation, Way } from "../packet/protocol.ts";
import type { Ciphers } from "./ciphers.ts";
import { type Opener, opener13, openerBefore13 } from "./decipher.ts";
import type { Negotiated } from "./exchange.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { chosenVersion, isRetry, type ServerHello } from "./hello.ts";
import type { KeyLog, Label } from "./keylog.ts";
import { HandshakeType, Version } from "./numbers.ts";
import { isEnciphered, type Protection, type RecordValue } from "./records.ts";
import { explicitNonceSize, type Keys, keyBlock, nextTrafficSecret, trafficKeys } from "./schedule.ts";
import { type Suite, suiteOf } from "./suite.ts";

/** What records are opened with: where secrets are found, and the cryptography. */
export interface Means {
  readonly keyLog: KeyLog;
  readonly ciphers: Ciphers;
}

export interface TlsState extends Negotiated {
  readonly clientRandom?: Uint8Array;
  readonly serverRandom?: Uint8Array;
  /** The way that the ClientHello went. */
  readonly clientWay: Way;
  readonly ways: readonly [Direction, Direction];
  /** Of the TCP connection: that of whoever was called first. They tell what TLS carries. */
  readonly ports: readonly [called: number, calling: number];
}

/** One way of the conversation. Keys are in its functions only, so that printing it prints none. */
export interface Direction extends Protection {
  /** How many records were enciphered with the keys in use. */
  readonly sequence: number;
  /** None if the keys are not known. */
  readonly open?: Opener;
  /** The same way after a KeyUpdate (TLS 1.3). */
  readonly updated?: () => Direction;
}

const plain: Direction = { enciphered: false, typeHidden: false, explicitNonce: 0, sequence: 0 };

export const begin = ({ ends: [calling, called] }: Conversation): TlsState => ({
  clientWay: 0,
  ways: [plain, plain],
  ports: [called.port, calling.port],
});

/** Counts enciphered records, for the number of each is part of its nonce and of what its tag covers. */
export function afterRecord({ contentType }: RecordValue, state: TlsState, way: Way): TlsState {
  const direction = state.ways[way];
  if (!direction.enciphered || !isEnciphered(contentType, direction)) return state;
  return turned(state, way, { ...direction, sequence: direction.sequence + 1 });
}

/** Until TLS 1.2 it puts the keys to use that the hellos agreed on; in TLS 1.3 it means nothing. */
export function afterChangeCipherSpec(means: Means, state: TlsState, way: Way): TlsState {
  if (state.version === Version["TLS 1.3"]) return state;
  const suite = suiteOf(state.suite);
  const keys = suite && keysBefore13(means, suite, state)?.[way === state.clientWay ? "client" : "server"];
  return turned(state, way, {
    enciphered: true,
    typeHidden: false,
    explicitNonce: state.version === Version["TLS 1.2"] ? explicitNonceSize(suite?.aead) : 0,
    sequence: 0,
    open: keys && openerBefore13(means.ciphers, keys),
  });
}

/** What the hellos decide, and the changes of keys in TLS 1.3, which follow Finished and KeyUpdate. */
export function afterHandshake(means: Means, message: Handshake, state: TlsState, way: Way): TlsState {
  const clientHello = bodyOf(message, HandshakeType.client_hello);
  if (clientHello) return { ...state, clientRandom: clientHello.random, clientWay: way };
  const serverHello = bodyOf(message, HandshakeType.server_hello);
  if (serverHello) return afterServerHello(means, serverHello, state);
  if (state.version !== Version["TLS 1.3"]) return state;

  if (message.type === HandshakeType.finished) {
    const label = way === state.clientWay ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0";
    return turned(state, way, direction13(means, state, label));
  }
  if (message.type === HandshakeType.key_update) {
    const unknown = { ...state.ways[way], open: undefined };
    return turned(state, way, state.ways[way].updated?.() ?? unknown);
  }
  return state;
}

function afterServerHello(means: Means, hello: ServerHello, state: TlsState): TlsState {
  const version = chosenVersion(hello);
  const chosen = { ...state, version, suite: hello.cipherSuite };
  if (isRetry(hello)) return chosen;
  const known = { ...chosen, serverRandom: hello.random };
  if (version !== Version["TLS 1.3"]) return known;

  const client = direction13(means, known, "CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  const server = direction13(means, known, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
  return { ...known, ways: state.clientWay === 0 ? [client, server] : [server, client] };
}

function keysBefore13(
  { keyLog, ciphers }: Means,
  suite: Suite,
  { version, clientRandom, serverRandom }: TlsState,
): { client: Keys; server: Keys } | undefined {
  if (!suite.aead || version !== Version["TLS 1.2"] || !clientRandom || !serverRandom) return undefined;
  const master = keyLog.secret("CLIENT_RANDOM", clientRandom);
  const randoms = { client: clientRandom, server: serverRandom };
  return master && keyBlock(ciphers, { ...suite, aead: suite.aead }, master, randoms);
}

/** One way of TLS 1.3 from the secret of that name on. */
function direction13(
  { keyLog, ciphers }: Means,
  { suite: number, clientRandom }: TlsState,
  label: Label,
): Direction {
  const suite = suiteOf(number);
  const unknown: Direction = { enciphered: true, typeHidden: true, explicitNonce: 0, sequence: 0 };
  const first = clientRandom && keyLog.secret(label, clientRandom);
  if (!suite?.aead || !first) return unknown;
  const from = (secret: Uint8Array): Direction => ({
    ...unknown,
    open: opener13(ciphers, trafficKeys(ciphers, { ...suite, aead: suite.aead! }, secret)),
    updated: () => from(nextTrafficSecret(ciphers, suite, secret)),
  });
  return from(first);
}

const turned = (state: TlsState, way: Way, direction: Direction): TlsState => ({
  ...state,
  ways: way === 0 ? [direction, state.ways[1]] : [state.ways[0], direction],
});
