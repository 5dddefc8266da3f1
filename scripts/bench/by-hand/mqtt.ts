// MQTT 5 read by hand: the packets and properties that the bench's capture has.
import { need, octetsAt } from "./octets.ts";

interface Cursor {
  at: number;
}

export function readMqtt(view: DataView, start: number, end: number): object {
  need(start, 2, end);
  const first = view.getUint8(start);
  const cursor = { at: start + 1 };
  const stop = readVariable(view, cursor) + cursor.at;
  need(cursor.at, stop - cursor.at, end);
  const type = first >> 4;
  if (type === 3) return readPublish(first, view, cursor, stop);
  return { type, reservedFlags: first & 15, ...readBody(type, view, cursor, stop) };
}

function readPublish(first: number, view: DataView, cursor: Cursor, stop: number) {
  const qos = (first >> 1) & 3;
  return {
    type: 3,
    dup: (first >> 3) & 1,
    qos,
    retain: first & 1,
    topic: readText(view, cursor),
    packetIdentifier: qos > 0 ? readU16(view, cursor) : undefined,
    properties: readProperties(view, cursor),
    payload: octetsAt(view, cursor.at, stop - cursor.at),
  };
}

function readBody(type: number, view: DataView, cursor: Cursor, stop: number): object {
  switch (type) {
    case 1:
      return readConnect(view, cursor);
    case 2: {
      const flags = view.getUint8(cursor.at++);
      return {
        flags: { reserved: flags >> 1, sessionPresent: flags & 1 },
        reasonCode: view.getUint8(cursor.at++),
        properties: readProperties(view, cursor),
      };
    }
    case 8: {
      const packetIdentifier = readU16(view, cursor);
      const properties = readProperties(view, cursor);
      const subscriptions = [];
      while (cursor.at < stop) {
        const filter = readText(view, cursor);
        const options = view.getUint8(cursor.at++);
        subscriptions.push({
          filter,
          options: {
            reserved: options >> 6,
            retainHandling: (options >> 4) & 3,
            retainAsPublished: (options >> 3) & 1,
            noLocal: (options >> 2) & 1,
            qos: options & 3,
          },
        });
      }
      return { packetIdentifier, properties, subscriptions };
    }
    case 9: {
      const packetIdentifier = readU16(view, cursor);
      const properties = readProperties(view, cursor);
      return { packetIdentifier, properties, reasonCodes: [...octetsAt(view, cursor.at, stop - cursor.at)] };
    }
    case 14:
      if (cursor.at === stop) return { reasonCode: undefined, properties: undefined };
      throw new RangeError("a DISCONNECT that says why");
    default:
      return {};
  }
}

function readConnect(view: DataView, cursor: Cursor) {
  const protocolName = readText(view, cursor);
  const protocolVersion = view.getUint8(cursor.at++);
  const flags = view.getUint8(cursor.at++);
  return {
    protocolName,
    protocolVersion,
    flags: {
      userName: flags >> 7,
      password: (flags >> 6) & 1,
      willRetain: (flags >> 5) & 1,
      willQoS: (flags >> 3) & 3,
      will: (flags >> 2) & 1,
      cleanStart: (flags >> 1) & 1,
      reserved: flags & 1,
    },
    keepAlive: readU16(view, cursor),
    properties: readProperties(view, cursor),
    clientIdentifier: readText(view, cursor),
  };
}

function readProperties(view: DataView, cursor: Cursor) {
  const stop = readVariable(view, cursor) + cursor.at;
  const properties: { identifier: number; value: number }[] = [];
  while (cursor.at < stop) {
    const identifier = view.getUint8(cursor.at++);
    if (identifier === 0x02) {
      properties.push({ identifier, value: view.getUint32(cursor.at) });
      cursor.at += 4;
    } else if (identifier === 0x21 || identifier === 0x22) {
      properties.push({ identifier, value: readU16(view, cursor) });
    } else throw new RangeError(`property ${identifier}`);
  }
  return properties;
}

function readVariable(view: DataView, cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const octet = view.getUint8(cursor.at++);
    value |= (octet & 0x7f) << shift;
    if (octet < 0x80) return value;
  }
  throw new RangeError("a variable byte integer of more than four octets");
}

function readU16(view: DataView, cursor: Cursor): number {
  const value = view.getUint16(cursor.at);
  cursor.at += 2;
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readText(view: DataView, cursor: Cursor): string {
  const size = readU16(view, cursor);
  const text = utf8.decode(octetsAt(view, cursor.at, size));
  cursor.at += size;
  return text;
}
