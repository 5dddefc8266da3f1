// A capture as the dialogues of its boards: who is a board is seen by its role, whoever recorded it.
import { dhcp } from "../../protocols/dhcp/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import type { Layer, Packet } from "../../protocols/packet/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { optionOf } from "../../protocols/wire/index.ts";
import { type Facts, type Kind, kindOf, kindOfSegment } from "./kinds.ts";

/** In the order in which a board comes to them. */
export const dialogues = ["DHCP", "DNS", "NTP", "broker", "ICMP", "other"] as const;
export type Dialogue = (typeof dialogues)[number];

export interface Message {
  readonly dialogue: Dialogue;
  readonly name: string;
  readonly about: string;
  /** From the one who asks: the board, in all dialogues of the lab. */
  readonly isAsking: boolean;
  readonly facts: Facts;
  readonly packet: number;
  /** Seconds since the first packet of the capture. */
  readonly time: number;
  /** Of the message alone, and of the TLS record in which it came. */
  readonly octets: number;
  readonly record?: number;
}

export interface Board {
  /** Its host name, if DHCP or the capture tells it, else its address. */
  readonly name: string;
  readonly messages: readonly Message[];
}

export interface Told {
  readonly packets: number;
  /** On the wire, of all packets. */
  readonly octets: number;
  readonly boards: readonly Board[];
}

/** More messages of one board than these are no exchange that anyone reads. */
export const mostMessages = 20_000;

/** Gathers the messages of a capture, packet by packet. */
export class Gathering {
  readonly #boards = new Map<string, { name: string | undefined; address: string; messages: Message[] }>();
  #first: bigint | undefined;
  #packets = 0;
  #octets = 0;
  #left = 0;

  /** Messages beyond the most, which were left out. */
  get left(): number {
    return this.#left;
  }

  observe(packet: Packet): void {
    this.#first ??= packet.time;
    this.#packets++;
    this.#octets += packet.frame.originalLength;
    const asking = askingEnd(packet);
    if (!asking) return;
    const { id, address, isFrom } = asking;
    const board = this.#boards.get(id) ?? { name: undefined, address, messages: [] };
    if (address !== "0.0.0.0") board.address = address;
    const leased = packet.layer(dhcp);
    if (leased && isFrom) board.name ??= optionOf(leased.options, 12);
    this.#boards.set(id, board);
    const time = Number(packet.time - this.#first) / 1e9;
    for (const { dialogue, kind, octets, record } of messagesOf(packet)) {
      if (board.messages.length >= mostMessages) {
        this.#left++;
        continue;
      }
      const common = { dialogue, packet: packet.number, time, isAsking: isFrom, octets };
      board.messages.push({ ...kind, ...common, ...(record !== undefined && { record }) });
    }
  }

  /** `names`: what the capture says that addresses are called. Whoever asked nobody for anything is no board. */
  told(names: ReadonlyMap<string, string>): Told {
    const boards = [...this.#boards.values()]
      .filter(({ messages }) => messages.length > 0)
      .map(({ name, address, messages }) => ({ name: names.get(address) ?? name ?? address, messages }));
    return { packets: this.#packets, octets: this.#octets, boards };
  }
}

interface Found {
  readonly dialogue: Dialogue;
  readonly kind: Kind;
  readonly octets: number;
  readonly record?: number;
}

function* messagesOf(packet: Packet): Generator<Found> {
  const [segment] = packet.all(tcp);
  const isBroker = segment !== undefined && isBrokers(packet);
  if (segment?.value && packet.conversation && !packet.notes.includes("TCP retransmission")) {
    const kind = kindOfSegment(tcp.segment!(segment.value));
    // A FIN may come with the last octets, and ends what they say.
    if (kind && kind.name !== "FIN") yield { dialogue: isBroker ? "broker" : "other", kind, octets: 0 };
  }
  let record: number | undefined;
  for (const [i, layer] of packet.layers.entries()) {
    if (layer.protocol.name === "tls") {
      record = layer.end - layer.start;
      if (isClosed(packet.layers, i)) yield { dialogue: "broker", kind: enciphered, octets: record, record };
      continue;
    }
    const kind = kindOf(layer);
    if (!kind) continue;
    const dialogue = dialogueOf(layer, isBroker);
    const inRecord = record !== undefined && layer.protocol.name === "mqtt" ? { record } : {};
    yield { dialogue, kind, octets: layer.end - layer.start, ...inRecord };
  }
  if (segment?.value && tcp.segment!(segment.value).fin)
    yield { dialogue: isBroker ? "broker" : "other", kind: { name: "FIN", about: "", facts: {} }, octets: 0 };
}

const enciphered: Kind = { name: "enciphered", about: "", facts: {} };

/** Whether a record stays closed: nobody has its session's secrets. */
function isClosed(layers: readonly Layer[], i: number): boolean {
  const { value, depth } = layers[i]!;
  const inner = layers[i + 1];
  const carries = inner !== undefined && inner.depth > depth;
  return !carries && (value as { fragment?: unknown } | undefined)?.fragment !== undefined;
}

function dialogueOf({ protocol }: Layer, isBroker: boolean): Dialogue {
  switch (protocol.name) {
    case "dhcp":
      return "DHCP";
    case "dns":
      return "DNS";
    case "ntp":
      return "NTP";
    case "icmp":
      return "ICMP";
    default:
      return isBroker || protocol.name === "mqtt" ? "broker" : "other";
  }
}

/** Plain, TLS, TLS with client certificate (the boards' ports; the first two are IANA's). */
const brokerPorts = [1883, 8883, 8884];
const serverPorts = [53, 67, 123, 80, 443, ...brokerPorts];

const isBrokers = ({ conversation, layers }: Packet): boolean =>
  conversation!.ends.some(({ port }) => brokerPorts.includes(port)) ||
  layers.some(({ protocol }) => protocol.name === "mqtt");

/** The end that asks: a DHCP client, or who calls a server's port; `isFrom`: whether this packet is from it. */
function askingEnd(packet: Packet): { id: string; address: string; isFrom: boolean } | undefined {
  const frame = packet.layer(ethernet);
  const message = packet.layer(dhcp);
  if (message) {
    const isFrom = message.op === 1;
    return { id: colons(message.chaddr), address: isFrom ? packet.source : "0.0.0.0", isFrom };
  }
  const { conversation, way } = packet;
  if (!conversation) return undefined;
  const [caller, called] = conversation.ends;
  // A capture that began in the middle of a connection may have taken the server for the caller.
  const isTurned = serverPorts.includes(caller.port) && !serverPorts.includes(called.port);
  const isFrom = (way === 0) !== isTurned;
  const { address } = isTurned ? called : caller;
  const mac = isFrom ? frame?.source : frame?.destination;
  return { id: mac ? colons(mac) : address, address, isFrom };
}
