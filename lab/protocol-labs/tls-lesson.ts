// What a conversation over TLS, or without it, teaches client, server, and the one who listens: packet by packet.
import type { Layer, Packet } from "../../protocols/packet/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { type Direction, outcomeOf } from "../../protocols/tls/direction.ts";
import type { Handshake } from "../../protocols/tls/handshake.ts";
import { kinds } from "../../protocols/tls/index.ts";
import { ContentType } from "../../protocols/tls/numbers.ts";
import type { RecordValue } from "../../protocols/tls/records.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import type { Parties } from "../story/index.ts";
import type { Said } from "../words.ts";
import type { Learning, Lesson } from "./notebook.ts";
import { facts, handshakeLesson, identity, know, listener } from "./tls-handshake-lesson.ts";

/** A new lesson of one conversation between these two. */
export function tlsLesson(client: string, server: string, tls: "off" | "server" | "mutual"): Lesson {
  return {
    before: [
      know(client, identity(server), unproven),
      know(server, identity(client), unproven),
      ...(tls === "off" ? [] : [client, server].map(side => know(side, facts.keys, none))),
      know(listener, facts.who, { en: "nobody yet", es: "nadie todavía" }),
    ],
    learn(packet, parties) {
      if (packet.layer(tcp) === undefined) return [];
      const who: Said = { en: `${client} and ${server}`, es: `${client} y ${server}` };
      const learnt = tls === "off" ? spoken(packet, parties) : told(packet, parties);
      return [know(listener, facts.who, who), ...learnt];
    },
  };
}

const none: Said = { en: "none", es: "ninguna" };
const unproven: Said = { en: "an address, nothing is proven", es: "una dirección, nada está demostrado" };

/** Without TLS: what the octets are, for everybody. */
function spoken(packet: Packet, { from, to }: Parties): Learning[] {
  const [layer] = packet.all(tcp);
  if (!layer || layer.end <= layer.headerEnd) return [];
  const { view } = layer.source;
  const text = textOf(
    new Uint8Array(view.buffer, view.byteOffset + layer.headerEnd, layer.end - layer.headerEnd),
  );
  return [heard(from, to, text), know(listener, words(from), `“${text}”`)];
}

const words = (from: string): Said => ({ en: `what ${from} says`, es: `lo que dice ${from}` });
const heard = (from: string, to: string, text: string): Learning => know(to, words(from), `“${text}”`);
const textOf = (octets: Uint8Array): string => new TextDecoder().decode(octets.subarray(0, 80));

/** With TLS: each message in its record, which is plain or sealed. */
function told(packet: Packet, parties: Parties): Learning[] {
  const learnt: Learning[] = [];
  let record: Layer<RecordValue> | undefined;
  for (const layer of packet.layers) {
    if (layer.protocol.name === kinds.record.name) {
      record = layer as Layer<RecordValue>;
      learnt.push(...carried(record, parties));
    } else if (record && layer.protocol.name.startsWith("tls.") && layer.value !== undefined) {
      const name = layer.protocol.summary(layer.value as never);
      learnt.push(reading(name, record, layer, parties.from));
      if (layer.protocol.name === kinds.handshake.name)
        learnt.push(...handshakeLesson(layer as Layer<Handshake>, isSealed(record), parties));
    }
  }
  return learnt;
}

const isSealed = ({ value }: Layer<RecordValue>): boolean => value?.fragment !== undefined;

/** What the listener could read of a message. */
function reading(name: string, record: Layer<RecordValue>, layer: Layer, from: string): Learning {
  const about: Said = { en: `of ${name}, from ${from}`, es: `de ${name}, de ${from}` };
  const size = layer.end - layer.start;
  const s = size === 1 ? "" : "s";
  if (!isSealed(record))
    return know(listener, about, { en: `all of it, ${size} octet${s}`, es: `todo, ${size} octeto${s}` });
  return know(listener, about, closed(record.value!));
}

/** Before TLS 1.3 a record says what kind of thing it seals (RFC 5246 §6.2.3). */
function closed({ contentType, length }: RecordValue): Said {
  if (contentType === ContentType.application_data)
    return {
      en: `nothing but a record of ${length} octets, and when`,
      es: `nada más que un registro de ${length} octetos, y cuándo`,
    };
  const kind = nameOf(ContentType, contentType)?.replaceAll("_", " ") ?? String(contentType);
  return {
    en: `nothing but its kind (${kind}), ${length} octets, and when`,
    es: `nada más que su clase (${kind}), ${length} octetos, y cuándo`,
  };
}

/** What was said in a record, where that is no message of TLS. */
function carried(record: Layer<RecordValue>, { from, to }: Parties): Learning[] {
  const { value, state } = record;
  if (!value?.fragment) return [];
  const { opened } = outcomeOf(state as Direction, value);
  if (opened?.contentType !== ContentType.application_data || opened.octets.length === 0) return [];
  return [heard(from, to, textOf(opened.octets)), know(listener, words(from), closed(value))];
}
