// `dns,tree`, `dhcp,stat`, `ntp,tree`, `tls,tree`, `mqtt,tree`, `ptype,tree`, `plen,tree`: what messages there were.
import { type Message as DhcpMessage, dhcp, MessageType } from "../../protocols/dhcp/index.ts";
import {
  Class,
  type Message as DnsMessage,
  dns,
  llmnr,
  mdns,
  Opcode,
  Rcode,
  typeName,
} from "../../protocols/dns/index.ts";
import { type Packet as ControlPacket, mqtt, Type } from "../../protocols/mqtt/index.ts";
import { Mode, type Message as NtpMessage, ntp } from "../../protocols/ntp/index.ts";
import { type Layer, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import { ContentType, HandshakeType, kinds } from "../../protocols/tls/index.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import type { Selects, Statistic } from "./statistic.ts";
import { Tally } from "./tally.ts";

const named = (names: Readonly<Record<string, number>>, value: number): string =>
  nameOf(names, value) ?? `unknown (${value})`;

/** Counts what `see` makes of each packet. */
class Counters implements Statistic {
  readonly #tally = new Tally();
  constructor(
    readonly selects: Selects,
    readonly see: (packet: Packet, tally: Tally) => void,
  ) {}
  observe(packet: Packet): void {
    if (this.selects(packet)) this.see(packet, this.#tally);
  }
  lines = (): Iterable<string> => this.#tally.lines();
  values = (): unknown => this.#tally.values();
}

/** A statistic of every readable message of these protocols, made anew for each capture. */
const ofMessages =
  <V>(
    names: readonly { readonly name: string }[],
    make: () => (layer: Layer<V>, tally: Tally, packet: Packet) => void,
  ) =>
  (selects: Selects): Statistic => {
    const see = make();
    const wanted = new Set(names.map(({ name }) => name));
    return new Counters(selects, (packet, tally) => {
      for (const layer of packet.layers)
        if (wanted.has(layer.protocol.name) && layer.value !== undefined)
          see(layer as Layer<V>, tally, packet);
    });
  };

/** Questions that nobody has answered are forgotten, oldest first, beyond so many. */
const mostOpen = 100_000;

export const counters: Readonly<Record<string, (selects: Selects) => Statistic>> = {
  "dns,tree": ofMessages<DnsMessage>([dns, mdns, llmnr], () => {
    const asked = new Map<string, bigint>();
    return ({ value, start, end }, tally, packet) => {
      const { flags, questions, answers, authorities, additionals, id } = value!;
      const messages = tally.of("messages");
      messages.add(flags.response ? "responses" : "queries");
      tally.of("opcode").add(named(Opcode, flags.opcode));
      if (flags.response) tally.of("response code").add(named(Rcode, flags.rcode));
      for (const one of questions) {
        tally.of("question type").add(typeName(one.type));
        tally.of("question class").add(named(Class, one.class & 0x7fff));
        if (flags.response) continue;
        tally.of("name").of("length").measure(one.name.length);
        tally.of("name").of("labels").measure(one.name.split(".").filter(Boolean).length);
      }
      tally.of("payload size").measure(end - start);
      const key = `${packet.conversation?.transport} ${packet.conversation?.index} ${id}`;
      if (!flags.response) {
        if (asked.size >= mostOpen) asked.delete(asked.keys().next().value!);
        asked.set(key, packet.time);
        return;
      }
      const response = tally.of("response");
      response.of("answers").measure(answers.length);
      response.of("authorities").measure(authorities.length);
      response.of("additionals").measure(additionals.length);
      const since = asked.get(key);
      if (since === undefined) tally.of("service").add("unsolicited responses");
      else
        tally
          .of("service")
          .of("response time (ms)")
          .measure(Number(packet.time - since) / 1e6);
      asked.delete(key);
    };
  }),
  "dhcp,stat": ofMessages<DhcpMessage>([dhcp], () => ({ value }, tally) => {
    const type = optionOf(value!.options, 53);
    tally.add(type === undefined ? "BOOTP" : named(MessageType, type));
  }),
  "ntp,tree": ofMessages<NtpMessage>([ntp], () => ({ value }, tally) => {
    tally.of("mode").add(named(Mode, value!.flags.mode));
    tally.of("version").add(String(value!.flags.version));
    if ("stratum" in value!) tally.of("stratum").add(String(value.stratum));
  }),
  "tls,tree": (selects: Selects): Statistic =>
    new Counters(selects, (packet, tally) => {
      for (const { value } of packet.all(kinds.record))
        if (value) tally.of("records").add(named(ContentType, value.contentType));
      for (const { value } of packet.all(kinds.handshake))
        if (value) tally.of("handshake messages").add(named(HandshakeType, value.type));
    }),
  "mqtt,tree": ofMessages<ControlPacket>([mqtt], () => ({ value, start, end }, tally) => {
    tally.of("packets").add(named(Type, value!.type));
    tally.of("size").measure(end - start);
    if (value!.type !== Type.PUBLISH) return;
    tally.of("QoS of PUBLISH").add(String(value.qos));
    if (value.topic !== "") tally.of("topics").add(value.topic);
  }),
  "ptype,tree": (selects: Selects): Statistic =>
    new Counters(selects, (packet, tally) => tally.of("protocols").add(protocolOf(packet))),
  "plen,tree": (selects: Selects): Statistic =>
    new Counters(selects, ({ frame: { originalLength } }, tally) => {
      const most = lengths.find(one => originalLength <= one) ?? Number.POSITIVE_INFINITY;
      const from = lengths[lengths.indexOf(most) - 1] ?? (most === lengths[0] ? -1 : lengths.at(-1)!);
      tally
        .of("packet lengths")
        .of(most === Number.POSITIVE_INFINITY ? `${from + 1} and more` : `${from + 1}–${most}`)
        .measure(originalLength);
    }),
};

/** As Wireshark divides them. */
const lengths: readonly number[] = [19, 39, 79, 159, 319, 639, 1279, 2559, 5119];
