// What a ladder is made of: hosts, messages in order, and the chapters that they fall into. JSON, the same in page and report.
import type { Step } from "../../story/telling.ts";
import type { Said } from "../../words.ts";

/** What a message says to one who looks at it: with the session's keys, or without. */
export interface Sight {
  /** "MQTT": the highest protocol. */
  readonly protocol: string;
  /** The line of the packet list. */
  readonly label: string;
  /** Wireshark's names of its layers, from the link up, each once. */
  readonly layers: readonly string[];
  readonly says: Said;
  /** Where it takes its hosts. */
  readonly steps: readonly Step[];
}

export interface Message {
  /** The packet's. */
  readonly number: number;
  /** Seconds since the first packet. */
  readonly time: number;
  /** Octets on the wire. */
  readonly octets: number;
  /** A column, or `everybody`. */
  readonly from: string;
  readonly to: string;
  /** Place among the ladder's segments. */
  readonly segment: number;
  /** Place among the chapters. */
  readonly chapter: number;
  readonly open: Sight;
  /** Where it is another: what somebody without the keys sees. */
  readonly closed?: Sight;
  /** What hosts did by themselves after it: nothing of it is on the wire. */
  readonly own: readonly Step[];
  /** What befell it on the cable, in the words of the recording. */
  readonly notes: readonly string[];
}

/** Messages that belong together, such as one handshake. They need not follow one another. */
export interface Chapter {
  readonly title: Said;
  /** What it is for somebody without the keys, where that is another thing. */
  readonly closed?: Said;
  /** Wireshark's name of the protocol that it is about. */
  readonly layer: string;
  readonly messages: number;
  /** Seconds since the first packet. */
  readonly start: number;
  readonly end: number;
}

export interface Ladder {
  readonly hosts: readonly { readonly name: string; readonly address?: string; readonly segment?: string }[];
  /** Names of the segments that a router divides; one without a name where there is no such router. */
  readonly segments: readonly string[];
  readonly chapters: readonly Chapter[];
  readonly messages: readonly Message[];
  /** Whether there were packets beyond those of `messages`. */
  readonly more: boolean;
}

export const everybody = "*";

/** What is seen of a message. `open`: with the keys. */
export const sightOf = ({ open, closed }: Message, isOpen: boolean): Sight =>
  isOpen ? open : (closed ?? open);

/** What is known by now at each host, in the order in which it came to know; `until`: so many messages. */
export function knowledgeAfter(
  messages: readonly Message[],
  until: number,
  isOpen: boolean,
): ReadonlyMap<string, readonly Step["to"][]> {
  const known = new Map<string, Map<string, Step["to"]>>();
  for (const message of messages.slice(0, until))
    for (const { host, from, to } of stepsOf(message, isOpen)) {
      const facts = known.get(host) ?? new Map<string, Step["to"]>();
      known.set(host, facts);
      if (from !== undefined) facts.delete(keyOf(from));
      facts.delete(keyOf(to));
      facts.set(keyOf(to), to);
    }
  return new Map([...known].map(([host, facts]) => [host, [...facts.values()]]));
}

/** Somebody who only listens sees no LED. */
export const stepsOf = (message: Message, isOpen: boolean): readonly Step[] =>
  isOpen ? [...message.open.steps, ...message.own] : sightOf(message, false).steps;

const keyOf = (state: Step["to"]): string => (typeof state === "string" ? state : state.en);
