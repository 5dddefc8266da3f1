// The control packet types, who may send them and with which flags. MQTT 5 §2.1.2 and §2.1.3, MQTT 3.1.1 §2.2.

/** Table 2-1. AUTH is MQTT 5's; 0 is reserved in every version. */
export const Type = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15,
} as const;

/** What the lower four bits of the first octet must be, PUBLISH apart, which means something by them (Table 2-2). */
export const requiredFlags = (type: number): number =>
  type === Type.PUBREL || type === Type.SUBSCRIBE || type === Type.UNSUBSCRIBE ? 0b0010 : 0;

const fromClientOnly: readonly number[] = [Type.CONNECT, Type.SUBSCRIBE, Type.UNSUBSCRIBE, Type.PINGREQ];
const fromServerOnly: readonly number[] = [Type.CONNACK, Type.SUBACK, Type.UNSUBACK, Type.PINGRESP];

/** Whether a client (or else a server) may send this type. Only since MQTT 5 does a server send DISCONNECT. */
export const maySend = (who: "client" | "server", type: number, version: number): boolean =>
  who === "client"
    ? !fromServerOnly.includes(type)
    : !fromClientOnly.includes(type) && (type !== Type.DISCONNECT || version >= 5);

/** The name of a packet type as the standard writes it. */
export const typeName = (type: number): string =>
  Object.entries(Type).find(([, number]) => number === type)?.[0] ?? `packet type ${type}`;
