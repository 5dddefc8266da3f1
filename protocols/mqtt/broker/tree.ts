// Values kept by topic, level by level, so that looking one up costs its levels and not all that is kept. MQTT 5 §4.7.

interface Node<V> {
  readonly below: Map<string, Node<V>>;
  value?: V;
}

const node = <V>(): Node<V> => ({ below: new Map() });

/** Keys are topic names or topic filters; both are looked up by the other. No node is visited twice in one look. */
export class TopicTree<V> {
  readonly #root = node<V>();

  at(key: string): V | undefined {
    let at: Node<V> | undefined = this.#root;
    for (const level of key.split("/")) at = at?.below.get(level);
    return at?.value;
  }

  set(key: string, value: V): void {
    let at = this.#root;
    for (const level of key.split("/")) {
      let next = at.below.get(level);
      if (!next) {
        next = node();
        at.below.set(level, next);
      }
      at = next;
    }
    at.value = value;
  }

  /** Removes the value and the levels that only led to it. */
  delete(key: string): void {
    const levels = key.split("/");
    const path = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)!.below.get(level);
      if (!next) return;
      path.push(next);
    }
    path.at(-1)!.value = undefined;
    for (let i = levels.length; i > 0; i--) {
      const { below, value } = path[i]!;
      if (value !== undefined || below.size > 0) return;
      path[i - 1]!.below.delete(levels[i - 1]!);
    }
  }

  /** The values under filters that match a topic name. */
  *matchingName(name: string): Generator<V> {
    const levels = name.split("/");
    // Wildcards at the front do not reach topics that begin with "$" [MQTT-4.7.2-1].
    yield* this.#filters(this.#root, levels, 0, name.startsWith("$"));
  }

  *#filters(at: Node<V>, levels: readonly string[], i: number, hidden: boolean): Generator<V> {
    const all = hidden ? undefined : at.below.get("#");
    if (all?.value !== undefined) yield all.value;
    if (i === levels.length) {
      if (at.value !== undefined) yield at.value;
      return;
    }
    const any = hidden ? undefined : at.below.get("+");
    if (any) yield* this.#filters(any, levels, i + 1, false);
    const exact = at.below.get(levels[i]!);
    if (exact) yield* this.#filters(exact, levels, i + 1, false);
  }

  /** The values under topic names that a filter matches. */
  *matchingFilter(filter: string): Generator<V> {
    yield* this.#names(this.#root, filter.split("/"), 0);
  }

  *#names(at: Node<V>, levels: readonly string[], i: number): Generator<V> {
    const level = levels[i];
    if (level === undefined) {
      if (at.value !== undefined) yield at.value;
    } else if (level !== "#" && level !== "+") {
      const exact = at.below.get(level);
      if (exact) yield* this.#names(exact, levels, i + 1);
    } else if (level === "#" && i > 0) {
      yield* this.#all(at);
    } else {
      for (const [key, next] of at.below) {
        if (i === 0 && key.startsWith("$")) continue;
        yield* level === "#" ? this.#all(next) : this.#names(next, levels, i + 1);
      }
    }
  }

  *#all(at: Node<V>): Generator<V> {
    if (at.value !== undefined) yield at.value;
    for (const next of at.below.values()) yield* this.#all(next);
  }
}
