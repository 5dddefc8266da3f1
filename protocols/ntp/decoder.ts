// NTP for the dissector.
import type { Protocol } from "../packet/index.ts";
import { type Codec, nameOf } from "../wire/index.ts";
import { type Message, Mode, message } from "./format.ts";
import { glance } from "./glance.ts";

export const ntp: Protocol<Message, undefined> = {
  name: "ntp",
  title: "Network Time Protocol",
  reference: "RFC 5905",
  format: message as Codec<Message, never>,
  over: [{ table: "udp.port", key: 123 }],
  /** "NTP Version 4, client" */
  summary: ({ flags: { version, mode } }) => `NTP Version ${version}, ${nameOf(Mode, mode)}`,
  glance,
};
