// MQTT over WebSocket, as a client has it: binary frames of any size, subprotocol "mqtt". MQTT 5 §6, RFC 6455.
import { type Endpoint, Refused, Unanswered } from "../../endpoint/index.ts";
import type { Line } from "./options.ts";

/** What TLS below it trusts and shows, PEM; Bun's own, which a page leaves to its browser. */
export interface WebSocketCredentials {
  readonly roots: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

/** What was written and has not left: more than this is waited for. */
const mostBuffered = 1 << 20;
/** How often it is looked at, in milliseconds: a WebSocket does not say when it has drained. */
const look = 2;
const patienceToClose = 2000;

/** Opens "ws://…" or "wss://…". @throws Refused, or Unanswered after `milliseconds` */
export async function dialWebSocket(
  url: string,
  credentials?: WebSocketCredentials,
  milliseconds = 10_000,
): Promise<Line> {
  const { roots, certificate, key } = credentials ?? {};
  const tls = credentials && {
    ca: [...roots!],
    ...(certificate && { cert: certificate }),
    ...(key && { key }),
  };
  const socket = tls
    ? new WebSocket(url, { protocols: ["mqtt"], tls } as never)
    : new WebSocket(url, ["mqtt"]);
  socket.binaryType = "arraybuffer";
  const line = new WebSocketLine(socket, endOf(url));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Unanswered(url, 1, milliseconds)), milliseconds);
  socket.addEventListener("open", () => resolve());
  socket.addEventListener("close", ({ reason, code }) =>
    reject(new Refused(`${url}: no WebSocket is to be had there: ${reason || `closed (${code})`}`)),
  );
  try {
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  if (socket.protocol === "mqtt") return line;
  socket.close();
  throw new Refused(`${url}: the server does not speak MQTT over WebSocket [MQTT-6.0.0-4]`);
}

class WebSocketLine implements Line {
  /** A WebSocket does not tell its own address. */
  readonly local: Endpoint = { address: "", port: 0 };
  readonly #arrived: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(
    readonly socket: WebSocket,
    readonly remote: Endpoint,
  ) {
    socket.addEventListener("message", ({ data }) => {
      // MQTT in text frames is against [MQTT-6.0.0-1].
      if (data instanceof ArrayBuffer) this.#arrived.push(new Uint8Array(data));
      else socket.close(1003);
      this.#wake?.();
    });
    for (const event of ["close", "error"])
      socket.addEventListener(event, () => {
        this.#isOver = true;
        this.#wake?.();
      });
  }

  get ended(): boolean {
    return this.#isOver && this.#arrived.length === 0;
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    if (this.#arrived.length === 0 && !this.#isOver && milliseconds !== 0)
      await new Promise<void>(resolve => {
        const timer = milliseconds === undefined ? undefined : setTimeout(() => this.#wake?.(), milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          this.#wake = undefined;
          resolve();
        };
      });
    return this.#arrived.shift();
  }

  async write(octets: Uint8Array): Promise<void> {
    if (this.#isOver || this.socket.readyState !== WebSocket.OPEN)
      throw new Refused(`the WebSocket with ${this.remote.address}:${this.remote.port} is gone`);
    this.socket.send(octets.slice());
    while (this.socket.bufferedAmount > mostBuffered && !this.#isOver)
      await new Promise(resolve => setTimeout(resolve, look));
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.socket.addEventListener("close", () => resolve());
    const timer = setTimeout(resolve, patienceToClose);
    this.socket.close(1000);
    await promise;
    clearTimeout(timer);
    this.#isOver = true;
    this.#wake?.();
  }
}

function endOf(text: string): Endpoint {
  const { hostname, port, protocol } = new URL(text);
  return {
    address: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || (protocol === "wss:" ? 443 : 80)),
  };
}
