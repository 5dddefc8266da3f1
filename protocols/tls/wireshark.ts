// Wireshark's names for TLS: records, all that is in them, and what is remembered of a session.
import type { Conversation, Layer, Packet } from "../packet/index.ts";
import type { Item, Wireshark } from "../packet/wireshark.ts";
import { optionOf } from "../wire/index.ts";
import { fields as ofCertificates } from "../x509/wireshark.ts";
import type { ClientHello } from "./hello.ts";
import { ExtensionType } from "./numbers.ts";
import { fields } from "./wireshark/fields.ts";
import { type Carried, isHandshakeType, recordItems } from "./wireshark/records.ts";
import { after, fresh, type Session } from "./wireshark/session.ts";
import { signOf } from "./wireshark/sign.ts";

/** The octets of TLS are told straight from the records: what our formats refuse, Wireshark shows as far as it can. */
export const wireshark: Wireshark<WeakMap<Conversation, Session>, Session> = {
  protocols: ["tls", "tls.handshake", "tls.alert", "tls.change_cipher_spec", "tls.ssl2"],
  fields: { ...ofCertificates, ...fields },
  /** What filters ask most often, found without telling all octets; `joined` tells the same. */
  paths: {
    type: { name: "tls.handshake.type", when: (type: number) => isHandshakeType(type) },
    "body.cipherSuites.*": "tls.handshake.ciphersuite",
    "body.cipherSuite": "tls.handshake.ciphersuite",
    body: {
      name: "tls.handshake.extensions_server_name",
      when: (body: unknown) => namesOf(body).length > 0,
      value: (body: unknown) => namesOf(body)[0],
    },
  },
  chain: (layer, packet) => (isFirst(layer, packet) ? "tls" : ""),
  /**
   * Wireshark by default dissects segments as they come: what fills a gap, or waits behind one, it leaves alone. Nor does
   * it look for TLS on the ports of HTTP.
   */
  shown: ({ way }, { way: own, notes, conversation }) =>
    way === own &&
    !notes.includes("TCP out of order") &&
    !conversation?.ends.some(({ port }) => portsOfHttp.has(port)),
  sign: signOf,
  byConversation: true,
  memory: () => new WeakMap(),
  /** What was known when the layer came, but of a message of a handshake what it decides itself. */
  observe(layer, { conversation }, sessions) {
    const before = (conversation && sessions.get(conversation)) ?? fresh;
    const session = after(layer, before);
    if (conversation && session !== before) sessions.set(conversation, session);
    return before;
  },
  *joined(layers, packet, _, facts) {
    for (const { records, start, end } of wholes(carriedBy(layers), packet)) {
      const items: Item[] = [];
      for (const one of records) items.push(...recordItems(one, packet, facts, start));
      const source =
        records[0]?.record.source ??
        packet.layers.findLast(({ protocol }) => protocol.name === "tcp")?.source;
      yield { name: "tls", start, size: end - start, source, items };
    }
  },
};

const portsOfHttp: ReadonlySet<number> = new Set([80, 1900, 2710, 2869, 3128, 3132, 5985, 8080, 8088, 11371]);

/** The names that a ClientHello asks for. */
function namesOf(body: unknown): readonly string[] {
  const { extensions } = body as Partial<ClientHello>;
  const names = Array.isArray(extensions) ? optionOf(extensions, ExtensionType.server_name) : undefined;
  return Array.isArray(names) ? names.map(({ name }) => name) : [];
}

/** The layers of one source are told as one in frame.protocols. */
const isFirst = (layer: Layer, { layers }: Packet): boolean =>
  layers.find(({ protocol, source }) => protocol.name === "tls" && source === layer.source) === layer;

/** Each record with the layers that came out of it, which follow it. */
function carriedBy(layers: readonly Layer[]): Carried[] {
  const all: { record: Layer; contents: Layer[] }[] = [];
  for (const layer of layers) {
    if (layer.protocol.name === "tls") all.push({ record: layer, contents: [] });
    else all.at(-1)?.contents.push(layer);
  }
  return all;
}

interface Whole {
  readonly records: readonly Carried[];
  readonly start: number;
  readonly end: number;
}

/**
 * What Wireshark dissects at once, which is one item each: a record that came in several segments, and else the records
 * of a segment to its end, though the last of them is cut.
 */
function* wholes(all: readonly Carried[], { number, layers }: Packet): Generator<Whole> {
  const segment = layers.findLast(({ protocol }) => protocol.name === "tcp");
  let own: Carried[] = [];
  // Where the octets of the segment begin that no whole has had.
  let next = segment?.headerEnd ?? 0;
  const close = function* (): Generator<Whole> {
    const [first] = own;
    if (!first) return;
    yield { records: own, start: first.record.start, end: segment?.end ?? own.at(-1)!.record.end };
    own = [];
  };
  for (const carried of all) {
    const { source, start, end } = carried.record;
    if (source === segment?.source) {
      own.push(carried);
      next = end;
      continue;
    }
    yield* close();
    const piece = source.pieces.findLast(({ packet }) => packet === number);
    next += piece?.size ?? 0;
    yield { records: [carried], start, end };
  }
  const told = own.length > 0;
  yield* close();
  if (!told && segment && next < segment.end) yield { records: [], start: next, end: segment.end };
}
