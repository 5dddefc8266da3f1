// The secrets of a session in the order in which they come about: RFC 5246 §6.3, §8.1, RFC 7627, and RFC 8446 §7.1.
import type { Way } from "../../../protocols/packet/index.ts";
import { type Ciphers, hashSize } from "../../../protocols/tls/ciphers.ts";
import { HandshakeType, type KeyLog, Version } from "../../../protocols/tls/index.ts";
import type { Label } from "../../../protocols/tls/keylog.ts";
import {
  expandLabel,
  join,
  keyBlock,
  type PrfHash,
  prf,
  prfHash,
  trafficKeys,
} from "../../../protocols/tls/schedule.ts";
import type { Suite } from "../../../protocols/tls/suite.ts";
import type { Said } from "../../words.ts";
import { words } from "./secret-words.ts";
import type { Secret } from "./walk.ts";

/** A message of the handshake, as it went into the transcript. */
export interface Passed {
  readonly packet: number;
  readonly way: Way;
  readonly type: number;
  readonly octets: Uint8Array;
  readonly retries: boolean;
  readonly verifyData?: Uint8Array;
}

export interface Gathered {
  version?: number;
  suite?: Suite;
  clientRandom?: Uint8Array;
  serverRandom?: Uint8Array;
  readonly passed: Passed[];
  finished: number;
  resumed: boolean;
  retried: boolean;
  preShared: boolean;
  extendedMasterSecret: boolean;
}

/** `after`: the place of the message with which it can be worked out; `opens`: the records that it is the key of. */
export type Made = Secret & {
  readonly after?: number;
  readonly opens?: { readonly way: Way; readonly epoch: string };
};

interface Options {
  readonly ciphers: Ciphers;
  readonly secrets: boolean;
}

export function secretsOf(session: Gathered, keyLog: KeyLog, options: Options): Made[] {
  const { version, suite, clientRandom, serverRandom } = session;
  if (version === undefined || !suite || !clientRandom || !serverRandom) return [];
  const schedule = new Schedule(session, suite, options);
  return version === Version["TLS 1.3"]
    ? schedule.of13(label => keyLog.secret(label, clientRandom))
    : schedule.before13(version, keyLog.secret("CLIENT_RANDOM", clientRandom), {
        client: clientRandom,
        server: serverRandom,
      });
}

const sides = ["client", "server"] as const;

class Schedule {
  readonly #made: Made[] = [];
  constructor(
    readonly session: Gathered,
    readonly suite: Suite,
    readonly options: Options,
  ) {}

