// Reason codes: what became of a packet, in the standard's words. MQTT 5 §2.4, table 2-6; MQTT 3.1.1 §3.2.2.3 and §3.9.3.
import { nameOf } from "../wire/index.ts";
import { Type } from "./types.ts";

/** Table 2-6 in its order. From 0x80 up they mean failure. */
export const Reason = {
  Success: 0x00,
  "Granted QoS 1": 0x01,
  "Granted QoS 2": 0x02,
  "Disconnect with Will Message": 0x04,
  "No matching subscribers": 0x10,
  "No subscription existed": 0x11,
  "Continue authentication": 0x18,
  "Re-authenticate": 0x19,
  "Unspecified error": 0x80,
  "Malformed Packet": 0x81,
  "Protocol Error": 0x82,
  "Implementation specific error": 0x83,
  "Unsupported Protocol Version": 0x84,
  "Client Identifier not valid": 0x85,
  "Bad User Name or Password": 0x86,
  "Not authorized": 0x87,
  "Server unavailable": 0x88,
  "Server busy": 0x89,
  Banned: 0x8a,
  "Server shutting down": 0x8b,
  "Bad authentication method": 0x8c,
  "Keep Alive timeout": 0x8d,
  "Session taken over": 0x8e,
  "Topic Filter invalid": 0x8f,
  "Topic Name invalid": 0x90,
  "Packet Identifier in use": 0x91,
  "Packet Identifier not found": 0x92,
  "Receive Maximum exceeded": 0x93,
  "Topic Alias invalid": 0x94,
  "Packet too large": 0x95,
  "Message rate too high": 0x96,
  "Quota exceeded": 0x97,
  "Administrative action": 0x98,
  "Payload format invalid": 0x99,
  "Retain not supported": 0x9a,
  "QoS not supported": 0x9b,
  "Use another server": 0x9c,
  "Server moved": 0x9d,
  "Shared Subscriptions not supported": 0x9e,
  "Connection rate exceeded": 0x9f,
  "Maximum connect time": 0xa0,
  "Subscription Identifiers not supported": 0xa1,
  "Wildcard Subscriptions not supported": 0xa2,
} as const;

/** In DISCONNECT 0 has a name of its own, and in SUBACK another: of two names for one number the later is shown. */
export const DisconnectReason = { ...Reason, "Normal disconnection": 0x00 } as const;
export const SubackReason = { ...Reason, "Granted QoS 0": 0x00 } as const;

/** Return codes of CONNACK before MQTT 5 (MQTT 3.1.1 table 3.1). */
export const ReturnCode = {
  "Connection accepted": 0,
  "Connection refused, unacceptable protocol version": 1,
  "Connection refused, identifier rejected": 2,
  "Connection refused, server unavailable": 3,
  "Connection refused, bad user name or password": 4,
  "Connection refused, not authorized": 5,
} as const;

/** Return codes of SUBACK before MQTT 5. */
export const SubackReturnCode = {
  "Success - Maximum QoS 0": 0x00,
  "Success - Maximum QoS 1": 0x01,
  "Success - Maximum QoS 2": 0x02,
  Failure: 0x80,
} as const;

const received = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const released = [0x00, 0x92];

/** Which reason codes a packet of MQTT 5 may carry: the tables 3-1, 3-4 to 3-9 and those of §3.14 and §3.15. */
export const reasonsIn: Readonly<Record<number, readonly number[]>> = {
  [Type.CONNACK]: [
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99,
    0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
  ],
  [Type.PUBACK]: received,
  [Type.PUBREC]: received,
  [Type.PUBREL]: released,
  [Type.PUBCOMP]: released,
  [Type.SUBACK]: [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  [Type.UNSUBACK]: [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91],
  [Type.DISCONNECT]: [
    0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96,
    0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
  ],
  [Type.AUTH]: [0x00, 0x18, 0x19],
};

/** Codes before MQTT 5: those of CONNACK and SUBACK, the only packets with any. */
export const returnCodesIn: Readonly<Record<number, readonly number[]>> = {
  [Type.CONNACK]: [0, 1, 2, 3, 4, 5],
  [Type.SUBACK]: [0x00, 0x01, 0x02, 0x80],
};

/** A reason code in words: "Not authorized (0x87)". */
export function reasonInWords(code: number, names: Readonly<Record<string, number>> = Reason): string {
  const digits = `0x${code.toString(16).padStart(2, "0")}`;
  const name = nameOf(names, code);
  return name === undefined ? `reason code ${digits}` : `${name} (${digits})`;
}
