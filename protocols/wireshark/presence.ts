// From outside a frame: whether messages of a protocol may be in it, by the numbers that it is bound to.
import type { AnyProtocol, DecodeAs } from "../packet/index.ts";
import { Reader } from "../wire/index.ts";
import { type Glance, tags } from "./glance.ts";

/** `known`: whether this conversation was found to be the protocol's before. */
export type Presence = (glance: Glance, known: boolean) => boolean;

/** Where a protocol is found, whatever it lies in: over TLS wherever that is. */
class Found {
  always = false;
  readonly etherTypes = new Set<number>();
  readonly udpPorts = new Set<number>();
  readonly tcpPorts = new Set<number>();
  readonly recognizing = new Set<AnyProtocol>();
  readonly ofDatagrams = new Set<AnyProtocol>();
}

/**
 * Whether one of these protocols' messages may be in a frame that a glance is `sure` of: never no where one is. Over TCP
 * it is asked of every segment of a conversation, from the first.
 */
export function presenceOf(
  names: ReadonlySet<string>,
  all: readonly AnyProtocol[],
  rules: readonly DecodeAs[],
): Presence {
  const found = new Found();
  for (const protocol of all) if (names.has(protocol.name)) find(protocol.name, all, rules, found, new Set());
  const { always, etherTypes, udpPorts, tcpPorts, recognizing, ofDatagrams } = found;
  if (always) return () => true;
  const [isIpv4, isIpv6] = [names.has("ip"), names.has("ipv6")];
  const [isUdp, isTcp] = [names.has("udp"), names.has("tcp")];
  return (glance, known) => {
    if (glance.udp >= 0) {
      if (isUdp || (isIpv4 && glance.ipv4 >= 0) || (isIpv6 && glance.ipv6 >= 0)) return true;
      if (udpPorts.has(glance.sourcePort) || udpPorts.has(glance.destinationPort)) return true;
      for (const protocol of ofDatagrams)
        if (protocol.recognizesDatagram!(new Reader(glance.view, glance.payload, glance.end))) return true;
      return false;
    }
    if (glance.tcp >= 0) {
      if (isTcp || (isIpv4 && glance.ipv4 >= 0) || (isIpv6 && glance.ipv6 >= 0)) return true;
      if (glance.payload >= glance.end) return false;
      if (known || tcpPorts.has(glance.sourcePort) || tcpPorts.has(glance.destinationPort)) return true;
      for (const protocol of recognizing)
        if (protocol.recognizes!(new Reader(glance.view, glance.payload, glance.end))) return true;
      return false;
    }
    return etherTypes.has(glance.etherType);
  };
}

function find(
  name: string,
  all: readonly AnyProtocol[],
  rules: readonly DecodeAs[],
  into: Found,
  met: Set<string>,
): void {
  if (met.has(name)) return;
  met.add(name);
  const bindings = [
    ...all.filter(protocol => protocol.name === name).flatMap(protocol => protocol.over),
    ...rules.filter(({ protocol }) => protocol === name).map(({ binding }) => binding),
  ];
  for (const { table, key } of bindings) {
    // A glance is sure of Ethernet alone; what lies in its tags it tells as if there were none.
    if ((table === "link" && key === 1) || (table === "ethertype" && tags.has(key))) into.always = true;
    if (table === "ethertype") into.etherTypes.add(key);
    if (table === "udp.port") into.udpPorts.add(key);
    // What TLS carries is told by the port of its connection.
    if (table === "tcp.port" || table === "tls.port") into.tcpPorts.add(key);
    if (table === "tls.content") find("tls", all, rules, into, met);
  }
  for (const protocol of all) {
    if (protocol.name !== name) continue;
    if (protocol.recognizes) into.recognizing.add(protocol);
    if (protocol.recognizesDatagram) into.ofDatagrams.add(protocol);
  }
}
