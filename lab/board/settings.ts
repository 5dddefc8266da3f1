// A board's settings: one TOML file a board, checked key by key. What each means stands in nucleo.toml and disco.toml.
import * as v from "valibot";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

const octets = (text: string): number => new TextEncoder().encode(text).length;

const whole = (least: number, most: number) =>
  v.pipe(
    v.number(`a whole number from ${least} to ${most}`),
    v.check(
      value => Number.isInteger(value) && value >= least && value <= most,
      `a whole number from ${least} to ${most}`,
    ),
  );
const text = (most: number) =>
  v.pipe(
    v.string("text in quotes"),
    v.check(value => value.length > 0, "text that is not empty"),
    v.check(value => octets(value) <= most, `at most ${most} octets of UTF-8`),
  );
const choice = <const T extends readonly string[]>(...names: T) =>
  v.picklist(names, names.map(name => `"${name}"`).join(" or "));
const ipv4 = v.pipe(v.string("an IPv4 address in quotes"), v.ipv4('an IPv4 address such as "192.168.1.10"'));
const netmask = v.pipe(
  ipv4,
  v.check(mask => /^1*0*$/.test(bitsOf(mask)), 'a netmask: ones, then zeros, such as "255.255.255.0"'),
);
const bitsOf = (address: string): string =>
  address
    .split(".")
    .map(octet => Number(octet).toString(2).padStart(8, "0"))
    .join("");
const yes = v.boolean("true or false");

