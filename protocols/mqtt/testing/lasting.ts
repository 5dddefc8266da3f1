// Packets of tests of sessions that last.
import type { PacketDraft } from "../format.ts";
import { Property } from "../properties.ts";
import { connectOf } from "./scripted.ts";

/** CONNECT with a session that lasts so many seconds. */
export const lasting = (id: string, seconds: number, more: Property[] = [], cleanStart = 0): PacketDraft =>
  ({
    ...connectOf(id, { cleanStart }),
    properties: [{ identifier: Property.sessionExpiryInterval, value: seconds }, ...more],
  }) as PacketDraft;
/** An acknowledgement of the type. */
export const ack = (type: number, packetIdentifier: number, reasonCode?: number): PacketDraft =>
  ({ type, packetIdentifier, reasonCode }) as PacketDraft;
/** QoS and packet identifier of a PUBLISH. */
export const at = (qos: number, packetIdentifier: number, more: object = {}) => ({
  qos,
  packetIdentifier,
  ...more,
});
