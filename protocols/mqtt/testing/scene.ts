// A broker on a test clock, its log, and clients that are scripted.
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import type { Packet, PacketDraft } from "../format.ts";
import type { Property } from "../properties.ts";
import { Broker, type Limits } from "../server.ts";
import { Type } from "../types.ts";
import { connectOf, octetsOf, Scripted } from "./scripted.ts";

export function scene(limits: Partial<Limits> = {}) {
  const clock = new TestClock();
  const log: string[] = [];
  const broker = new Broker(clock, { log: line => log.push(line), limits });
  let port = 50_000;
  /** A client that has said nothing yet. */
  const raw = (version: 4 | 5 = 5) => {
    const [client, server] = streamPair(clock, { address: "192.168.1.101", port: port++ });
    void broker.accept(server, { port: 1883 });
    return new Scripted(client, version);
  };
  /** A client that is connected, by `packet` if that is given; the log begins after it. */
  const client = async (
    id: string,
    more: Parameters<typeof connectOf>[1] & { packet?: PacketDraft } = {},
  ) => {
    const one = raw(more.version === 4 ? 4 : 5);
    await one.send(more.packet ?? connectOf(id, more));
    const connack = await clock.run(one.hear());
    if (connack?.type !== Type.CONNACK || connack.reasonCode !== 0) throw new Error(`${id} was not let in`);
    log.length = 0;
    return one;
  };
  const hear = (one: Scripted, milliseconds = 100) => clock.run(one.hearAll(milliseconds));
  return { clock, broker, log, raw, client, hear };
}

export const publish = (topic: string, text: string, more: object = {}): PacketDraft =>
  ({ type: Type.PUBLISH, topic, payload: octetsOf(text), ...more }) as PacketDraft;

export const subscribe = (filter: string, options: object = {}, properties?: Property[]): PacketDraft => ({
  type: Type.SUBSCRIBE,
  packetIdentifier: 1,
  subscriptions: [{ filter, options }],
  ...(properties && { properties }),
});

/** Topic and text of the messages among the packets. */
export const texts = (packets: readonly Packet[]): string[] =>
  packets.flatMap(each =>
    each.type === Type.PUBLISH ? [`${each.topic} ${new TextDecoder().decode(each.payload)}`] : [],
  );
