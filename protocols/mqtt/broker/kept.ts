// A message and its way, as the broker holds them and as a store keeps them. Elapsed time starts anew with each process.
import { packet } from "../format.ts";
import type { Broker } from "../server.ts";
import { Type } from "../types.ts";
import { Version } from "../versions.ts";
import { Message } from "./messages.ts";
import type { Flow } from "./outgoing.ts";
import type { KeptFlow, KeptMessage } from "./store.ts";

export const keptMessage = (message: Message, { clock, time }: Broker): KeptMessage => ({
  octets: message.record(),
  at: time - Number((clock.elapsed() - message.at) / 1_000_000n),
});

export const keptFlow = (flow: Flow, broker: Broker): KeptFlow => ({
  sequence: flow.sequence,
  message: keptMessage(flow.message, broker),
  qos: flow.qos,
  retain: flow.retain,
  identifiers: flow.identifiers,
  share: flow.share,
  packetIdentifier: flow.packetIdentifier,
  isReleased: flow.isReleased,
});

export const flowOf = (kept: KeptFlow, broker: Broker): Flow => ({
  ...kept,
  message: messageOf(kept.message, broker),
});

export function messageOf({ octets, at }: KeptMessage, { clock, time }: Broker): Message {
  const publish = packet.decode(octets, { version: Version["MQTT 5"] });
  if (publish.type !== Type.PUBLISH) throw new Error("what was kept is no PUBLISH");
  const age = BigInt(Math.max(0, Math.round(time - at))) * 1_000_000n;
  return Message.of(publish, publish.topic, clock.elapsed() - age);
}
