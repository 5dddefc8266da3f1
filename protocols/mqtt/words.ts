// Control packets in Wireshark's words.
import type { Packet } from "./format.ts";
import { Type } from "./types.ts";

export const inWords: Record<Packet["type"], string> = {
  [Type.CONNECT]: "Connect Command",
  [Type.CONNACK]: "Connect Ack",
  [Type.PUBLISH]: "Publish Message",
  [Type.PUBACK]: "Publish Ack",
  [Type.PUBREC]: "Publish Received",
  [Type.PUBREL]: "Publish Release",
  [Type.PUBCOMP]: "Publish Complete",
  [Type.SUBSCRIBE]: "Subscribe Request",
  [Type.SUBACK]: "Subscribe Ack",
  [Type.UNSUBSCRIBE]: "Unsubscribe Request",
  [Type.UNSUBACK]: "Unsubscribe Ack",
  [Type.PINGREQ]: "Ping Request",
  [Type.PINGRESP]: "Ping Response",
  [Type.DISCONNECT]: "Disconnect Req",
  [Type.AUTH]: "Authentication Exchange",
};
