// A run while it is played, in the browser: what happens goes out as server-sent events, what a person does comes in.
import { statSync } from "node:fs";
import { KeyLog } from "../../protocols/tls/index.ts";
import { LadderGatherer } from "../drawings/ladder/gather.ts";
import type { Ladder } from "../drawings/ladder/ladder.ts";
import { censusOf, readTwice } from "../drawings/reading.ts";
import { beforeEnd } from "../network/index.ts";
import type { AboutLive, LaidFaults, LiveEvents, LiveLine, Over } from "../page/live.ts";
import type { Reporter } from "../runs/reporter.ts";
import type { Language } from "../words.ts";
import { bundle } from "./bundle.ts";
import { admitted, headers, newToken, refusal } from "./guard.ts";
import { actIn, type Play, perform } from "./live-acts.ts";
import { open } from "./opening.ts";
import { mostSecrets } from "./routes.ts";
import { html, serve } from "./server.ts";

export interface LiveOptions {
  readonly name: string;
  /** The recording. */
  readonly file: string;
  readonly folder: string;
  readonly language: Language;
  /** Whether the secrets of TLS sessions may be told. */
  readonly secrets: boolean;
  /** Milliseconds to wait for a page, before the play begins and after the last one was closed. */
  readonly patience?: number;
}

/** Milliseconds that nobody looks. */
const longestWait = 60_000;
/** Milliseconds between two looks at what is new; the ladder is read anew at most a fifth of the time. */
const look = 150;
/** Lines that are kept for a page that opens late. */
const mostLines = 2000;
/** Octets of what is asked for. */
const mostOfAct = 8192;
/** A person who has the address may open it on several screens. */
const mostPages = 8;

export class Live {
  readonly #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #lines: LiveLine[] = [];
  readonly #faults: Record<string, LaidFaults> = {};
  readonly #began = performance.now();
  readonly #opened = Promise.withResolvers<void>();
  #stage: Play | undefined;
  #ladder: Ladder | undefined;
  #boards = "";
  #over: Over | undefined;
  /** Where the finished run is served. */
  #viewed: string | undefined;
  #sent = 0;
  /** Boards that are awaited, and those that have done their work. */
  readonly #awaited = new Set<string>();
  readonly #ended = new Set<string>();
  #timer: Timer | undefined;
  #read = { size: -1, secrets: -1 };

