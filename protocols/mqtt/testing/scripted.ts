// The other side of a test: sends what it is told to, and tells what it heard.
import type { MemoryStream } from "../../endpoint/memory-stream.ts";
import { type Packet, type PacketDraft, packet } from "../format.ts";
import { Frames } from "../frames.ts";

export class Scripted {
  readonly #frames = new Frames(0x1000_0000);
  readonly #heard: Packet[] = [];

  constructor(
    readonly stream: MemoryStream,
    readonly version: 4 | 5 = 5,
  ) {}

  /** A packet, or any octets in hexadecimal. */
  send(what: PacketDraft | string): Promise<void> {
    return this.stream.write(
      typeof what === "string"
        ? Uint8Array.fromHex(what.replaceAll(" ", ""))
        : packet.encode(what, { version: this.version }),
    );
  }

  /** The next packet; `undefined` after so many milliseconds, or at the end of the stream. */
  async hear(milliseconds = 1000): Promise<Packet | undefined> {
    for (;;) {
      const heard = this.#heard.shift();
      if (heard) return heard;
      const octets = await this.stream.read(milliseconds);
      if (!octets) return undefined;
      for (const whole of this.#frames.feed(octets))
        this.#heard.push(packet.decode(whole, { version: this.version }));
    }
  }

  /** Everything until nothing came for so many milliseconds. */
  async hearAll(milliseconds = 1000): Promise<Packet[]> {
    const all: Packet[] = [];
    for (let heard = await this.hear(milliseconds); heard; heard = await this.hear(milliseconds))
      all.push(heard);
    return all;
  }
}

/** CONNECT of a client that is called `id`. */
export const connectOf = (
  id: string,
  more: Partial<{ version: 3 | 4 | 5; keepAlive: number; cleanStart: number }> = {},
): PacketDraft => ({
  type: 1,
  protocolName: more.version === 3 ? "MQIsdp" : "MQTT",
  protocolVersion: more.version ?? 5,
  flags: { cleanStart: more.cleanStart ?? 1 },
  keepAlive: more.keepAlive ?? 0,
  clientIdentifier: id,
});

export const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);
