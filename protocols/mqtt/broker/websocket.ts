// MQTT over WebSocket, the server's end: the HTTP upgrade, and the octets in binary frames. RFC 6455, MQTT 5 §6.
import { Refused } from "../../endpoint/index.ts";
import type { Line } from "./connection.ts";

/** What browsers send of headers is a tenth of this. */
const mostHeaders = 8192;
const patience = 10_000;
/** "mqttv3.1" is what MQTT 3.1 called itself. */
const subprotocols = ["mqtt", "mqttv3.1"];

const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Why a connection is closed, RFC 6455 §7.4.1. */
const Status = { normal: 1000, protocolError: 1002, unsupported: 1003 } as const;

/**
 * Answers the HTTP request on a line that nothing has been read from. What is read from the result, and written to it,
 * is MQTT. The line is closed if this fails.
 * @throws Refused if it is no WebSocket that speaks MQTT, or nothing comes
 */
export async function upgrade(line: Line): Promise<Line> {
  try {
    const { head, rest } = await request(line);
    const fault = faultOf(head);
    if (fault) throw new Refused(fault);
    const protocol = asked(head).find(each => subprotocols.includes(each))!;
    const answer = [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${await acceptance(head.get("sec-websocket-key")!)}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ];
    await line.write(text(answer));
    return new WebSocketLine(line, rest);
  } catch (error) {
    if (error instanceof Refused)
      await line
        .write(text(["HTTP/1.1 400 Bad Request", "Connection: close", "Content-Length: 0"]))
        .catch(() => {});
    await line.close();
    throw error;
  }
}

const text = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);

/** The headers by their names in small letters, "" being the first line, and what came behind them. */
async function request(line: Line): Promise<{ head: Map<string, string>; rest: Uint8Array }> {
  let all = new Uint8Array(0);
  for (;;) {
    const more = await line.read(patience);
    if (!more) throw new Refused("no WebSocket request came");
    all = new Uint8Array([...all, ...more]);
    const head = new TextDecoder("latin1").decode(all.subarray(0, mostHeaders));
    const end = head.indexOf("\r\n\r\n");
    if (end >= 0) return { head: headers(head.slice(0, end)), rest: all.subarray(end + 4) };
    if (all.length >= mostHeaders) throw new Refused(`more than ${mostHeaders} octets of HTTP headers`);
  }
}

function headers(head: string): Map<string, string> {
  const [first = "", ...lines] = head.split("\r\n");
  const all = new Map([["", first]]);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = all.get(name);
    all.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return all;
}

const asked = (head: ReadonlyMap<string, string>): string[] =>
  (head.get("sec-websocket-protocol") ?? "").split(",").map(each => each.trim());

/** §4.2.1 */
function faultOf(head: ReadonlyMap<string, string>): string | undefined {
  const has = (name: string, word: string) =>
    (head.get(name) ?? "").split(",").some(each => each.trim().toLowerCase() === word);
  if (!/^GET \S+ HTTP\/1\.1$/.test(head.get("")!)) return "not an HTTP/1.1 GET";
  if (!has("upgrade", "websocket") || !has("connection", "upgrade")) return "no upgrade to WebSocket";
  if (head.get("sec-websocket-version") !== "13") return "another version of WebSocket than 13";
  if (!/^[A-Za-z0-9+/]{22}==$/.test(head.get("sec-websocket-key") ?? "")) return "no Sec-WebSocket-Key";
  if (!asked(head).some(each => subprotocols.includes(each))) return "the subprotocol mqtt is not offered";
  return undefined;
}

/** §4.2.2: the key with a fixed text behind it, hashed. */
async function acceptance(key: string): Promise<string> {
  const whole = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", whole)).toBase64();
}

/** A frame on its way in: what is left of its payload, and where its mask is. */
interface Frame {
  readonly opcode: number;
  readonly mask: Uint8Array;
  left: number;
  at: number;
}

/** Payloads are handed on as they come: of a frame no more is held than its header, or a control frame's 125 octets. */
class WebSocketLine implements Line {
  #held: Uint8Array;
  #frame: Frame | undefined;
  #control: number[] = [];
  #isFragmented = false;
  #ended = false;

