// The capture as the server of `bun lab view` knows it: each question is a request to the page's own address.
import {
  type About,
  type Captured,
  type Conversation,
  type FieldName,
  type Findings,
  type Followed,
  type Listed,
  type Query,
  Refused,
  type Selected,
  type Shown,
  type State,
  type Taken,
  Wrong,
} from "./captured.ts";

/** What a refusal looks like on the way (lab/view/routes.ts). */
interface Refusal {
  readonly refused: string;
  readonly column?: number;
  readonly length?: number;
  readonly meant?: string;
}

/** Packets that are kept: whoever goes to and fro asks once, also when the server has ended. */
const mostPackets = 200;

export class Fetched implements Captured {
  readonly #packets = new Map<string, Promise<Shown>>();
  #names: Promise<readonly FieldName[]> | undefined;
  #generation = 0;
  #first: About["first"];

  constructor(
    readonly about: About,
    /** Told when the server no longer answers. */
    readonly lost: () => void,
  ) {
    this.#first = about.first;
  }

  async state(): Promise<State> {
    const state = await this.#get<State>("state");
    if (state.generation !== this.#generation) this.#packets.clear();
    this.#generation = state.generation;
    return state;
  }
  window(from: number, count: number, selection = 0): Promise<readonly Listed[]> {
    const first = this.#first;
    this.#first = undefined;
    if (first && from === 0 && selection === 0) return Promise.resolve(first.rows.slice(0, count));
    return this.#get("window", { from, count, selection });
  }
  packet(number: number): Promise<Shown> {
    return this.#kept(this.#packets, String(number), () => this.#get("packet", { number }));
  }
  check(text: string): Promise<void> {
    return this.#get("check", { text });
  }
  filter(text: string): Promise<Selected> {
    return this.#get("filter", { text });
  }
  selected(selection: number): Promise<Selected> {
    return this.#get("selected", { selection });
  }
  place(number: number, selection: number): Promise<number> {
    return this.#get("place", { number, selection });
  }
  neighbour(packet: number, by: 1 | -1): Promise<number | null> {
    return this.#get("neighbour", { packet, by });
  }
  names(): Promise<readonly FieldName[]> {
    this.#names ??= this.#get("names");
    return this.#names;
  }
  findings(): Promise<Findings> {
    return this.#get("findings");
  }
  follow(protocol: Followed, stream: number): Promise<Conversation> {
    return this.#get("follow", { protocol, stream });
  }
  async secrets(text: string, name: string): Promise<Taken> {
    const taken = await this.#asked<Taken>(`secrets?${new URLSearchParams({ name })}`, {
      method: "POST",
      body: text,
    });
    this.#packets.clear();
    return taken;
  }
  ask<Answer>(name: string, query: Query = {}): Promise<Answer> {
    return this.#get(`answer/${name}`, query);
  }

  /** Asked once; what failed may be asked again. */
  #kept<Value>(kept: Map<string, Promise<Value>>, key: string, ask: () => Promise<Value>): Promise<Value> {
    const known = kept.get(key);
    if (known) return known;
    const asked = ask();
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
    if (kept.size > mostPackets) kept.delete(kept.keys().next().value!);
    return asked;
  }

  #get<Value>(name: string, query: Query = {}): Promise<Value> {
    const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    return this.#asked(words.size === 0 ? name : `${name}?${words}`);
  }

  async #asked<Value>(path: string, request?: RequestInit): Promise<Value> {
    const response = await fetch(path, request).catch(() => {
      this.lost();
      throw new Refused("lost");
    });
    const answer: Value | Refusal | null = await response.json();
    if (!isRefusal(answer)) return answer as Value;
    const { refused, column, length, meant } = answer;
    throw column === undefined ? new Refused(refused) : new Wrong(refused, column, length ?? 1, meant);
  }
}

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === "object" && answer !== null && "refused" in answer;
