// What may be sent: mqtt-packet writes what it is given, so that it can be written is seen to here.
import { Unwritable } from "../../wire/index.ts";
import { faultOfFilter, faultOfName } from "../topics.ts";
import { text } from "../values.ts";

/** @throws Unwritable if the text can't be a string of MQTT's */
export function sendable(value: string, key: string): string {
  try {
    text.encode(value);
  } catch (error) {
    throw error instanceof Unwritable ? error.within(key) : error;
  }
  return value;
}

export function topicSendable(topic: string, key = "topic"): string {
  const fault = faultOfName(sendable(topic, key));
  if (fault) throw new Unwritable(fault).within(key);
  return topic;
}

export function filterSendable(filter: string): string {
  const fault = faultOfFilter(sendable(filter, "filter"));
  if (fault) throw new Unwritable(fault).within("filter");
  return filter;
}

export function whole(value: number, key: string, low: number, high: number): void {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    throw new Unwritable(`${value} is not a whole number from ${low} to ${high}`).within(key);
}
