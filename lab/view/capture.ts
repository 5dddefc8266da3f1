// A capture being looked at: read once from start to end while it is asked; single packets are dissected again.
import { basename } from "node:path";
import { dissector, type Finding, type Packet } from "../../protocols/packet/index.ts";
import type { DecodeAs } from "../../protocols/packet/registry.ts";
import { type Met, Unreadable } from "../../protocols/pcapng/capture.ts";
import { CaptureFile } from "../../protocols/pcapng/file.ts";
import { frames } from "../../protocols/pcapng/reader.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { analyzers } from "../analyzers.ts";
import { Failure, usage } from "../failure.ts";
import { Rows } from "../inspect/list.ts";
import { addSecretsIn } from "../inspect/secrets.ts";
import { shownOf } from "../inspect/shown.ts";
import type { Conversation, Findings, Followed, Listed, Shown, State, Taken } from "../page/captured.ts";
import { protocols } from "../protocols.ts";
import { Follow } from "../statistics/stream.ts";
import { printable } from "../terminal.ts";
import { Turns } from "../turns.ts";
import { Again } from "./again.ts";
import { Pages } from "./pages.ts";
import { conversationNumber, fragmentsNumber, Places } from "./places.ts";

/** More than a person reads; the rest is counted. */
const mostFindings = 5000;
/** Of one finding, packets that are named. */
const mostNamed = 200;
/** Of what two ends said; beyond it a stream is for a file (`bun lab inspect -z follow,…`). */
const mostSaid = 2 ** 20;
/** Host names that are kept: a capture could bring millions. */
const mostNames = 65_536;
/** Of those, what the page is told. */
const mostHosts = 1000;

export interface CaptureOptions {
  /** The run's folder, if it is a run's capture. */
  readonly folder?: string;
  /** How people call it, where the file at `path` is a copy. */
  readonly name?: string;
  /** Texts of key logs, or RSA keys in PEM, beside what the capture holds. */
  readonly secrets?: readonly string[];
  readonly decode?: readonly DecodeAs[];
}

/** What one reading of the file gathered. */
class Gathered {
  readonly places = new Places();
  readonly pages = new Pages();
  readonly findings: Finding[] = [];
  readonly damages: string[] = [];
  left = 0;
  share = 0;
  done = false;
}

export class Capture implements AsyncDisposable {
  readonly name: string;
  /** The run's folder, if it is a run's capture. */
  readonly folder: string | undefined;
  /** All secrets known so far: those in the capture, beside it, and dropped on the page. */
  readonly keyLog = new KeyLog();
  /** Those that are not in the capture, as texts. */
  readonly secrets: string[] = [];
  /** Host names that the capture has, by address. */
  readonly names = new Map<string, string>();
  readonly rules: readonly DecodeAs[];
  #generation = 0;
  #gathered = new Gathered();
  #again: Again;
  #reading: Promise<void>;

  /** @throws Failure for what is no capture, or secrets that are none */
  constructor(
    /** Of a regular file, not compressed. */
    readonly path: string,
    { folder, name = basename(path), secrets = [], decode = [] }: CaptureOptions = {},
  ) {
    this.name = name;
    this.folder = folder;
    this.rules = decode;
    for (const text of secrets) this.#addSecrets(text, "the key log");
    this.#again = this.#another();
    this.#reading = this.#read();
    // Whoever opened it asks `read`; until then its failure is nobody's.
    this.#reading.catch(() => {});
  }

  /** Settles when the file has been read to its end. @throws Failure for what is no capture */
  get read(): Promise<void> {
    return this.#reading;
  }

  state(): State {
    const { places, done, share, findings, left, damages } = this.#gathered;
    return {
      packets: places.count,
      done,
      share,
      generation: this.#generation,
      findings: findings.length + left,
      damages,
      hosts: Object.fromEntries([...this.names].slice(0, mostHosts)),
    };
  }

  window(from: number, count: number): readonly Listed[] {
    const last = Math.min(from + count, this.#gathered.places.count);
    return this.rows(Array.from({ length: Math.max(last - from, 0) }, (_, i) => from + i + 1));
  }

  rows(numbers: readonly number[]): readonly Listed[] {
    const { pages, places } = this.#gathered;
    return numbers
      .filter(number => number <= places.count)
      .map(number => {
        const row = pages.row(number);
        const severity = places.severity(number);
        return severity ? { ...row, severity } : row;
      });
  }

  async packet(number: number): Promise<Shown> {
    if (number > this.#gathered.places.count) throw new Failure(`There is no packet ${number} yet.`);
    const { conversation } = this.#gathered.places.of(number);
    return shownOf(await this.dissected(number), conversation < 0 ? undefined : conversation >> 1);
  }

  /** The packet of this number, of those read so far. */
  dissected(number: number): Promise<Packet> {
    return this.#again.packet(number);
  }

  /** The next packet of the same conversation, or the one before. */
  neighbour(number: number, by: 1 | -1): number | null {
    return this.#gathered.places.neighbour(number, by) ?? null;
  }

  findings(): Findings {
    const gravity = ["error", "warning", "note", "chat"];
    const { findings, left } = this.#gathered;
    const sorted = findings.toSorted(
      (a, b) => gravity.indexOf(a.rule.severity) - gravity.indexOf(b.rule.severity),
    );
    return {
      findings: sorted.map(({ rule: { id, severity, reference, says }, packets, detail }) => ({
        ...{ rule: id, severity, reference, says: { en: says.en, es: says.es } },
        packets: packets.slice(0, mostNamed),
        detail: printable(detail),
      })),
      left,
    };
  }

  async follow(protocol: Followed, stream: number): Promise<Conversation> {
    const transport = protocol === "udp" ? "udp" : "tcp";
    let follow: Follow | undefined;
    let octets = 0;
    await this.#again.conversation(conversationNumber(transport, stream), packet => {
      // Dissected without the others, it may be counted otherwise.
      follow ??= new Follow(protocol, "raw", packet.conversation?.index ?? 0);
      follow.observe(packet);
      octets += packet.frame.end - packet.frame.start;
      return octets < 2 * mostSaid;
    });
    if (!follow)
      throw new Failure(`There is no ${transport.toUpperCase()} stream ${stream} in this capture.`);
    const { nodes, said, cut } = follow.values() as Conversation;
    let left = mostSaid;
    const kept = said.filter(({ octets }) => {
      left -= octets.length / 2;
      return left >= 0;
    });
    return {
      nodes,
      said: kept,
      ...((cut || kept.length < said.length || octets >= 2 * mostSaid) && { cut: true }),
    };
  }

