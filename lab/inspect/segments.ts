// What a packet says, with TCP's numbers counted from each connection's start, as Wireshark's list has them.
import { Header } from "../../protocols/glance/index.ts";
import { type Conversation, type Layer, messagesIn, type Packet } from "../../protocols/packet/index.ts";
import { Line } from "../../protocols/packet/line.ts";
import { Track } from "../../protocols/tcp/track.ts";
import { lengthOf } from "../../protocols/tcp/wireshark.ts";
import { numbers, signs } from "../../protocols/tcp/words.ts";

/** The info column of one capture's packets, which are asked for in their order. */
export class Words {
  readonly #tracks = new WeakMap<Conversation, Track>();
  readonly #header = new Header();
  readonly #line = new Line();
  #first: bigint | undefined;

  of(packet: Packet): string {
    this.#first ??= packet.time;
    const { layers, conversation } = packet;
    const tcp = conversation?.transport === "tcp" ? layers.findLast(isTcp) : undefined;
    if (!tcp || tcp.value === undefined) return notesAnd(packet, messagesIn(packet));
    const header = this.#header;
    const { view } = tcp.source;
    if (!header.read(view, tcp.start, tcp.headerEnd)) return notesAnd(packet, messagesIn(packet));
    header.length = lengthOf(tcp, packet);
    const track = this.#trackOf(conversation!, header);
    track.observe(header, packet.way, packet.number, Number(packet.time - this.#first));

    const line = this.#line;
    line.clear();
    signs(line, track, packet.way);
    const noticed = line.toString();
    const said = layers.slice(layers.indexOf(tcp) + 1).some(({ protocol }) => !nothing.has(protocol.name));
    if (said) return noticed + notesAnd(packet, messagesIn(packet));
    line.clear();
    numbers(line, header, track);
    return noticed + notesAnd(packet, `${header.sourcePort} → ${header.destinationPort}${line}`);
  }

  #trackOf(conversation: Conversation, { syn }: Header): Track {
    let track = this.#tracks.get(conversation);
    if (!track) {
      track = new Track(syn && conversation.again === true);
      this.#tracks.set(conversation, track);
    }
    return track;
  }
}

const isTcp = ({ protocol }: Layer): boolean => protocol.name === "tcp";
const nothing: ReadonlySet<string> = new Set(["data", "padding"]);

/** The track notices of itself what these notes say. */
const noticedByTrack = /^TCP |^previous TCP segment|^octets of this stream/;

function notesAnd({ notes }: Packet, said: string): string {
  const left = notes.filter(note => !noticedByTrack.test(note)).map(note => `[${note}]`);
  return left.length > 0 ? [...left, said].join(" ") : said;
}