  private constructor(
    readonly options: LiveOptions,
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {}

  /** Serves the page, prints its address, and waits a while for somebody to open it. */
  static async open(options: LiveOptions): Promise<Live> {
    const { language, name } = options;
    const token = newToken();
    const { script, style } = await bundle("live");
    const about: AboutLive = { name, language, faults: true };
    const page: Readonly<Record<string, readonly [type: string, text: string]>> = {
      "": ["text/html", html(about)],
      "page.js": ["text/javascript", script],
      "page.css": ["text/css", style],
    };
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      development: false,
      // A page that only listens is not idle.
      idleTimeout: 0,
      maxRequestBodySize: mostSecrets,
      fetch: (request, { port }) => {
        const rest = admitted(request, { port: port!, token });
        if (rest instanceof Response) return rest;
        if (rest.startsWith("view/")) return live.#handed(rest.slice("view/".length), request);
        if (request.method === "POST" && rest === "act") return live.#act(request);
        if (request.method !== "GET") return refusal(405, "This is only read.");
        if (rest === "events") return live.#events();
        const file = Object.hasOwn(page, rest) ? page[rest] : undefined;
        if (!file) return refusal(404, "There is nothing here.");
        return new Response(file[1], {
          headers: { ...headers, "content-type": `${file[0]}; charset=utf-8` },
        });
      },
      error: () => refusal(500, "The lab made a mistake."),
    });
    const close = () => server.stop(true);
    const live = new Live(options, `http://127.0.0.1:${server.port}/${token}/`, close);
    beforeEnd(close);
    console.error(words[language].open);
    console.error(live.url);
    await Promise.race([live.#opened.promise, Bun.sleep(options.patience ?? longestWait)]);
    return live;
  }

  /** What is reported goes on to `reporter`, too. */
  overhear(reporter: Reporter): Reporter {
    const tell = (kind: LiveLine["kind"], who: string, texts: readonly string[]): void => {
      for (const text of texts)
        this.#line({ kind, who, text, time: (performance.now() - this.#began) / 1000 });
    };
    return new Proxy(reporter, {
      get(of, name: keyof Reporter) {
        const method = of[name];
        if (typeof method !== "function") return method;
        return (...given: never[]) => {
          if (name === "event") {
            const [, lines, how] = given as unknown as Parameters<Reporter["event"]>;
            tell("board", how?.who ?? "", lines);
          } else if (name === "log") tell("log", given[0]!, [given[1]!]);
          else if (name === "person") tell("person", "", [given[0]!]);
          return Reflect.apply(method as (...given: never[]) => unknown, of, given);
        };
      },
    });
  }

  /** Follows the play of this stage until it is over. */
  follow(stage: Play): void {
    this.#stage = stage;
    const again = async (): Promise<void> => {
      const began = performance.now();
      await this.#look().catch(error => console.error(`lab: the live ladder: ${(error as Error).message}`));
      const took = performance.now() - began;
      if (!this.#over) this.#timer = setTimeout(again, Math.max(look, 5 * took));
    };
    this.#timer = setTimeout(again, look);
  }

  /** People who play by the page: what is done there is done when it comes. Where nobody looks any more, it ends. */
  people = async (stage: Play): Promise<void> => {
    const hosts = [...stage.boards.values()].map(({ host }) => host!);
    const ended = new AbortController();
    const done = Promise.all(hosts.map(({ done }) => done)).then(() => undefined);
    try {
      const isAbandoned = await Promise.race([done, stage.over, this.#abandoned(ended.signal)]);
      if (isAbandoned !== true) return;
      console.error(words[this.options.language].abandoned);
      for (const host of hosts) host.tell({ kind: "off" });
    } finally {
      ended.abort();
    }
  };

  /** Resolves once no page has been open for as long as one was waited for. */
  async #abandoned(ended: AbortSignal): Promise<boolean> {
    const { patience = longestWait } = this.options;
    for (let since = performance.now(); performance.now() - since < patience; await Bun.sleep(look)) {
      if (ended.aborted) return false;
      if (this.#pages.size > 0) since = performance.now();
    }
    return true;
  }

  /** The play has ended; the finished run can be looked at. Serves until Ctrl-C where a page is open. */
  async over(over: Omit<Over, "url">): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#pages.size === 0) {
      this.#over = over;
      return this.close();
    }
    const { folder, language } = this.options;
    const opened = await open(folder).catch(() => undefined);
    const viewed = opened && (await serve(opened.capture, { language }));
    if (opened && viewed)
      beforeEnd(async () => {
        await viewed[Symbol.asyncDispose]();
        await opened[Symbol.asyncDispose]();
      });
    await this.#look().catch(() => {});
    this.#viewed = viewed?.url;
    this.#over = { ...over, ...(viewed && { url: "view/" }) };
    this.#send("boards", boardsOf(this.#stage, this.#ended));
    this.#send("over", this.#over);
    console.error(words[language].over);
    await new Promise<never>(() => {});
  }

  async #look(): Promise<void> {
    const stage = this.#stage;
    if (!stage) return;
    this.#await(stage);
    const boards = boardsOf(stage, this.#ended);
    const text = JSON.stringify(boards);
    if (text !== this.#boards) this.#send("boards", boards);
    this.#boards = text;
    const { file, secrets } = this.options;
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const known = secrets ? stage.hosts.secrets.length : 0;
    if (size === 0 || (size === this.#read.size && known === this.#read.secrets)) return;
    const isSame = known === this.#read.secrets;
    this.#read = { size, secrets: known };
    const census = await censusOf(file);
    const gatherer = new LadderGatherer([...stage.hosts.all.values()], census.ports());
    const keyLog = new KeyLog(secrets ? stage.hosts.secrets.join("\n") : "");
    await readTwice(file, { keyLog }, (one, closed) => gatherer.observe(one, closed));
    this.#ladder = gatherer.ladder();
    // With secrets that came late, earlier messages are others.
    this.#sendLadder(isSame ? this.#sent : 0);
  }

  #await(stage: Play): void {
    for (const [name, { host }] of stage.boards) {
      if (!host || this.#awaited.has(name)) continue;
      this.#awaited.add(name);
      const ended = () => this.#ended.add(name);
      host.done.then(ended, ended);
    }
  }

  #sendLadder(from: number, to = this.#pages): void {
    if (!this.#ladder) return;
    const { messages, ...rest } = this.#ladder;
    this.#sent = messages.length;
    // ARP finds its chapter with what comes behind it.
    const start = Math.max(0, from - 16);
    const told: LiveEvents["ladder"] = { ...rest, from: start, messages: messages.slice(start) };
    this.#send("ladder", told, to);
  }

  #line(line: LiveLine): void {
    this.#lines.push(line);
    if (this.#lines.length > mostLines) this.#lines.shift();
    this.#send("lines", [line]);
  }

  #send<Name extends keyof LiveEvents>(
    name: Name,
    value: LiveEvents[Name],
    to: Iterable<ReadableStreamDefaultController<Uint8Array>> = this.#pages,
  ): void {
    const text = encoder.encode(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
    for (const page of to) {
      try {
        page.enqueue(text);
      } catch {
        this.#pages.delete(page);
      }
    }
  }

  #events(): Response {
    if (this.#pages.size >= mostPages) return refusal(429, "The page is open often enough.");
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    const events = new ReadableStream<Uint8Array>({
      start: page => {
        own = page;
        this.#pages.add(page);
        this.#send("boards", boardsOf(this.#stage, this.#ended), [page]);
        this.#send("lines", this.#lines, [page]);
        this.#send("faults", this.#faults, [page]);
        this.#sendLadder(0, new Set([page]));
        if (this.#over) this.#send("over", this.#over, [page]);
        this.#opened.resolve();
      },
      cancel: () => {
        if (own) this.#pages.delete(own);
      },
    });
    return new Response(events, {
      headers: { ...headers, "content-type": "text/event-stream; charset=utf-8" },
    });
  }

  /** The finished run, under this page's own address: to the browser another port is another site. */
  async #handed(rest: string, request: Request): Promise<Response> {
    if (this.#viewed === undefined) return refusal(404, "There is nothing here yet.");
    const asked = new URL(`${this.#viewed}${rest}${new URL(request.url).search}`);
    const {
      status,
      headers: given,
      body,
    } = await fetch(asked, {
      method: request.method,
      ...(request.method === "POST" && { body: await request.arrayBuffer() }),
    });
    return new Response(body, {
      status,
      headers: { ...headers, "content-type": given.get("content-type") ?? "text/plain" },
    });
  }

  async #act(request: Request): Promise<Response> {
    const text = await request.text();
    const act = text.length > mostOfAct ? undefined : actIn(text);
    if (!act) return refusal(400, "That is nothing that can be done here.");
    if (!this.#stage || this.#over) return refusal(409, words[this.options.language].notNow);
    const refused = await perform(this.#stage, act);
    if (refused !== undefined) return refusal(409, refused);
    if (act.does === "faults") {
      this.#faults[act.host] = act.faults;
      this.#send("faults", this.#faults);
    }
    return new Response(null, { status: 204, headers });
  }
}

const encoder = new TextEncoder();

const boardsOf = (stage: Play | undefined, over: ReadonlySet<string>): LiveEvents["boards"] =>
  [...(stage?.boards.values() ?? [])].map(played => {
    const address = stage!.hosts.all.get(played.board.name)?.address;
    return {
      name: played.board.name,
      ...(address !== undefined && { address }),
      lit: [...played.lit].sort(),
      isLinked: played.isLinked,
      isOver: over.has(played.board.name),
    };
  });

const words = {
  en: {
    open: "The run begins when this page is open in a browser of this machine, or after a minute:",
    over: "The run is over; the page stays until Ctrl-C.",
    abandoned: "Nobody has had the page open for a minute: the boards are switched off.",
    notNow: "the run is not being played now",
  },
  es: {
    open: "La ejecución empieza cuando esta página esté abierta en un navegador de esta máquina, o al cabo de un minuto:",
    over: "La ejecución ha terminado; la página sigue hasta Ctrl-C.",
    abandoned: "Nadie ha tenido abierta la página durante un minuto: se apagan las placas.",
    notNow: "la ejecución no está en marcha ahora",
  },
} as const;
