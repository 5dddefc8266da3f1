// DNS for the dissector, and its link-local kin with the same messages: mDNS (RFC 6762) and LLMNR (RFC 4795).
import type { Protocol } from "../packet/index.ts";
import type { Codec, Reader } from "../wire/index.ts";
import { type Message, type Transport, transported } from "./format.ts";
import { glance } from "./glance.ts";
import { recognizesDatagram } from "./recognize.ts";
import { multicast, summary, unicast } from "./summary.ts";

/** Common to the three. */
const shared = {
  format: transported as Codec<Message, never>,
  state: ({ transport }: Transport): Transport => ({ transport }),
  /** Over TCP a message is preceded by its length. */
  frame: (from: Reader) => (from.left < 2 ? undefined : 2 + from.view.getUint16(from.at)),
};

export const dns: Protocol<Message, Transport> = {
  ...shared,
  name: "dns",
  title: "Domain Name System",
  reference: "RFC 1035",
  over: [
    { table: "udp.port", key: 53 },
    { table: "tcp.port", key: 53 },
  ],
  recognizesDatagram,
  summary: message => summary(message, unicast),
  glance: glance(false),
};

export const mdns: Protocol<Message, Transport> = {
  ...shared,
  name: "mdns",
  title: "Multicast Domain Name System",
  reference: "RFC 6762",
  over: [{ table: "udp.port", key: 5353 }],
  summary: message => summary(message, multicast),
  glance: glance(true),
};

export const llmnr: Protocol<Message, Transport> = {
  ...shared,
  name: "llmnr",
  title: "Link-Local Multicast Name Resolution",
  reference: "RFC 4795",
  over: [
    { table: "udp.port", key: 5355 },
    { table: "tcp.port", key: 5355 },
  ],
  summary: message => summary(message, unicast),
  glance: glance(false),
};
