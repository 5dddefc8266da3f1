// A stream that TLS protects, over a socket of node:tls.
import type { TLSSocket } from "node:tls";
import type { Endpoint, Stream } from "../endpoint/contract.ts";
import { Refused } from "../endpoint/errors.ts";
import type { Verdict } from "../x509/verify.ts";
import { type Circumstances, closedAfter13, HandshakeRefused, refusal } from "./failures.ts";
import type { Shaken } from "./handshaking.ts";
import { commonNameOf } from "./verdicts.ts";

/** How long the peer may take to end its direction once we ended ours, in milliseconds. */
const patience = 2000;

export class SecureStream implements Stream {
  /** "TLS 1.2" */
  readonly version: string;
  /** IANA's name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384". */
  readonly suite: string;
  /** What was agreed on to speak inside TLS (ALPN), if anything. */
  readonly protocol: string | undefined;
  /** Whether a session from before was taken up again. */
  readonly resumed: boolean;
  /** The peer's certificates with their verdicts, from the root down; none if it showed none. */
  readonly chain: readonly Verdict[];
  /** The common name of the peer's own certificate. */
  readonly commonName: string | undefined;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #below: Stream;
  readonly #at: Circumstances;
  #failure: Error | undefined;
  /** Whether the peer has said anything since the handshake. */
  #heard = false;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  /** `socket` has shaken hands over `below`. */
  constructor(
    readonly duplex: TLSSocket,
    below: Stream,
    shaken: Shaken & { readonly chain: readonly Verdict[] },
    at: Circumstances,
  ) {
    ({ version: this.version, suite: this.suite, chain: this.chain } = shaken);
    ({ protocol: this.protocol, resumed: this.resumed } = shaken);
    this.commonName = commonNameOf(this.chain);
    this.local = below.local;
    this.remote = below.remote;
    this.#below = below;
    this.#at = at;
    const wake = () => {
      for (const waiting of this.#waiting) waiting();
    };
    this.#failure = shaken.failed();
    // Without a listener, a reset by the peer would be an uncaught exception.
    duplex.on("error", error => {
      this.#failure ??= error;
      wake();
    });
    for (const event of ["readable", "end", "close"]) duplex.on(event, wake);
  }

  get ended(): boolean {
    return this.duplex.readableEnded || this.duplex.destroyed || this.#failure !== undefined;
  }

  write(octets: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.duplex.write(octets, error => (error ? reject(this.#gone(this.#failure ?? error)) : resolve()));
    });
  }

  /**
   * As `Stream` has it, but for one case: a server that refuses a client's certificate in TLS 1.3 can only say so after
   * the handshake, so an end before its first octet, and any alert, is Refused.
   */
  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    const deadline = milliseconds === undefined ? undefined : performance.now() + milliseconds;
    for (;;) {
      const chunk: Uint8Array | null = this.duplex.read();
      if (chunk) {
        this.#heard = true;
        return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
      if (this.ended) return this.#over();
      if (!(await this.#news(deadline))) return undefined;
    }
  }

  async close(): Promise<void> {
    const deadline = performance.now() + patience;
    this.#closed = true;
    this.duplex.end();
    while (!this.duplex.destroyed && performance.now() < deadline)
      if (this.duplex.read() === null) await this.#news(deadline);
    this.duplex.destroy();
    // Not closed but destroyed: in Bun a socket that TLS was laid over never says that it has ended.
    this.#below.duplex.destroy();
  }

  /** The end of the stream. */
  #over(): undefined {
    if (this.#closed) return;
    if (this.#failure && isAlert(this.#failure)) throw this.#gone(this.#failure);
    if (!this.#heard && this.#at.role === "client" && this.version === "TLS 1.3")
      throw new HandshakeRefused(closedAfter13(this.#at), "closed", this.#failure ? [this.#failure] : []);
  }

  #gone(error: Error): Refused {
    if (isAlert(error)) return refusal(error, this.#at);
    return new Refused(`the connection with ${this.#at.peer} is gone: ${error.message}`, [error]);
  }

  /** Waits until something has happened to the stream; false if nothing has by `deadline`. */
  #news(deadline: number | undefined): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (news: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(news);
      };
      const wake = () => settle(true);
      this.#waiting.add(wake);
      const timer =
        deadline === undefined
          ? undefined
          : setTimeout(() => settle(false), Math.max(0, deadline - performance.now()));
    });
  }
}

const isAlert = (error: Error & { code?: string }): boolean => error.code?.includes("_ALERT_") === true;
