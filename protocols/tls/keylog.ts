// The secrets of TLS sessions as the NSS key log format has them (RFC 9850): what a capture is deciphered with.

/** What a secret is of. The master secret of TLS 1.2 goes by CLIENT_RANDOM. */
export type Label =
  | "CLIENT_RANDOM"
  | "CLIENT_EARLY_TRAFFIC_SECRET"
  | "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  | "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  | "CLIENT_TRAFFIC_SECRET_0"
  | "SERVER_TRAFFIC_SECRET_0"
  | "EARLY_EXPORTER_SECRET"
  | "EXPORTER_SECRET";

const labels: ReadonlySet<string> = new Set<Label>([
  "CLIENT_RANDOM",
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

/** Secrets by the client's random and what they are of. Printing it prints none. */
export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();

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
      else if (!/^[0-9a-f]{64}$/i.test(random))
        unread.push({ line: at + 1, reason: "no client random of 32 octets" });
      else if (more.length > 0 || !isSecret(secret))
        unread.push({ line: at + 1, reason: "no secret of 32 to 64 octets" });
      else this.#secrets.set(`${label} ${random.toLowerCase()}`, Uint8Array.fromHex(secret));
    }
    return unread;
  }

  secret(label: Label, clientRandom: Uint8Array): Uint8Array | undefined {
    return this.#secrets.get(`${label} ${clientRandom.toHex()}`);
  }
}

/** The size of a hash, or the 48 octets of a master secret. */
const isSecret = (hex: string): boolean => /^([0-9a-f]{2}){32,64}$/i.test(hex);