  constructor(
    readonly line: Line,
    rest: Uint8Array,
  ) {
    this.#held = rest;
  }

  get local() {
    return this.line.local;
  }

  get remote() {
    return this.line.remote;
  }

  get ended(): boolean {
    return this.#ended || (this.line.ended && this.#held.length === 0);
  }

  write(octets: Uint8Array): Promise<void> {
    return this.line.write(framed(Opcode.binary, octets));
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const octets = await this.#next();
      if (octets || this.#ended) return octets;
      const more = await this.line.read(milliseconds);
      if (!more) return undefined;
      this.#held = this.#held.length === 0 ? more : joined(this.#held, more);
    }
  }

  async close(): Promise<void> {
    await this.#end(Status.normal);
    await this.line.close();
  }

  /** The next payload in what is held; control frames are answered on the way. */
  async #next(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      this.#frame ??= await this.#begun();
      const frame = this.#frame;
      if (!frame) return undefined;
      const payload = this.#unmasked(frame);
      const isWhole = frame.left === 0;
      if (isWhole) this.#frame = undefined;
      if (frame.opcode >= Opcode.close) {
        this.#control.push(...payload);
        if (isWhole) await this.#controlled(frame.opcode, Uint8Array.from(this.#control.splice(0)));
      } else if (payload.length > 0) return payload;
      if (!isWhole) return undefined;
    }
    return undefined;
  }

  /** §5.2: a frame's header, once it is whole. */
  async #begun(): Promise<Frame | undefined> {
    const held = this.#held;
    if (held.length < 2) return undefined;
    const [first, second] = [held[0]!, held[1]!];
    const opcode = first & 0x0f;
    const isFinal = first >= 0x80;
    const short = second & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const isContinuation = opcode === Opcode.continuation;
    const isControl = opcode >= Opcode.close;
    // A client's frames are masked, reserved bits are not set, and control frames are short and whole.
    if (second < 0x80 || (first & 0x70) !== 0 || (isControl && (!isFinal || extra > 0)))
      return this.#end(Status.protocolError);
    if (opcode === Opcode.text) return this.#end(Status.unsupported);
    if (!isControl && isContinuation !== this.#isFragmented) return this.#end(Status.protocolError);
    if (!isContinuation && opcode !== Opcode.binary && !(isControl && opcode <= Opcode.pong))
      return this.#end(Status.protocolError);
    if (held.length < 6 + extra) return undefined;
    if (!isControl) this.#isFragmented = !isFinal;
    const view = new DataView(held.buffer, held.byteOffset);
    const left = extra === 2 ? view.getUint16(2) : extra === 8 ? Number(view.getBigUint64(2)) : short;
    this.#held = held.subarray(6 + extra);
    return { opcode, mask: held.slice(2 + extra, 6 + extra), left, at: 0 };
  }

  #unmasked(frame: Frame): Uint8Array {
    const size = Math.min(frame.left, this.#held.length);
    const payload = this.#held.slice(0, size);
    for (let i = 0; i < size; i++) payload[i]! ^= frame.mask[(frame.at + i) & 3]!;
    this.#held = this.#held.subarray(size);
    frame.left -= size;
    frame.at += size;
    return payload;
  }

  async #controlled(opcode: number, payload: Uint8Array): Promise<void> {
    if (opcode === Opcode.ping) await this.line.write(framed(Opcode.pong, payload));
    if (opcode === Opcode.close) await this.#end(Status.normal);
  }

  /** Says why, once. Nothing is read after it. */
  async #end(status: number): Promise<undefined> {
    if (this.#ended) return;
    this.#ended = true;
    this.#held = new Uint8Array(0);
    await this.line.write(framed(Opcode.close, Uint8Array.of(status >>> 8, status & 0xff))).catch(() => {});
  }
}

/** §5.2: a server's frames are whole and have no mask. */
function framed(opcode: number, payload: Uint8Array): Uint8Array {
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extra + size);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = extra === 0 ? size : extra === 2 ? 126 : 127;
  if (extra === 2) view.setUint16(2, size);
  if (extra === 8) view.setBigUint64(2, BigInt(size));
  frame.set(payload, 2 + extra);
  return frame;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
