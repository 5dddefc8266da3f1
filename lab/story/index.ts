// The story of a capture: what each packet is, told by protocol, with hosts by name.
import { type Message as ArpMessage, Operation as ArpOperation, arp } from "../../protocols/arp/index.ts";
import { type Message as DhcpMessage, MessageType as DhcpType } from "../../protocols/dhcp/index.ts";
import type { Message as DnsMessage } from "../../protocols/dns/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import type { Packet as MqttPacket } from "../../protocols/mqtt/index.ts";
import { Type as MqttType } from "../../protocols/mqtt/types.ts";
import { type Message as NtpMessage, Mode as NtpMode } from "../../protocols/ntp/index.ts";
import { infoOf, type Layer, type Packet } from "../../protocols/packet/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import type { Handshake } from "../../protocols/tls/handshake.ts";
import type { Alert, RecordValue } from "../../protocols/tls/records.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { Connections } from "./connections.ts";
import { tellDhcp } from "./dhcp.ts";
import { tellDns } from "./dns.ts";
import { tellMqtt } from "./mqtt.ts";
import { tellNtp } from "./ntp.ts";
import { type Parties, type Telling, telling } from "./telling.ts";
import { tellAlert, tellChangeCipherSpec, tellEnciphered, tellHandshake } from "./tls.ts";
import { tellArp, tellIcmp, tellTcp } from "./transport.ts";

export { type Parties, type Step, stepText, type Telling } from "./telling.ts";

/** A host of the run: its name, hardware address, and address once it has one. */
export interface Host {
  readonly name: string;
  readonly mac: Uint8Array;
  readonly address: string | undefined;
}

export const everybody = "*";

export class Story {
  readonly #names = new Map<string, string>();
  /** Hardware addresses of more than one host. */
  readonly #shared = new Set<string>();
  readonly #connections = new Connections();

  constructor(hosts: Iterable<Host>) {
    for (const host of hosts) this.meets(host);
  }

  /** A host that came later, or has an address now. */
  meets({ name, mac, address }: Host): void {
    const key = colons(mac);
    if ((this.#names.get(key) ?? name) !== name) this.#shared.add(key);
    this.#names.set(key, name);
    if (address !== undefined) this.#names.set(address, name);
  }

  /** Who sends and who receives, by name; an address that nobody of the run has stands for itself. */
  parties(packet: Packet): Parties {
    const frame = packet.layer(ethernet);
    const grouped = frame !== undefined && (frame.destination[0]! & 1) === 1;
    const asked = packet.layer(arp);
    return {
      from: (asked && this.#answering(asked)) ?? this.#nameOf(packet.source, frame?.source),
      to: grouped ? everybody : this.#nameOf(packet.destination, frame?.destination),
    };
  }

  /** Each message of the packet, in order; at least one telling. */
  tell(packet: Packet): Telling[] {
    const parties = this.parties(packet);
    const told = packet.layers.flatMap((layer, i) => {
      // A record that was opened is told by what is in it, if that is of a protocol at all.
      const inner = packet.layers[i + 1];
      const carries = inner !== undefined && inner.depth > layer.depth && inner.protocol.name !== "data";
      const telling = layer.value === undefined ? undefined : this.#message(layer, parties, carries);
      return telling ? [named(nameOfMessage(layer), telling)] : [];
    });
    const transported = this.#transported(packet, parties, told.length === 0);
    if (told.length > 0 || transported.length > 0) return [...transported, ...told];
    const info = infoOf(packet);
    return [telling(`${parties.from}: ${info}`, `${parties.from}: ${info}`)];
  }

  #message({ protocol, value, state }: Layer, parties: Parties, carries: boolean): Telling | undefined {
    switch (protocol.name) {
      case "arp":
        return tellArp(value as ArpMessage, parties);
      case "icmp":
        return tellIcmp((value as { type: number }).type, parties);
      case "dhcp": {
        const message = value as DhcpMessage;
        return tellDhcp(message, parties, this.#nameOf(colons(message.chaddr), message.chaddr));
      }
      case "dns":
        return tellDns(value as DnsMessage, parties);
      case "ntp":
        return tellNtp(value as NtpMessage, parties);
      case "tls":
        return carries || (value as RecordValue).fragment === undefined
          ? undefined
          : tellEnciphered((value as RecordValue).length, parties);
      case "tls.handshake":
        return tellHandshake(value as Handshake, parties);
      case "tls.change_cipher_spec":
        return tellChangeCipherSpec(state, parties);
      case "tls.alert":
        return tellAlert(value as Alert, parties);
      case "mqtt":
        return tellMqtt(value as MqttPacket, parties);
      default:
        return undefined;
    }
  }

  /** What TCP does beneath; in words only where nothing above it speaks, but its states always. */
  #transported(packet: Packet, parties: Parties, speaks: boolean): Telling[] {
    const [layer] = packet.all(tcp);
    const { conversation, way } = packet;
    if (!layer?.value || !conversation) return [];
    const segment = tcp.segment!(layer.value);
    const size = layer.end - layer.headerEnd;
    const steps = this.#connections.steps(segment, size, conversation, way, parties);
    if (!speaks) return steps.length > 0 ? [{ says: { en: "", es: "" }, steps }] : [];
    const port = conversation.ends[way === 0 ? 1 : 0].port;
    const told = tellTcp(segment, size, port, parties);
    const kind = segment.rst
      ? "RST"
      : segment.syn
        ? segment.ack
          ? "SYN, ACK"
          : "SYN"
        : segment.fin
          ? "FIN"
          : "ACK";
    return [named(`TCP ${size > 0 ? "segment" : kind}`, steps.length > 0 ? { ...told, steps } : told)];
  }

  /** Of hosts that share an interface, the one whose address an ARP message is about. */
  #answering({ senderHardware, senderProtocol }: ArpMessage): string | undefined {
    if (typeof senderProtocol !== "number" || !this.#shared.has(colons(senderHardware))) return undefined;
    return this.#names.get(dotted(senderProtocol));
  }

  #nameOf(address: string, mac: Uint8Array | undefined): string {
    return this.#names.get(address) ?? (mac && this.#names.get(colons(mac))) ?? address;
  }
}

/** A telling under the name that the standard has for the message. */
const named = (name: string, { says, steps }: Telling): Telling => ({
  says: { en: `${name}: ${says.en}`, es: `${name}: ${says.es}` },
  steps,
});

/** "DHCPDISCOVER", "DNS query", "PUBLISH": what the standards call a message. */
function nameOfMessage({ protocol, value }: Layer): string {
  switch (protocol.name) {
    case "arp":
      return `ARP ${nameOf(ArpOperation, (value as ArpMessage).operation) ?? "message"}`;
    case "dhcp": {
      const type = optionOf((value as DhcpMessage).options, 53);
      return type === undefined ? "BOOTP" : `DHCP${(nameOf(DhcpType, type) ?? String(type)).toUpperCase()}`;
    }
    case "dns":
      return (value as DnsMessage).flags.response ? "DNS answer" : "DNS query";
    case "ntp":
      return `NTP ${nameOf(NtpMode, (value as NtpMessage).flags.mode) ?? "message"}`;
    case "mqtt":
      return nameOf(MqttType, (value as MqttPacket).type) ?? "MQTT";
    case "icmp":
      return "ICMP";
    default:
      return `TLS ${protocol.summary(value as never)}`;
  }
}
