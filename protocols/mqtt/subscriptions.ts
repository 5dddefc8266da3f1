// Who has subscribed to what. MQTT 5 §3.8, §4.7.
import { TopicTree } from "./tree.ts";

export interface Subscription {
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly identifier?: number;
}

/** What a subscriber's subscriptions that match a message come to: it gets the message once (§3.3.4). */
export interface Match {
  retainAsPublished: boolean;
  readonly identifiers: number[];
}

export class Subscriptions<Who extends object> {
  readonly #tree = new TopicTree<Map<Who, Subscription>>();
  readonly #filters = new Map<Who, Set<string>>();

  countOf(who: Who): number {
    return this.#filters.get(who)?.size ?? 0;
  }

  has(filter: string, who: Who): boolean {
    return this.#filters.get(who)?.has(filter) ?? false;
  }

  /** A second subscription to the same filter replaces the first [MQTT-3.8.4-3]. */
  add(filter: string, who: Who, subscription: Subscription): void {
    const subscribers = this.#tree.at(filter);
    if (subscribers) subscribers.set(who, subscription);
    else this.#tree.set(filter, new Map([[who, subscription]]));
    const filters = this.#filters.get(who);
    if (filters) filters.add(filter);
    else this.#filters.set(who, new Set([filter]));
  }

  /** Whether there was one. */
  remove(filter: string, who: Who): boolean {
    const subscribers = this.#tree.at(filter);
    if (!subscribers?.delete(who)) return false;
    if (subscribers.size === 0) this.#tree.delete(filter);
    this.#filters.get(who)?.delete(filter);
    return true;
  }

  removeAll(who: Who): void {
    for (const filter of [...(this.#filters.get(who) ?? [])]) this.remove(filter, who);
    this.#filters.delete(who);
  }

  /** The subscribers of a topic; `from` is who publishes, for those who don't want their own. */
  matching(topic: string, from: Who | undefined): Map<Who, Match> {
    const all = new Map<Who, Match>();
    for (const subscribers of this.#tree.matchingName(topic))
      for (const [who, { noLocal, retainAsPublished, identifier }] of subscribers) {
        if (noLocal && who === from) continue;
        const match = all.get(who) ?? { retainAsPublished: false, identifiers: [] };
        match.retainAsPublished ||= retainAsPublished;
        if (identifier !== undefined) match.identifiers.push(identifier);
        all.set(who, match);
      }
    return all;
  }
}
