// Access control lists in the format of Mosquitto's acl_file: who may read and write which topics. mosquitto.conf(5), "acl_file".
import { faultOfFilter, matches } from "../topics.ts";
import type { Party } from "./access.ts";

type Right = "read" | "write" | "readwrite" | "deny";

interface Entry {
  readonly right: Right;
  /** A topic filter; in a pattern, %c stands for the client identifier and %u for the user name. */
  readonly filter: string;
}

/** A line that can't be understood. */
export class AclFault extends Error {
  override readonly name = "AclFault";
}

/**
 * Lines before the first `user` are for clients without a user name, those after `user NAME` for that user, and
 * `pattern` lines for everyone. What no line grants is denied, and `deny` comes before all that is granted.
 */
export class Acl {
  readonly #byUser = new Map<string | undefined, Entry[]>();
  readonly #patterns: Entry[] = [];

  /** @throws AclFault with the line's number */
  constructor(text: string) {
    let user: string | undefined;
    for (const [i, raw] of text.split("\n").entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#")) continue;
      const [word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line)!.slice(1);
      const fault = (says: string) => new AclFault(`line ${i + 1}: ${says}`);
      if (word === "user") {
        if (rest === "") throw fault("a user name follows user");
        user = rest;
      } else if (word === "topic" || word === "pattern") {
        const entry = entryOf(rest);
        const wrong = entry.filter === "" ? "a topic filter is missing" : faultOfFilter(entry.filter);
        if (wrong) throw fault(wrong);
        if (word === "pattern") this.#patterns.push(entry);
        else this.#byUser.set(user, [...(this.#byUser.get(user) ?? []), entry]);
      } else throw fault(`"${word}" is none of user, topic and pattern`);
    }
  }

  mayRead(who: Party, topic: string): boolean {
    return this.#may("read", who, topic);
  }

  mayWrite(who: Party, topic: string): boolean {
    return this.#may("write", who, topic);
  }

  #may(what: "read" | "write", who: Party, topic: string): boolean {
    let granted = false;
    for (const { right, filter } of this.#entriesFor(who)) {
      if (granted && right !== "deny") continue;
      if (!matches(filter, topic)) continue;
      if (right === "deny") return false;
      granted ||= right === what || right === "readwrite";
    }
    return granted;
  }

  *#entriesFor(who: Party): Generator<Entry> {
    yield* this.#byUser.get(who.userName) ?? [];
    for (const { right, filter } of this.#patterns) {
      const filled = filledIn(filter, who);
      if (filled !== undefined) yield { right, filter: filled };
    }
  }
}

function entryOf(rest: string): Entry {
  const [, right, filter] = /^(read|write|readwrite|deny)\s+(.*)$/.exec(rest) ?? [];
  return right === undefined
    ? { right: "readwrite", filter: rest }
    : { right: right as Right, filter: filter! };
}

/** Without the name that it asks for a pattern says nothing; nor with a name that would act as a wildcard, or reach into other levels. */
function filledIn(filter: string, { id, userName }: Party): string | undefined {
  let whole = true;
  const filled = filter.replace(/%[cu]/g, which => {
    const name = which === "%c" ? id : userName;
    if (name === undefined || name === "" || /[+#/]/.test(name)) whole = false;
    return name ?? "";
  });
  return whole ? filled : undefined;
}
