// A client for tests of exactly once: it keeps the state that the standard asks for, and its connections are cut at moments that a test names.
import type { Line } from "../broker/connection.ts";
import { type Packet, type PacketDraft, packet } from "../format.ts";
import { Frames } from "../frames.ts";
import { Property } from "../properties.ts";
import { Type } from "../types.ts";

const version = 5;
const window = 20;

export interface RoughOptions {
  readonly id: string;
  /** A new connection to the broker; fails while there is none. */
  readonly dial: () => Promise<Line>;
  /** Whether the connection is to be cut right after this packet went, or came. */
  readonly cut: (packet: PacketDraft | Packet, went: boolean) => boolean;
  readonly filter?: string;
}

/** MQTT 5, QoS 2, with a session that lasts. Goes on until `stop`. */
export class RoughClient {
  /** Payloads of messages that were handed over, each when its PUBLISH came for the first time. */
  readonly heard: string[] = [];
  cuts = 0;
  readonly #outgoing = new Map<number, { topic: string; text: string; isReleased: boolean }>();
  readonly #line: { topic: string; text: string }[] = [];
  readonly #taken = new Set<number>();
  #last = 0;
  #write: ((draft: PacketDraft) => void) | undefined;
  #isStopped = false;
  #stream: Line | undefined;
  #ready = Promise.withResolvers<void>();

  constructor(readonly options: RoughOptions) {}

  /** Messages that are not completed yet. */
  get left(): number {
    return this.#outgoing.size + this.#line.length;
  }

  /** Once it has subscribed, or is connected if it does not. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  publish(topic: string, text: string): void {
    this.#line.push({ topic, text });
    this.#fill();
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#connection(await this.options.dial());
      } catch {
        // There is no broker at the moment, or it has just gone.
      }
      this.#write = undefined;
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#stream?.close();
  }

  async #connection(stream: Line): Promise<void> {
    this.#stream = stream;
    let isCut = false;
    const send = (draft: PacketDraft) => {
      if (isCut) return;
      void stream.write(packet.encode(draft, { version })).catch(() => {});
      isCut ||= this.#cuts(draft, true);
      if (isCut) void stream.close();
    };
    send({
      type: Type.CONNECT,
      protocolName: "MQTT",
      protocolVersion: version,
      flags: { cleanStart: 0 },
      keepAlive: 0,
      properties: [{ identifier: Property.sessionExpiryInterval, value: 3600 }],
      clientIdentifier: this.options.id,
    });
    const frames = new Frames(1 << 20);
    while (!isCut) {
      const octets = await stream.read();
      if (!octets) break;
      for (const whole of frames.feed(octets)) {
        const read = packet.decode(whole, { version });
        // What has come has come, though the answer to it may not go any more.
        isCut ||= this.#cuts(read, false);
        this.#take(read, send);
        if (isCut) break;
      }
    }
    await stream.close();
  }

  #cuts(what: PacketDraft | Packet, went: boolean): boolean {
    const isCut = this.options.cut(what, went);
    if (isCut) this.cuts++;
    return isCut;
  }

  #take(read: Packet, send: (draft: PacketDraft) => void): void {
    if (read.type === Type.CONNACK) this.#connected(read.reasonCode, send);
    else if (read.type === Type.SUBACK) this.#ready.resolve();
    else if (read.type === Type.PUBLISH) {
      const { packetIdentifier = 0, payload } = read;
      if (!this.#taken.has(packetIdentifier)) this.heard.push(new TextDecoder().decode(payload));
      this.#taken.add(packetIdentifier);
      send({ type: Type.PUBREC, packetIdentifier });
    } else if (read.type === Type.PUBREL) {
      this.#taken.delete(read.packetIdentifier);
      send({ type: Type.PUBCOMP, packetIdentifier: read.packetIdentifier });
    } else if (read.type === Type.PUBREC) {
      const { packetIdentifier } = read;
      const message = this.#outgoing.get(packetIdentifier);
      if (message) message.isReleased = true;
      send({ type: Type.PUBREL, packetIdentifier });
    } else if (read.type === Type.PUBCOMP) {
      this.#outgoing.delete(read.packetIdentifier);
      this.#fill();
    }
  }

  #connected(reasonCode: number, send: (draft: PacketDraft) => void): void {
    if (reasonCode !== 0) throw new Error(`refused: ${reasonCode}`);
    const { filter } = this.options;
    if (filter)
      send({
        type: Type.SUBSCRIBE,
        packetIdentifier: 65_535,
        subscriptions: [{ filter, options: { qos: 2 } }],
      });
    else this.#ready.resolve();
    for (const [packetIdentifier, { topic, text, isReleased }] of this.#outgoing)
      send(isReleased ? { type: Type.PUBREL, packetIdentifier } : publish(topic, text, packetIdentifier, 1));
    this.#write = send;
    this.#fill();
  }

  #fill(): void {
    const send = this.#write;
    while (send && this.#outgoing.size < window && this.#line.length > 0) {
      const { topic, text } = this.#line.shift()!;
      do this.#last = (this.#last % 60_000) + 1;
      while (this.#outgoing.has(this.#last));
      this.#outgoing.set(this.#last, { topic, text, isReleased: false });
      send(publish(topic, text, this.#last, 0));
    }
  }
}

const publish = (topic: string, text: string, packetIdentifier: number, dup: number): PacketDraft => ({
  type: Type.PUBLISH,
  qos: 2,
  dup,
  topic,
  packetIdentifier,
  payload: new TextEncoder().encode(text),
});
