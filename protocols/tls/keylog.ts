// The secrets of TLS sessions as the NSS key log format has them (RFC 9850): what a capture is deciphered with.

/**
 * What a secret is of. The master secret until TLS 1.2 goes by CLIENT_RANDOM, what it is made of by PMS_CLIENT_RANDOM,
 * or by RSA and the first eight octets of it enciphered, which is how NSS began.
 */
export type Label =
  | "RSA"
  | "CLIENT_RANDOM"
  | "PMS_CLIENT_RANDOM"
  | "CLIENT_EARLY_TRAFFIC_SECRET"
  | "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  | "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  | "CLIENT_TRAFFIC_SECRET_0"
  | "SERVER_TRAFFIC_SECRET_0"
  | "EARLY_EXPORTER_SECRET"
  | "EXPORTER_SECRET";

const labels: ReadonlySet<string> = new Set<Label>([
  "RSA",
  "CLIENT_RANDOM",
  "PMS_CLIENT_RANDOM",
  "CLIENT_EARLY_TRAFFIC_SECRET",
  "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
  "SERVER_HANDSHAKE_TRAFFIC_SECRET",
  "CLIENT_TRAFFIC_SECRET_0",
  "SERVER_TRAFFIC_SECRET_0",
  "EARLY_EXPORTER_SECRET",
  "EXPORTER_SECRET",
]);

/** A line that could not be read. What stood in it is not told: it may be a secret. */
export interface Unread {
  /** Counted from 1, in the text that was added. */
  readonly line: number;
  readonly reason: string;
}

/** Opens the premaster secret that a client sent under a server's RSA key; `undefined` if it is another's. */
export type PremasterOf = (encrypted: Uint8Array) => Uint8Array | undefined;

/** Secrets by the client's random and what they are of. Printing it prints none. */
export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();
  readonly #keys: PremasterOf[] = [];
  /** Master secrets by the session ID or the ticket that takes the session up again. */
  readonly #sessions = new Map<string, Uint8Array>();
  #premasters = false;

  constructor(text = "") {
    this.add(text);
  }

  /** How many secrets there are. */
  get size(): number {
    return this.#secrets.size;
  }

  /**
   * Adds the lines of a file, of a capture's decryption secrets block, or of the `keylog` event. Comments, empty lines
   * and labels that are not known are passed over; lines that are cut or garbled are told, and the rest is taken.
   */
  add(text: string): Unread[] {
    const unread: Unread[] = [];
    for (const [at, whole] of text.split(/\r?\n/).entries()) {
      const line = whole.trim();
      if (line === "" || line.startsWith("#")) continue;
      const [label = "", random = "", secret = "", ...more] = line.split(/\s+/);
      if (!/^[A-Z][A-Z0-9_]*$/.test(label)) unread.push({ line: at + 1, reason: "no label of a secret" });
      else if (!labels.has(label)) continue;
      else if (label === "RSA" ? !isHex(random, 8) : !isHex(random, 32)) {
        const named =
          label === "RSA"
            ? "premaster secret by its first 8 octets enciphered"
            : "client random of 32 octets";
        unread.push({ line: at + 1, reason: `no ${named}` });
      } else if (more.length > 0 || !isSecret(secret, label === "PMS_CLIENT_RANDOM" ? 1024 : 64))
        unread.push({ line: at + 1, reason: "no secret of 32 to 64 octets" });
      else {
        this.#secrets.set(`${label} ${random.toLowerCase()}`, Uint8Array.fromHex(secret));
        this.#premasters ||= label === "PMS_CLIENT_RANDOM" || label === "RSA";
      }
    }
    return unread;
  }

  /** Sessions whose secret travels under that server's key are opened with it from now on. */
  addKey(key: PremasterOf): void {
    this.#keys.push(key);
  }

  /** Whether secrets are worked out from what clients send, which takes the whole handshake. */
  get opensKeyExchanges(): boolean {
    return this.#keys.length > 0 || this.#premasters;
  }

  /** What the client of that random sent under one of the servers' keys, or what the log says that it was. */
  premaster(clientRandom: Uint8Array, encrypted: Uint8Array | undefined): Uint8Array | undefined {
    const logged =
      this.secret("PMS_CLIENT_RANDOM", clientRandom) ??
      (encrypted && this.secret("RSA", encrypted.subarray(0, 8)));
    if (logged || !encrypted) return logged;
    for (const key of this.#keys) {
      const premaster = key(encrypted);
      if (premaster) return premaster;
    }
    return undefined;
  }

  /** Adds a master secret that was worked out. */
  learn(clientRandom: Uint8Array, master: Uint8Array): void {
    this.#secrets.set(`CLIENT_RANDOM ${clientRandom.toHex()}`, master);
  }

  /** `name`: the session ID or ticket under which the session of that client random may be taken up again. */
  remember(name: Uint8Array, clientRandom: Uint8Array): void {
    const master = this.secret("CLIENT_RANDOM", clientRandom);
    if (name.length === 0 || !master) return;
    this.#sessions.set(name.toHex(), master);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > mostSessions && oldest) this.#sessions.delete(oldest);
  }

  /** The master secret of a session that is taken up again. */
  resumed(name: Uint8Array | undefined): Uint8Array | undefined {
    return name && this.#sessions.get(name.toHex());
  }

  /** `name`: the client's random, or what else a secret of that label goes by. */
  secret(label: Label, name: Uint8Array): Uint8Array | undefined {
    return this.#secrets.get(`${label} ${name.toHex()}`);
  }
}

/** Sessions that may be taken up again are forgotten beyond this number, the oldest first. */
const mostSessions = 4096;

const isHex = (text: string, octets: number): boolean =>
  text.length === 2 * octets && /^[0-9a-f]+$/i.test(text);

/** The size of a hash, or the 48 octets of a master secret; what that is made of may be as long as a group is large. */
const isSecret = (hex: string, most: number): boolean =>
  /^([0-9a-f]{2})+$/i.test(hex) && hex.length >= 64 && hex.length <= 2 * most;
