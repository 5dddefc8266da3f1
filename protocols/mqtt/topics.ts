// Topic names and topic filters: what they may look like, and which filter matches which name. MQTT 5 §4.7 and §4.8.2.

/** Why a topic name can't be one; `undefined` if it can. §4.7.1, §4.7.3 */
export function faultOfName(name: string): string | undefined {
  if (name === "") return "a topic name has at least one character";
  const wildcard = /[+#]/.exec(name)?.[0];
  if (wildcard) return `the wildcard "${wildcard}" is for topic filters only`;
  return undefined;
}

/** Why a topic filter can't be one; `undefined` if it can. §4.7.1, and §4.8.2 for shared subscriptions. */
export function faultOfFilter(filter: string): string | undefined {
  const shared = sharedPart(filter);
  if (shared === "malformed") return "a shared subscription is $share/NAME/FILTER";
  const levels = (shared?.filter ?? filter).split("/");
  if (levels.length === 1 && levels[0] === "") return "a topic filter has at least one character";
  for (const [i, level] of levels.entries()) {
    if (level.length > 1 && /[+#]/.test(level)) return `in "${level}" a wildcard does not fill its level`;
    if (level === "#" && i < levels.length - 1) return `"#" is not the last level`;
  }
  return undefined;
}

/** The share name and the filter in `$share/NAME/FILTER`; `undefined` if it is none, "malformed" if a bad one. */
export function sharedPart(filter: string): { name: string; filter: string } | "malformed" | undefined {
  if (!filter.startsWith("$share/") && filter !== "$share") return undefined;
  const [, name = "", ...rest] = filter.split("/");
  if (name === "" || /[+#]/.test(name) || rest.length === 0 || rest.join("/") === "") return "malformed";
  return { name, filter: rest.join("/") };
}

/** Whether a filter matches a name. Wildcards at the front do not reach topics that begin with "$" [MQTT-4.7.2-1]. */
export function matches(filter: string, name: string): boolean {
  if (name.startsWith("$") && /^[+#]/.test(filter)) return false;
  const wanted = filter.split("/");
  const levels = name.split("/");
  for (const [i, level] of wanted.entries()) {
    if (level === "#") return true;
    if (i >= levels.length || (level !== "+" && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}

/** How many levels a topic name or filter has. */
export function levelsOf(topic: string): number {
  let levels = 1;
  for (let at = topic.indexOf("/"); at >= 0; at = topic.indexOf("/", at + 1)) levels++;
  return levels;
}