  before13(
    version: number,
    master: Uint8Array | undefined,
    randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  ): Made[] {
    const { suite, session, options } = this;
    const { ciphers } = options;
    const hash = prfHash(version, suite);
    const name = version < Version["TLS 1.2"] ? "PRF" : `PRF-${hash}`;
    const exchange = this.#place(HandshakeType.client_key_exchange);
    const hello = this.#place(HandshakeType.server_hello);
    const agreed = suite.keyExchange ?? "?";
    const premaster = session.resumed
      ? []
      : [
          this.#add({
            name: "premaster secret",
            size: agreed === "RSA" ? 48 : 0,
            formula:
              agreed === "RSA"
                ? "48 octets of the client's choice"
                : `${agreed}(own private key, the other's public key)`,
            says: words.premaster,
            reference: "RFC 5246 §8.1",
            from: [],
            after: exchange,
          }),
        ];
    const isExtended = session.extendedMasterSecret;
    const made = this.#add({
      name: "master secret",
      size: 48,
      formula: session.resumed
        ? "that of the earlier session"
        : isExtended
          ? `${name}(premaster secret, "extended master secret", Hash(ClientHello … ClientKeyExchange))`
          : `${name}(premaster secret, "master secret", client random + server random)`,
      says: words.master,
      reference: isExtended ? "RFC 7627 §4" : "RFC 5246 §8.1",
      from: premaster,
      after: session.resumed ? hello : exchange,
      octets: master,
      known: "told",
    });
    const keys = master && keyBlock(ciphers, version, suite, master, randoms);
    const block = `${name}(master secret, "key expansion", server random + client random)`;
    for (const [way, side] of sides.entries()) {
      const own = keys?.[side];
      if (suite.mac && !suite.aead)
        this.#add({
          ...keyOf(`${side} write MAC key`, own?.mac, words.mac),
          formula: `${block}: ${side} MAC`,
          from: [made],
          after: exchange,
        });
      this.#add({
        ...keyOf(`${side} write key`, own?.key, words.key),
        formula: `${block}: ${side} key`,
        from: [made],
        after: session.resumed ? hello : exchange,
        opens: { way: way as Way, epoch: "session" },
      });
      if (!own || own.iv.length > 0)
        this.#add({
          ...keyOf(`${side} write IV`, own?.iv, words.iv),
          formula: `${block}: ${side} IV`,
          from: [made],
          after: session.resumed ? hello : exchange,
        });
    }
    for (const [at, { way, verifyData }] of session.passed.entries()) {
      if (!verifyData) continue;
      const side = sides[way];
      const transcript = this.#hash(at, hash);
      const computed =
        master && transcript && prf(ciphers, hash, master, `${side} finished`, transcript, verifyData.length);
      this.#verify(
        side,
        at,
        `${name}(master secret, "${side} finished", Hash(all messages before it))[0..11]`,
        "RFC 5246 §7.4.9",
        made,
        computed,
        verifyData,
      );
    }
    return this.#made;
  }

  of13(secret: (label: Label) => Uint8Array | undefined): Made[] {
    const { suite, session, options } = this;
    const { hash } = suite;
    const size = hashSize[hash];
    const zeros = new Uint8Array(size);
    const hello = this.#last(HandshakeType.server_hello);
    const early = this.#add({
      name: "Early Secret",
      size,
      formula: session.preShared ? "HKDF-Extract(0, PSK)" : "HKDF-Extract(0, 0)",
      says: session.preShared ? words.earlyShared : words.early,
      reference: "RFC 8446 §7.1",
      from: [],
      after: 0,
      octets: session.preShared ? undefined : options.ciphers.hmac(hash, zeros, zeros),
      isPublic: !session.preShared,
    });
    const handshake = this.#add({
      name: "Handshake Secret",
      size,
      formula: 'HKDF-Extract(Derive-Secret(Early Secret, "derived", ""), (EC)DHE)',
      says: words.handshake,
      reference: "RFC 8446 §7.1",
      from: [early],
      after: hello,
    });
    const traffic = (
      parent: number,
      letter: "hs" | "ap",
      upTo: string,
      label: (side: "CLIENT" | "SERVER") => Label,
      after: number,
      epoch: string,
    ): void => {
      for (const [way, side] of sides.entries()) {
        const value = secret(label(side.toUpperCase() as "CLIENT" | "SERVER"));
        const made = this.#add({
          name: `${side} ${epoch} traffic secret`,
          size,
          formula: `Derive-Secret(${letter === "hs" ? "Handshake" : "Master"} Secret, "${side[0]} ${letter} traffic", ${upTo})`,
          says: words.traffic,
          reference: "RFC 8446 §7.1",
          from: [parent],
          after,
          octets: value,
          known: "told",
        });
        this.#keys(side, way as Way, epoch, value, made, after);
      }
    };
    traffic(
      handshake,
      "hs",
      "ClientHello … ServerHello",
      side => `${side}_HANDSHAKE_TRAFFIC_SECRET`,
      hello,
      "handshake",
    );
    for (const [at, { way, verifyData }] of session.passed.entries()) {
      if (!verifyData) continue;
      const side = sides[way];
      const base = secret(`${side.toUpperCase() as "CLIENT" | "SERVER"}_HANDSHAKE_TRAFFIC_SECRET`);
      const finishedKey = base && expandLabel(options.ciphers, hash, base, "finished", size);
      const parent = this.#made.findIndex(({ name }) => name === `${side} handshake traffic secret`);
      const key = this.#add({
        ...keyOf(`${side} finished key`, finishedKey, words.finishedKey, "RFC 8446 §4.4.4"),
        size,
        formula: `HKDF-Expand-Label(${side} handshake traffic secret, "finished", "", ${size})`,
        from: [parent],
        after: hello,
      });
      const transcript = this.#hash(at, hash);
      const computed = finishedKey && transcript && options.ciphers.hmac(hash, finishedKey, transcript);
      this.#verify(
        side,
        at,
        `HMAC(${side} finished key, Hash(all messages before it))`,
        "RFC 8446 §4.4.4",
        key,
        computed,
        verifyData,
      );
    }
    const finished = session.passed.findIndex(({ verifyData, way }) => verifyData && way === 1);
    const after = finished < 0 ? undefined : finished;
    const master = this.#add({
      name: "Master Secret",
      size,
      formula: 'HKDF-Extract(Derive-Secret(Handshake Secret, "derived", ""), 0)',
      says: words.master13,
      reference: "RFC 8446 §7.1",
      from: [handshake],
      after,
    });
    traffic(
      master,
      "ap",
      "ClientHello … server Finished",
      side => `${side}_TRAFFIC_SECRET_0`,
      after ?? hello,
      "application",
    );
    this.#add({
      name: "exporter secret",
      size,
      formula: 'Derive-Secret(Master Secret, "exp master", ClientHello … server Finished)',
      says: words.exporter,
      reference: "RFC 8446 §7.5",
      from: [master],
      after,
      octets: secret("EXPORTER_SECRET"),
      known: "told",
    });
    return this.#made;
  }

  #keys(
    side: string,
    way: Way,
    epoch: string,
    value: Uint8Array | undefined,
    from: number,
    after: number,
  ): void {
    const { aead, hash } = this.suite;
    if (!aead) return;
    const keys = value && trafficKeys(this.options.ciphers, aead, hash, value);
    this.#add({
      ...keyOf(`${side} ${epoch} key`, keys?.key, words.key, "RFC 8446 §7.3"),
      formula: `HKDF-Expand-Label(${side} ${epoch} traffic secret, "key", "", key length)`,
      from: [from],
      after,
      opens: { way, epoch },
    });
    this.#add({
      ...keyOf(`${side} ${epoch} IV`, keys?.iv, words.iv13, "RFC 8446 §7.3"),
      formula: `HKDF-Expand-Label(${side} ${epoch} traffic secret, "iv", "", 12)`,
      from: [from],
      after,
    });
  }

  #verify(
    side: string,
    at: number,
    formula: string,
    reference: string,
    from: number,
    computed: Uint8Array | undefined,
    sent: Uint8Array,
  ): void {
    this.#add({
      name: `${side} verify_data`,
      size: sent.length,
      formula,
      says: words.verify,
      reference,
      from: [from],
      after: at,
      octets: computed,
      // It was sealed once, and opens nothing.
      isPublic: true,
      ...(computed && { matches: computed.toHex() === sent.toHex() }),
    });
  }

  #add({
    octets,
    known = "derived",
    size,
    ...made
  }: Omit<Made, "known" | "value"> & {
    readonly octets?: Uint8Array;
    readonly known?: Secret["known"];
  }): number {
    const tells = this.options.secrets || made.isPublic;
    const value = octets && { known, ...(tells && { value: octets.toHex() }) };
    return this.#made.push({ ...made, size: octets?.length ?? size, ...value }) - 1;
  }

  /** The hash of all messages before the one at this place (RFC 8446 §4.4.1); `undefined` if they are not all known. */
  #hash(at: number, hash: PrfHash): Uint8Array | undefined {
    if (hash === "MD5 of SHA-1" || this.session.passed[0]?.type !== HandshakeType.client_hello)
      return undefined;
    const { ciphers } = this.options;
    const before = this.session.passed.slice(0, at);
    const retry = before.findIndex(({ retries }) => retries);
    const octets = before.map((one, i) => {
      if (i !== 0 || retry < 0) return one.octets;
      // The first hello stands in the transcript as its hash.
      const digest = ciphers.hash(this.suite.hash, one.octets);
      return join(Uint8Array.of(254, 0, 0, digest.length), digest);
    });
    const whole = join(...octets);
    // Before TLS 1.2 both stand side by side (RFC 2246 §7.4.9).
    if (hash === "MD5 and SHA-1") return join(ciphers.hash("MD5", whole), ciphers.hash("SHA-1", whole));
    return ciphers.hash(hash, whole);
  }

  #place(type: number): number | undefined {
    const at = this.session.passed.findIndex(one => one.type === type);
    return at < 0 ? undefined : at;
  }

  #last(type: number): number {
    return Math.max(
      0,
      this.session.passed.findLastIndex(one => one.type === type),
    );
  }
}

const keyOf = (name: string, octets: Uint8Array | undefined, says: Said, reference = "RFC 5246 §6.3") => ({
  name,
  size: octets?.length ?? 0,
  says,
  reference,
  ...(octets && { octets }),
});
