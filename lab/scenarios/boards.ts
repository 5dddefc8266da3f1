// The boards of a run: which ones, each with its settings, and none mistaken for another.

import { dotted, parseIpv4 } from "../../protocols/ipv4/address.ts";
import { type BoardName, boardNames, type Pace, readSettings, type Settings } from "../board/settings.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";
import type { ScenarioOptions } from "./options.ts";
import { type CastBoard, isTesting } from "./scenario.ts";

/** A board before it has certificates. */
export type Chosen = Omit<CastBoard, "plan">;

/** More addresses than these the router's pool does not have. */
export const mostBoards = 150;

/** That of the reference run; any other gets one from its place on the switch. */
const nucleoMac = "00:c0:df:24:ba:6b";

/** The boards that `--board` names, with the settings of files, `--set` and flags. @throws Failure (usage) */
export async function chooseBoards(
  options: ScenarioOptions,
  pace: Pace,
  /** What is otherwise by default where they stand: `table.key=value`. */
  place: readonly string[] = [],
): Promise<Chosen[]> {
  const kinds = readBoards(options.board);
  const known = new Map<BoardName, Settings>();
  for (const kind of new Set(kinds))
    known.set(kind, await settingsOf(kind, new Set(kinds), options, pace, place));
  return distinct(kinds.map(kind => ({ kind, settings: known.get(kind)!, held: options.hold })));
}

/** "nucleo:2,disco" as three boards. @throws Failure (usage) */
export function readBoards(text: string): BoardName[] {
  const kinds = text.split(",").flatMap(word => {
    const [, name = "", count = "1"] = /^\s*([^:*]*)(?:[:*](\d+))?\s*$/.exec(word) ?? [];
    if (!isBoard(name)) {
      const close = meant(name || word.trim(), boardNames);
      const hint = close ? `did you mean ${close}?` : `there are ${boardNames.join(" and ")}.`;
      throw usage(`--board ${text}: there is no board "${word.trim()}"; ${hint}`);
    }
    const many = Number(count);
    if (many < 1 || many > mostBoards)
      throw usage(`--board ${text}: from 1 to ${mostBoards} boards are possible.`);
    return Array.from({ length: many }, () => name);
  });
  if (kinds.length > mostBoards)
    throw usage(`--board ${text}: these are ${kinds.length} boards, and ${mostBoards} are the most.`);
  return kinds;
}

const isBoard = (name: string): name is BoardName => boardNames.includes(name as BoardName);

/** The file, then `--set`, then the flags that name a setting of their own. */
async function settingsOf(
  kind: BoardName,
  kinds: ReadonlySet<BoardName>,
  options: ScenarioOptions,
  pace: Pace,
  place: readonly string[],
): Promise<Settings> {
  const set = options.set.flatMap(assignment => forBoard(assignment, ".", kind, kinds, "--set"));
  if (options.tls) set.push(`tls.mode=${options.tls}`);
  if (options.tlsVersion) set.push(`tls.version="${options.tlsVersion}"`);
  if (options.qos) set.push(`mqtt.qos=${options.qos}`);
  const files = options.settings.flatMap(file => forBoard(file, "=", kind, kinds, "--settings"));
  const shared = options.settings.find(file => boardIn(file, "=") === undefined);
  if (shared !== undefined && kinds.size > 1)
    throw usage(`--settings ${shared}: whose settings are these? Write ${kind}=${shared}, for instance.`);
  if (files.length > 1) throw usage(`--settings: ${kind} has more than one file; give it one.`);
  const [path] = files;
  if (path === undefined) return readSettings(kind, pace, undefined, set, place);
  const text = await Bun.file(path)
    .text()
    .catch((error: NodeJS.ErrnoException) => {
      throw usage(`the settings file ${path} can't be read (${error.code}); give the path of a TOML file.`);
    });
  return readSettings(kind, pace, { name: path, text }, set, place);
}

/** What is said to this board: to all of them, or to it by its name; one that does not play can't be told anything. */
function forBoard(
  word: string,
  separator: string,
  kind: BoardName,
  kinds: ReadonlySet<BoardName>,
  flag: string,
): string[] {
  const named = boardIn(word, separator);
  if (named === undefined) return [word];
  if (!kinds.has(named)) throw usage(`${flag} ${word}: ${named} is not in this run; add it with --board.`);
  return named === kind ? [word.slice(named.length + 1)] : [];
}

const boardIn = (word: string, separator: string): BoardName | undefined =>
  boardNames.find(name => word.startsWith(name + separator));

/**
 * Boards of one run must not have one name, client identifier or static address: each after the first is numbered. A
 * board in test mode would take another's messages for its own: it gets a secret topic to itself.
 */
function distinct(boards: readonly Omit<Chosen, "name">[]): Chosen[] {
  const taken = { names: new Set<string>(), clients: new Set<string>(), addresses: new Set<string>() };
  const isShared = (topic: string) =>
    boards.filter(one => one.settings.mqtt.secretTopic === topic).length > 1;
  const topics = new Set(boards.flatMap(({ settings: { mqtt } }) => [mqtt.secretTopic, mqtt.publicTopic]));
  return boards.map(board => {
    const { general, mqtt, dhcp } = board.settings;
    const name = numbered(general.platform, taken.names);
    const apart = isTesting(board) && isShared(mqtt.secretTopic);
    const secretTopic = apart ? numbered(mqtt.secretTopic, topics, 2) : mqtt.secretTopic;
    const settings: Settings = {
      ...board.settings,
      general: { ...general, platform: name },
      mqtt: { ...mqtt, clientId: numbered(mqtt.clientId, taken.clients), secretTopic },
      dhcp: { ...dhcp, address: nextFree(dhcp.address, taken.addresses) },
    };
    return { ...board, name, settings, ...(name === "NUCLEO-H723ZG" && { mac: nucleoMac }) };
  });
}

/** "[JORGE]", "[JORGE]-2", "[JORGE]-3". */
function numbered(text: string, taken: Set<string>, first = 1): string {
  for (let number = first; ; number++) {
    const candidate = number === 1 ? text : `${text}-${number}`;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}

function nextFree(address: string, taken: Set<string>): string {
  let number = parseIpv4(address);
  while (taken.has(dotted(number))) number = (number + 1) >>> 0;
  taken.add(dotted(number));
  return dotted(number);
}