/** A topic to publish to: no wildcard, no U+0000 (MQTT 5 §4.7). */
const topic = v.pipe(
  text(65_535),
  v.check(value => !/[#+\0]/.test(value), "a topic without the wildcards + and #"),
);
const zone = v.union(
  [
    whole(-12, 14),
    v.pipe(
      v.string(),
      v.check(name => isZone(name), 'whole hours from GMT, or an IANA zone such as "Europe/Madrid"'),
    ),
  ],
  'whole hours from GMT, or an IANA zone such as "Europe/Madrid"',
);

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const filled = <T extends v.ObjectEntries>(entries: T) => v.strictObject(entries, "a table of settings");

const schema = filled({
  general: filled({ platform: text(23), console: yes }),
  dhcp: filled({
    attempts: whole(0, 10_000),
    poll: whole(1, 60_000),
    address: ipv4,
    netmask,
    gateway: ipv4,
    probe: yes,
  }),
  dns: filled({
    server: choice("main", "alternative"),
    main: choice("gateway"),
    alternative: ipv4,
    timeout: whole(10, 60_000),
  }),
  ntp: filled({
    server: choice("main", "alternative"),
    main: text(253),
    alternative: text(253),
    zone,
    timeout: whole(10, 60_000),
  }),
  tls: filled({
    mode: choice("off", "server", "mutual"),
    version: choice("1.2", "1.3"),
    debug: whole(0, 5),
    root: v.optional(text(4096)),
    certificate: v.optional(text(4096)),
    key: v.optional(text(4096)),
  }),
  mqtt: filled({
    broker: choice("main", "alternative"),
    main: text(253),
    alternative: text(253),
    clientId: text(65_535),
    keepAlive: whole(0, 65_535),
    publicTopic: topic,
    secretTopic: topic,
    qos: v.pipe(
      whole(0, 2),
      v.transform(qos => qos as 0 | 1 | 2),
    ),
    readTimeout: whole(10, 600_000),
  }),
  // While the board waits it reads nothing, not even the answer to a ping, which may take ten seconds at the most.
  test: filled({ enabled: yes, size: whole(1, 2048), cycles: whole(1, 1_000_000), wait: whole(0, 9000) }),
});

export type Settings = v.InferOutput<typeof schema>;
export const boardNames = ["nucleo", "disco"] as const;
export type BoardName = (typeof boardNames)[number];

const platforms = { nucleo: "NUCLEO-H723ZG", disco: "DISCO-F769NI" } as const;

/** "real" keeps the original's waits; "fast" shortens them, so that a run takes seconds. */
export type Pace = "fast" | "real";

/** The original's settings, but for the debug level, which lets a capture be deciphered; times in milliseconds. */
export const defaults = (board: BoardName, pace: Pace): Settings => ({
  general: { platform: platforms[board], console: true },
  dhcp: {
    attempts: 50,
    poll: 250,
    address: "192.168.1.10",
    netmask: "255.255.255.0",
    gateway: "192.168.1.1",
    probe: false,
  },
  dns: { server: "main", main: "gateway", alternative: "8.8.8.8", timeout: 5000 },
  ntp: { server: "main", main: "JORGE-PC", alternative: "es.pool.ntp.org", zone: 0, timeout: 5000 },
  tls: { mode: "mutual", version: "1.2", debug: 3 },
  mqtt: {
    broker: "main",
    main: "JORGE-PC",
    alternative: "test.mosquitto.org",
    clientId: "[JORGE]",
    keepAlive: 0,
    publicTopic: "[TEMA_PÚBLICO]",
    secretTopic: "[TEMA_SECRETO]",
    qos: 0,
    readTimeout: pace === "real" ? 10_000 : 250,
  },
  test: { enabled: board === "disco", size: 1024, cycles: 100, wait: pace === "real" ? 1000 : 10 },
});

type Tables = Record<string, Record<string, unknown>>;

/**
 * Settings from a TOML text laid over the board's defaults, and `--set table.key=value` over both. `place`: what is
 * otherwise by default where the board stands, `table.key=value` too.
 * @throws Failure (usage) that names file, line, what was found and what is expected.
 */
export function readSettings(
  board: BoardName,
  pace: Pace,
  file: { readonly name: string; readonly text: string } | undefined,
  set: readonly string[] = [],
  place: readonly string[] = [],
): Settings {
  const merged: Tables = structuredClone(defaults(board, pace)) as unknown as Tables;
  for (const assignment of place) lay(merged, assigned(assignment), () => assignment);
  if (file) lay(merged, parse(file), key => whereIn(file, key));
  for (const assignment of set) lay(merged, assigned(assignment), () => `--set ${clipped(assignment)}`);
  const checked = v.safeParse(schema, merged);
  if (checked.success) return consistent(checked.output);

  const issue = checked.issues[0];
  const path = (issue.path ?? []).map(step => String(step.key));
  const key = path.join(".");
  const fromSet = set.findLast(assignment => assignment.startsWith(`${key}=`));
  const where = fromSet ? `--set ${clipped(fromSet)}` : file ? whereIn(file, key) : "the settings";
  throw usage(`${where}: ${key} is ${described(issue.input)}, where ${issue.message} is expected.`);
}

/** What only two settings together show. @throws Failure (usage) */
function consistent(settings: Settings): Settings {
  const { general, mqtt, dhcp } = settings;
  if (["router", "JORGE-PC"].includes(general.platform))
    throw usage(
      `general.platform is ${general.platform}, which is another host's name; give the board one of its own.`,
    );
  if (mqtt.publicTopic === mqtt.secretTopic)
    throw usage(
      "mqtt.publicTopic and mqtt.secretTopic are the same: the board would answer itself without end.",
    );
  const [address, gateway] = [dhcp.address, dhcp.gateway].map(bitsOf) as [string, string];
  const prefix = bitsOf(dhcp.netmask).indexOf("0");
  if (prefix >= 0 && address.slice(0, prefix) !== gateway.slice(0, prefix))
    throw usage(
      `dhcp.gateway ${dhcp.gateway} is not in the network of dhcp.address ${dhcp.address}, netmask ${dhcp.netmask}.`,
    );
  return settings;
}

/** Lays `tables` over `settings`; a key that is not there is refused with the one that may be meant. */
function lay(settings: Tables, tables: Record<string, unknown>, where: (key: string) => string): void {
  for (const [name, table] of Object.entries(tables)) {
    const known = settings[name];
    if (!known) throw unknown(where(name), name, Object.keys(settings));
    if (typeof table !== "object" || table === null || Array.isArray(table))
      throw usage(`${where(name)}: ${name} is ${described(table)}, where a table [${name}] is expected.`);
    const optional = name === "tls" ? ["root", "certificate", "key"] : [];
    for (const [key, value] of Object.entries(table)) {
      if (!(key in known) && !optional.includes(key))
        throw unknown(
          where(`${name}.${key}`),
          `${name}.${key}`,
          [...Object.keys(known), ...optional].map(k => `${name}.${k}`),
        );
      known[key] = value;
    }
  }
}

function unknown(where: string, key: string, known: readonly string[]) {
  const close = meant(key, known);
  const hint = close ? `did you mean ${close}?` : `there are ${known.join(", ")}.`;
  return usage(`${where}: there is no setting ${clipped(key)}; ${hint}`);
}

function parse(file: { name: string; text: string }): Record<string, unknown> {
  try {
    return Bun.TOML.parse(file.text) as Record<string, unknown>;
  } catch (error) {
    const reason = (error as Error).message.replace(/^TOML Parse error: /, "");
    throw usage(`${file.name}, line ${brokenLine(file.text)}: not TOML: ${reason}.`);
  }
}

/** The line after the longest beginning of the text that is TOML; the parser itself does not tell. */
function brokenLine(text: string): number {
  const lines = text.split("\n");
  for (let count = lines.length; count > 0; count--) {
    try {
      Bun.TOML.parse(lines.slice(0, count - 1).join("\n"));
      return count;
    } catch {
      // The mistake is further up.
    }
  }
  return 1;
}

/** `mqtt.keepAlive=60` as a table. Values are TOML; what is no TOML is text, so that quotes can be left out. */
function assigned(assignment: string): Tables {
  const match = /^(\w+)\.(\w+)=(.*)$/s.exec(assignment);
  if (!match)
    throw usage(`--set ${clipped(assignment)}: table.key=value is expected, such as mqtt.keepAlive=60.`);
  const [, table, key, written] = match as unknown as [string, string, string, string];
  return { [table]: { [key]: tomlOrText(written) } };
}

function tomlOrText(written: string): unknown {
  if (/^(true|false|[+-]?\d+|".*")$/s.test(written)) {
    try {
      return (Bun.TOML.parse(`value = ${written}`) as { value: unknown }).value;
    } catch {
      return written;
    }
  }
  return written;
}

/** "nucleo.toml, line 12": where a key stands in the file, if it does. */
function whereIn(file: { name: string; text: string }, path: string): string {
  const [table, key] = path.split(".");
  let current = "";
  for (const [i, line] of file.text.split("\n").entries()) {
    const header = /^\s*\[\s*([\w-]+)\s*\]/.exec(line);
    if (header) current = header[1]!;
    const found =
      key === undefined
        ? header?.[1] === table || new RegExp(`^\\s*${table}\\s*=`).test(line)
        : current === table && new RegExp(`^\\s*"?${key}"?\\s*=`).test(line);
    if (found) return `${file.name}, line ${i + 1}`;
  }
  return file.name;
}

const clipped = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

function described(value: unknown): string {
  if (typeof value === "string")
    return value.length > 60 ? `text of ${octets(value)} octets` : JSON.stringify(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : String(value);
}
