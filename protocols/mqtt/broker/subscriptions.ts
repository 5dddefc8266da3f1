// Who has subscribed to what, alone or sharing with others. MQTT 5 §3.8, §4.7 and §4.8.2.
import { sharedPart } from "../topics.ts";
import { TopicTree } from "./tree.ts";

export interface Subscription {
  readonly qos: number;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly identifier?: number;
}

/** What a subscriber's subscriptions that match a message come to: it gets the message once (§3.3.4). */
export interface Match {
  readonly qos: number;
  readonly retainAsPublished: boolean;
  readonly identifiers: readonly number[];
  /** The shared subscription, `$share/NAME/FILTER`, that it came by. */
  readonly share?: string;
}

/** Subscribers of one filter: each for itself, and groups that share. */
interface Place<Who> {
  readonly alone: Map<Who, Subscribed>;
  readonly groups: Map<string, Map<Who, Subscribed>>;
}

interface Subscribed {
  readonly subscription: Subscription;
  readonly match: Match;
}

/** Topics whose subscribers are remembered, and their characters: what clients choose must not grow without bound. */
const mostRemembered = 1000;
const longestRemembered = 256;

export class Subscriptions<Who extends object> {
  /** Of all subscribers. */
  count = 0;
  readonly #tree = new TopicTree<Place<Who>>();
  /** By topics that were published to: looking in the tree costs more than all else that is done with a message. */
  readonly #matched = new Map<string, readonly Place<Who>[]>();
  readonly #filters = new Map<Who, Map<string, Subscription>>();

  countOf(who: Who): number {
    return this.#filters.get(who)?.size ?? 0;
  }

  has(filter: string, who: Who): boolean {
    return this.#filters.get(who)?.has(filter) ?? false;
  }

  /** A second subscription to the same filter replaces the first [MQTT-3.8.4-3]. */
  add(filter: string, who: Who, subscription: Subscription): void {
    const share = sharing(filter);
    const at = share?.filter ?? filter;
    const place = this.#tree.at(at) ?? this.#placeFor(at);
    const { qos, retainAsPublished, identifier } = subscription;
    const match: Match = {
      qos,
      retainAsPublished,
      identifiers: identifier === undefined ? [] : [identifier],
      ...(share && { share: filter }),
    };
    if (share) {
      const group = place.groups.get(share.name) ?? new Map();
      place.groups.set(share.name, group.set(who, { subscription, match }));
    } else place.alone.set(who, { subscription, match });
    if (!this.has(filter, who)) this.count++;
    const filters = this.#filters.get(who) ?? new Map();
    this.#filters.set(who, filters.set(filter, subscription));
  }

  /** Whether there was one. */
  remove(filter: string, who: Who): boolean {
    const filters = this.#filters.get(who);
    if (!filters?.delete(filter)) return false;
    if (filters.size === 0) this.#filters.delete(who);
    this.count--;
    const share = sharing(filter);
    const at = share?.filter ?? filter;
    const place = this.#tree.at(at)!;
    if (share) {
      const group = place.groups.get(share.name)!;
      group.delete(who);
      if (group.size === 0) place.groups.delete(share.name);
    } else place.alone.delete(who);
    if (place.alone.size === 0 && place.groups.size === 0) {
      this.#tree.delete(at);
      this.#matched.clear();
    }
    return true;
  }

  removeAll(who: Who): void {
    for (const filter of [...(this.#filters.get(who)?.keys() ?? [])]) this.remove(filter, who);
  }

  /**
   * Calls `give` with each subscriber of a topic, and returns how many that were. `from` is who publishes, for those
   * who don't want their own. Of a group that shares one is chosen: the next one that `isReady`, or else the next.
   */
  matching(
    topic: string,
    from: Who | undefined,
    give: (who: Who, match: Match) => void,
    isReady: (who: Who) => boolean = () => true,
  ): number {
    const places = this.#placesOf(topic);
    let count = 0;
    if (places.length === 1) {
      for (const [who, { subscription, match }] of places[0]!.alone) {
        if (subscription.noLocal && who === from) continue;
        give(who, match);
        count++;
      }
    } else if (places.length > 1) {
      const all = together(places, from);
      for (const [who, match] of all) give(who, match);
      count = all.size;
    }
    for (const { groups } of places)
      for (const group of groups.values()) {
        const chosen = next(group, isReady);
        if (!chosen) continue;
        give(...chosen);
        count++;
      }
    return count;
  }

  #placeFor(filter: string): Place<Who> {
    const place: Place<Who> = { alone: new Map(), groups: new Map() };
    this.#tree.set(filter, place);
    this.#matched.clear();
    return place;
  }

  #placesOf(topic: string): readonly Place<Who>[] {
    const known = this.#matched.get(topic);
    if (known) return known;
    const places = [...this.#tree.matchingName(topic)];
    if (this.#matched.size >= mostRemembered) this.#matched.clear();
    if (topic.length <= longestRemembered) this.#matched.set(topic, places);
    return places;
  }

  /** Who is next in a shared subscription, given as `$share/NAME/FILTER`. */
  next(share: string, isReady: (who: Who) => boolean): readonly [Who, Match] | undefined {
    const { name, filter } = sharing(share)!;
    const group = this.#tree.at(filter)?.groups.get(name);
    return group && next(group, isReady);
  }
}

/** The standard's "malformed" has been refused before. */
function sharing(filter: string): { name: string; filter: string } | undefined {
  const shared = sharedPart(filter);
  return shared === "malformed" ? undefined : shared;
}

/** Each subscriber once, with the highest QoS and all identifiers of its subscriptions. */
function together<Who>(places: readonly Place<Who>[], from: Who | undefined): Map<Who, Match> {
  const all = new Map<Who, Match>();
  for (const { alone } of places)
    for (const [who, { subscription, match }] of alone) {
      if (subscription.noLocal && who === from) continue;
      const before = all.get(who);
      all.set(
        who,
        before
          ? {
              qos: Math.max(before.qos, match.qos),
              retainAsPublished: before.retainAsPublished || match.retainAsPublished,
              identifiers: [...before.identifiers, ...match.identifiers],
            }
          : match,
      );
    }
  return all;
}

/** In turn: whoever is chosen goes to the end of the line. */
function next<Who>(
  group: Map<Who, Subscribed>,
  isReady: (who: Who) => boolean,
): readonly [Who, Match] | undefined {
  let chosen: Who | undefined;
  for (const who of group.keys()) {
    chosen ??= who;
    if (!isReady(who)) continue;
    chosen = who;
    break;
  }
  if (chosen === undefined) return undefined;
  const subscribed = group.get(chosen)!;
  group.delete(chosen);
  group.set(chosen, subscribed);
  return [chosen, subscribed.match];
}
