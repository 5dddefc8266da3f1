// A ladder from the packets of a capture, each told by the story twice: with the session's keys, and as a listener sees it.
import { infoOf, type Packet, protocolOf } from "../../../protocols/packet/index.ts";
import { everybody as all, type Host, type Step, Story, stepText } from "../../story/index.ts";
import { languages, type Said } from "../../words.ts";
import { Chapters } from "./chapters.ts";
import type { Port } from "./hosts.ts";
import { everybody, type Ladder, type Message, type Sight } from "./ladder.ts";

/** A longer ladder is no picture any more. */
export const mostMessages = 2000;

export class LadderGatherer {
  readonly #open: Story;
  readonly #closed: Story;
  readonly #names = new Map<string, string>();
  readonly #chapters = new Chapters();
  readonly #messages: Message[] = [];
  readonly #columns: Map<
    string,
    { readonly name: string; readonly address?: string; readonly segment?: string }
  >;
  readonly #segments: readonly string[];
  /** ARP asks for what comes next: it belongs to that. */
  #waiting: number[] = [];
  #first: bigint | undefined;
  #more = false;

  constructor(
    readonly hosts: readonly Host[],
    readonly ports: readonly Port[],
    readonly most = mostMessages,
  ) {
    this.#open = new Story(hosts);
    this.#closed = new Story(hosts);
    const segments = new Map(ports.map(({ host, segment }) => [host, segment]));
    this.#columns = new Map(
      hosts.map(({ name, address }) => [
        name,
        {
          name,
          ...(address !== undefined && { address }),
          ...(segments.get(name) && { segment: segments.get(name)! }),
        },
      ]),
    );
    for (const { name, address } of hosts) if (address !== undefined) this.#names.set(address, name);
    this.#segments = [...new Set(ports.map(({ segment }) => segment))];
  }

  /** `packet` and `closed` are the same frame, dissected with the keys and without. Returns false when it is full. */
  observe(packet: Packet, closed: Packet): boolean {
    this.#first ??= packet.time;
    if (this.#messages.length >= this.most) {
      this.#more = true;
      return false;
    }
    const time = Number(packet.time - this.#first) / 1e9;
    const { from, to } = this.#open.parties(packet);
    const [open, other] = [sight(packet, this.#open), sight(closed, this.#closed)];
    const segment = Math.max(0, this.#segments.indexOf(this.ports[packet.frame.interface]?.segment ?? ""));
    const isSame = packet.layers.length === closed.layers.length && open.label === other.label;
    const { own, notes } = recorded(packet.frame.comments, isSame ? [open] : [open, other]);
    const receiver = to === all ? everybody : to;
    for (const host of [from, receiver])
      if (host !== everybody && !this.#columns.has(host)) this.#columns.set(host, { name: host });
    const message: Message = {
      number: packet.number,
      time,
      octets: packet.frame.originalLength,
      from,
      to: receiver,
      segment,
      chapter: -1,
      open,
      ...(!isSame && { closed: other }),
      own,
      notes,
    };
    this.#place(message, packet);
    return true;
  }

  ladder(): Ladder {
    const messages = this.#messages.map(one => (one.chapter < 0 ? { ...one, chapter: 0 } : one));
    const heard = new Set(messages.flatMap(({ from, to }) => [from, to]));
    return {
      hosts: [...this.#columns.values()].filter(({ name }) => heard.has(name)),
      segments: this.#segments.length > 0 ? this.#segments : [""],
      chapters: this.#chapters.all.map(one => ({ ...one })),
      messages,
      more: this.#more,
    };
  }

  #place(message: Message, packet: Packet): void {
    const name = (address: string): string => this.#names.get(address) ?? address;
    const at = this.#messages.length;
    this.#messages.push(message);
    if (message.open.protocol === "ARP" && this.#waiting.length < mostWaiting) {
      this.#waiting.push(at);
      return;
    }
    const chapter = this.#chapters.placeOf(packet, name, message.time, message.segment);
    for (const i of [...this.#waiting, at]) this.#messages[i] = { ...this.#messages[i]!, chapter };
    this.#chapters.all[chapter]!.messages += this.#waiting.length;
    this.#waiting = [];
  }
}

/** ARP alone is a chapter of its own. */
const mostWaiting = 16;

function sight(packet: Packet, story: Story): Sight {
  const told = story.tell(packet);
  const says = Object.fromEntries(
    languages.map(language => [
      language,
      told
        .map(one => one.says[language])
        .filter(Boolean)
        .join(" "),
    ]),
  ) as Said;
  const layers = new Set(
    packet.layers.map(({ protocol }) => protocol.name.split(".")[0]!).filter(name => name !== "padding"),
  );
  return {
    protocol: protocolOf(packet),
    label: infoOf(packet),
    layers: [...layers],
    says,
    steps: told.flatMap(one => one.steps),
  };
}

/**
 * What the recording says of a packet beyond the story: what its hosts did by themselves after it, and what befell it.
 * The comment of the story begins with what the packet says, in the language of the run.
 */
function recorded(comments: readonly string[], sights: readonly Sight[]): Pick<Message, "own" | "notes"> {
  const own: Step[] = [];
  const notes: string[] = [];
  for (const comment of comments) {
    const [first = "", ...lines] = comment.split("\n");
    const language = languages.find(one => sights.some(({ says }) => says[one] === first));
    if (language === undefined) {
      notes.push(comment);
      continue;
    }
    const told = new Set(sights.flatMap(({ steps }) => steps.map(step => stepText(step, language))));
    for (const line of lines) {
      const parts = told.has(line) ? null : /^(.+?): (?:(.*?) → )?(.*)$/.exec(line);
      if (parts) own.push({ host: parts[1]!, from: parts[2], to: parts[3]! });
    }
  }
  return { own, notes };
}