  /** Takes secrets, and reads the capture anew. @throws Failure for what holds none */
  take(text: string, name: string): Taken {
    const before = this.keyLog.size;
    const unread = this.#addSecrets(text, name);
    this.#generation++;
    this.#gathered = new Gathered();
    const old = this.#again;
    this.#again = this.#another();
    this.#reading = Promise.all([this.#read(), old[Symbol.asyncDispose]()]).then(() => {});
    this.#reading.catch(() => {});
    return { secrets: this.keyLog.size - before, unread };
  }

  /** Hands every packet, in order, to `see`, until it returns false; awaits now and then. For what needs them all. */
  async each(see: (packet: Packet) => unknown): Promise<void> {
    const { packet } = dissector(protocols(this.keyLog), this.rules);
    const turns = new Turns();
    using file = new CaptureFile(this.path);
    for (const frame of frames(file, () => {})) {
      if (see(packet(frame)) === false) return;
      if (turns.over) await turns.next();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#generation++;
    await this.#again[Symbol.asyncDispose]();
  }

  #addSecrets(text: string, name: string): number {
    const unread = addSecretsIn(this.keyLog, text, name);
    this.secrets.push(text);
    return unread.length;
  }

  #another(): Again {
    const { places, pages } = this.#gathered;
    const comments = (number: number) => {
      const { comment } = pages.row(number);
      return comment === undefined ? [] : [comment];
    };
    return new Again(this.path, places, this.rules, this.keyLog, comments);
  }

  /** Until the end of the file, or until it is to be read anew. */
  async #read(): Promise<void> {
    const [generation, gathered] = [this.#generation, this.#gathered];
    const { places, pages, damages } = gathered;
    const { packet: dissect } = dissector(protocols(this.keyLog), this.rules);
    const rows = new Rows("r");
    const all = analyzers();
    const keep = (found: Iterable<Finding>) => this.#keep(found, gathered);
    const turns = new Turns();
    try {
      using file = new CaptureFile(this.path);
      const bases = new WeakMap<DataView, number>();
      const windows = {
        name: this.path,
        size: file.size,
        window(at: number, least: number) {
          const window = file.window(at, least);
          bases.set(window.view, window.base);
          return window;
        },
      };
      for (const frame of frames(windows, met => this.#meet(met, damages))) {
        const packet = dissect(frame);
        const { conversation } = packet;
        const offset = bases.get(frame.view)! + frame.start;
        places.add({
          offset,
          size: frame.end - frame.start,
          originalLength: frame.originalLength,
          ...{ time: frame.time, linkType: frame.linkType, interface: frame.interface },
          conversation: conversation ? conversationNumber(conversation.transport, conversation.index) : -1,
        });
        gatherFragments(packet, places);
        pages.add(listed(rows, packet));
        keep(all.observe(packet));
        if (!turns.over) continue;
        gathered.share = offset / file.size;
        await turns.next();
        if (generation !== this.#generation) return;
      }
    } catch (error) {
      throw error instanceof Unreadable ? usage(error.message) : error;
    } finally {
      gathered.done = true;
      gathered.share = 1;
    }
    keep(all.conclude());
  }

  #meet(met: Met, damages: string[]): void {
    if (met.kind === "secrets" && met.keylog !== undefined) this.keyLog.add(met.keylog);
    if (met.kind === "damage" && damages.length < 100) damages.push(String(met));
    if (met.kind === "names")
      for (const { address, names } of met.entries)
        if (names[0] && this.names.size < mostNames) this.names.set(address, names[0]);
  }

  #keep(found: Iterable<Finding>, gathered: Gathered): void {
    const { findings, places } = gathered;
    for (const finding of found) {
      if (findings.length < mostFindings) findings.push(finding);
      else gathered.left++;
      for (const number of finding.packets) places.mark(number, finding.rule.severity);
    }
  }
}

/** Fragments, told of the conversation that their whole belongs to. */
function gatherFragments({ layers, number }: Packet, places: Places): void {
  const isFragment = layers.some(
    ({ protocol, value }) => value !== undefined && protocol.fragment?.(value as never) !== undefined,
  );
  const whole = isFragment && layers.find(({ source }) => source.pieces.length > 0)?.source;
  if (!whole) return;
  const own = places.of(number).conversation;
  const conversation = own === -1 ? fragmentsNumber(number) : own;
  for (const { packet } of whole.pieces) places.assign(packet, conversation);
}

function listed(rows: Rows, packet: Packet): Listed {
  const row = rows.of(packet);
  const { conversation, layers, frame } = packet;
  const comment = frame.comments.flatMap(one => one.split("\n").map(printable)).join("\n");
  return {
    ...row,
    info: printable(row.info),
    ...(conversation && { stream: `${conversation.transport} ${conversation.index}` }),
    ...(comment !== "" && { comment }),
    ...(layers.some(({ malformed }) => malformed) && { malformed: true }),
  };
}
