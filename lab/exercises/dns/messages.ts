// DNS messages of a run, as its exercises ask for them.
import { dns, type Message, type ResourceRecord } from "../../../protocols/dns/index.ts";
import type { Layer, Packet } from "../../../protocols/packet/index.ts";
import type { Run } from "../exercise.ts";

export interface Told {
  readonly number: number;
  readonly packet: Packet;
  readonly message: Message;
  readonly isResponse: boolean;
  /** What it is about: the first question's name, small letters, and type. */
  readonly name: string;
  readonly type: number;
}

export function messagesOf(run: Run<unknown>): Told[] {
  return run.packets.flatMap(packet => {
    const message = packet.layer(dns);
    const [question] = message?.questions ?? [];
    if (!message || !question) return [];
    return [
      {
        ...{ number: packet.number, packet, message },
        isResponse: message.flags.response === 1,
        name: question.name.toLowerCase(),
        type: question.type,
      },
    ];
  });
}

export const layerOf = ({ packet }: Told): Layer<Message> => packet.all<Message>(dns)[0]!;

/** The octets of the DNS message itself. */
export function octetsOf(one: Told): Uint8Array {
  const { source, start, end } = layerOf(one);
  return new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);
}

export const isNamed = (record: ResourceRecord, name: string): boolean =>
  record.name.toLowerCase() === name.toLowerCase();

export const seconds = (from: Told, to: Told): number => Number(to.packet.time - from.packet.time) / 1e9;

/** The first or the last answer of the resolver to the board about a name; of one type if it is told. */
export function answerTo(
  run: Run<WalkEnds>,
  name: string,
  which: "first" | "last" = "first",
  type = 1,
): Told {
  const { resolver, board } = run.task;
  const is = (one: Told): boolean =>
    one.isResponse &&
    one.name === name.toLowerCase() &&
    one.type === type &&
    one.packet.source === resolver.address &&
    one.packet.destination === board.address;
  const all = messagesOf(run);
  return (which === "first" ? all.find(is) : all.findLast(is))!;
}

/** Who asks and who answers, in a scene of a board and its resolver. */
export interface WalkEnds {
  readonly board: { readonly address: string };
  readonly resolver: { readonly address: string };
}

/** The question that an answer belongs to. */
export const questionOf = (run: Run<unknown>, answer: Told): Told =>
  messagesOf(run).find(
    one =>
      !one.isResponse &&
      one.message.id === answer.message.id &&
      one.packet.source === answer.packet.destination &&
      one.packet.destination === answer.packet.source &&
      one.name === answer.name,
  )!;
