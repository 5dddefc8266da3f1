// One connection as the client sees it: packets sent together, answers tied to what was asked, keep alive, its end.
import { generate, type IConnackPacket, type IConnectPacket } from "mqtt-packet";
import { type Clock, Refused, Unanswered, Violated } from "../../endpoint/index.ts";
import { DisconnectReason, Reason, reasonInWords } from "../reasons.ts";
import { rules } from "../rules.ts";
import { visible } from "../values.ts";
import { Version } from "../versions.ts";
import { Encoder } from "./encoder.ts";
import { Inbox, type Read } from "./inbox.ts";
import type { Line } from "./options.ts";

/** The connection is gone, for whatever reason; the session may outlive it. */
export class Lost extends Refused {}

export interface Terms {
  readonly version: 3 | 4 | 5;
  /** The largest packet that is taken, in octets. */
  readonly maximumPacketSize: number;
  /** How long an answer may take, in milliseconds. */
  readonly patience: number;
  readonly onPacket?: (way: "sent" | "received", packet: Read) => void;
}

/** The session, as its connection sees it. */
export interface Listener {
  /** A packet that answers no question. @throws Violated */
  took(packet: Read): void;
  /** Whether no more can be taken: then nothing is read until `Dialogue.room` is called. */
  isFull(): boolean;
  /** Before octets leave: what they tell must be kept by now. */
  commit(): void;
  /** Called once. */
  lost(error: Error): void;
}

/** Octets that leave at once, not at the end of the turn. */
const enough = 64 * 1024;

export class Dialogue {
  /** Since the broker's answer, in seconds: something is sent at least as often. 0: no keep alive. */
  keepAlive = 0;
  readonly #inbox: Inbox;
  readonly #encoder: Encoder;
  /** By what answers them, in the order in which they were asked; those that are waited for no more stay. */
  readonly #asked = new Map<string, ((answer: Read) => void)[]>();
  readonly #ending = new AbortController();
  #pending = 0;
  #isOver = false;
  #failure: Error | undefined;
  #isPlanned = false;
  #isWriting = false;
  /** Of what is being written, and of what waits to be: for those who wait for that. */
  #leaving: PromiseWithResolvers<number> | undefined;
  #waiting: PromiseWithResolvers<number> | undefined;
  #roomMade: (() => void) | undefined;
  #sent: bigint;
  #awaited = 0;
  #progress: bigint;
  /** Since `#progress` was taken: the clock is asked once for all that moves together, for that costs more than a packet. */
  #hasMoved = false;
  #isWatched = false;
  /** What came right behind CONNACK, before the session knew of it; `undefined` once it does. */
  #early: Read[] | undefined = [];

  constructor(
    readonly stream: Line,
    readonly clock: Clock,
    readonly terms: Terms,
    readonly listener: Listener,
  ) {
    this.#inbox = new Inbox(terms.maximumPacketSize, terms.version, packet => this.#take(packet));
    this.#encoder = new Encoder(terms.version);
    this.#sent = this.#progress = clock.elapsed();
  }

  /** CONNECT, and what the broker says to it, whatever that is. @throws Unanswered, Lost, Violated */
  async open(connect: IConnectPacket): Promise<IConnackPacket> {
    void this.#read();
    return (await this.ask(connect, "connack")) as IConnackPacket;
  }

  /** The broker has accepted, on these terms. */
  begin(keepAlive: number, largest: number): void {
    this.keepAlive = keepAlive;
    this.#encoder.largest = largest;
    if (keepAlive > 0) void this.#beat();
  }

  /** The session is ready for packets: those that came early are the first. */
  flow(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    try {
      for (const packet of early) this.#handOn(packet);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Resolves once the packet is taken by the layer below. @throws Unwritable at once; Lost */
  send(packet: Read): Promise<number> {
    const sent = this.sent();
    this.post(packet);
    return sent;
  }

  /** Asked for before something is posted: resolves to Success once that is taken by the layer below. @throws Lost */
  sent(): Promise<number> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#isOver) return Promise.reject(new Refused("the session has ended"));
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Sends a packet that nobody waits for: that it fails shows when the connection does. @throws Unwritable */
  post(packet: Read): void {
    if (this.#failure || this.#isOver) return;
    this.#encoder.add(packet);
    this.terms.onPacket?.("sent", packet);
    if (this.#encoder.size >= enough) return this.#flush();
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(this.#flush);
  }

  /** Sends a packet and waits for the answer `key`, such as "suback 1". @throws Unwritable, Unanswered, Lost, Violated */
  async ask(packet: Read, key: string, milliseconds = this.terms.patience): Promise<Read> {
    const sent = this.send(packet);
    const answered = this.#expect(key);
    this.#pending++;
    this.room();
    const patience = new AbortController();
    const over = () => patience.abort();
    this.#ending.signal.addEventListener("abort", over);
    try {
      await sent;
      const answer = await Promise.race([answered, this.clock.sleep(milliseconds, patience.signal)]);
      if (answer) return answer;
      if (this.#failure) throw this.#failure;
      if (this.#isOver) throw new Refused("the session has ended");
      throw new Unanswered(packet.cmd.toUpperCase(), 1, milliseconds);
    } finally {
      this.#ending.signal.removeEventListener("abort", over);
      patience.abort();
      this.#pending--;
    }
  }

  /** Whether a SUBSCRIBE or UNSUBSCRIBE with this packet identifier is unanswered. */
  usesIdentifier(id: number): boolean {
    return this.#asked.size > 0 && (this.#asked.has(`suback ${id}`) || this.#asked.has(`unsuback ${id}`));
  }

  /** Whether anything is waited for that only reading can bring. */
  get isAwaiting(): boolean {
    return this.#pending > 0 || this.#awaited > 0;
  }

  /** Reading may go on. */
  room(): void {
    this.#roomMade?.();
  }

  /** So many of our messages wait to be acknowledged: as long as there are some, the broker must not stand still. */
  await(messages: number): void {
    this.#awaited = messages;
    this.#hasMoved = true;
    if (messages > 0 && !this.#isWatched) void this.#watch();
  }

  /** Nothing is sent or expected after this. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#ending.abort();
    this.room();
    await this.stream.close();
  }

  /** What went wrong is told at once; then the connection is closed (§4.13). */
  fail(error: Error): void {
    if (this.#failure || this.#isOver) return;
    this.#failure = error;
    this.#ending.abort();
    this.room();
    // Neither may succeed any more; the error to tell is the first one.
    void this.#takeLeave(error).catch(() => {});
    this.listener.lost(error);
  }

  /** What was sent in this turn leaves in one write; what is sent while it is written leaves in the next. */
  readonly #flush = (): void => {
    this.#isPlanned = false;
    if (this.#isWriting || this.#encoder.size === 0) return;
    // Nothing follows a DISCONNECT [MQTT-3.14.4-1].
    if (this.#isOver || this.#failure) return this.#refuse();
    this.#isWriting = true;
    this.#leaving = this.#waiting;
    this.#waiting = undefined;
    try {
      this.listener.commit();
      this.#sent = this.clock.elapsed();
      this.#tick(this.#sent);
      this.stream.write(this.#encoder.take()).then(this.#written, this.#broken);
    } catch (error) {
      this.#broken(error as Error);
    }
  };

  readonly #written = (): void => {
    this.#isWriting = false;
    this.#encoder.giveBack();
    this.#leaving?.resolve(Reason.Success);
    this.#flush();
  };

  readonly #broken = (error: Error): void => {
    this.fail(new Lost(error.message));
    this.#refuse();
  };

  /** What waits will not be sent. */
  #refuse(): void {
    const failure = this.#failure ?? new Refused("the session has ended");
    for (const waiting of [this.#leaving, this.#waiting]) {
      // Whoever still waits for it is told; nobody need.
      waiting?.promise.catch(() => {});
      waiting?.reject(failure);
    }
  }

  async #read(): Promise<void> {
    try {
      while (!this.#isOver && !this.#failure) {
        if (this.listener.isFull()) await this.#untilRoom();
        const octets = await this.stream.read();
        if (octets) {
          this.#inbox.feed(octets);
          this.#tick();
        } else if (this.stream.ended) throw new Lost("the broker closed the connection");
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  async #untilRoom(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#roomMade = resolve;
    });
    this.#roomMade = undefined;
  }

  #take(packet: Read): void {
    // What comes with or after the end is nobody's any more.
    if (this.#isOver || this.#failure) return;
    this.terms.onPacket?.("received", packet);
    const { cmd } = packet;
    if (this.#asked.size > 0) {
      if (cmd !== "connack" && this.#asked.has("connack"))
        throw new Violated(rules.connectFirst.id, `${cmd.toUpperCase()} before CONNACK`, packet);
      if (this.#answer(packet)) return;
    }
    if (this.#early) this.#early.push(packet);
    else this.#handOn(packet);
  }

  #handOn(packet: Read): void {
    const { cmd } = packet;
    if (cmd === "disconnect") throw new Lost(`the broker ended the session: ${whyOf(packet)}`, [packet]);
    if (cmd === "publish" || cmd === "puback" || cmd === "pubrec" || cmd === "pubrel" || cmd === "pubcomp")
      return this.listener.took(packet);
    throw new Violated(rules.unasked.id, `${keyOf(packet).toUpperCase()} to nothing that was asked`, packet);
  }

  #expect(key: string): Promise<Read> {
    const { promise, resolve } = Promise.withResolvers<Read>();
    this.#asked.set(key, [...(this.#asked.get(key) ?? []), resolve]);
    return promise;
  }

  #answer(packet: Read): boolean {
    const key = keyOf(packet);
    const asked = this.#asked.get(key);
    if (!asked) return false;
    asked.shift()!(packet);
    if (asked.length === 0) this.#asked.delete(key);
    return true;
  }

  /** Keep alive, §3.1.2.10: a PINGREQ when nothing else was sent for so long. */
  async #beat(): Promise<void> {
    const { signal } = this.#ending;
    const ping: Read = { cmd: "pingreq" };
    while (!signal.aborted) {
      const left = this.keepAlive * 1000 - Number(this.clock.elapsed() - this.#sent) / 1e6;
      if (left > 0) await this.clock.sleep(left, signal);
      else if (!this.#roomMade) await this.ask(ping, "pingresp").catch(error => this.fail(error));
      else {
        // Nobody takes the messages that the answer waits behind.
        this.#expect("pingresp");
        await this.send(ping).catch(() => {});
      }
    }
  }

  /** As long as acknowledgements are awaited, one must come in time. */
  async #watch(): Promise<void> {
    this.#isWatched = true;
    const { signal } = this.#ending;
    while (this.#awaited > 0 && !signal.aborted) {
      this.#tick();
      const left = this.terms.patience - Number(this.clock.elapsed() - this.#progress) / 1e6;
      if (left > 0) await this.clock.sleep(left, signal);
      else this.fail(new Unanswered("PUBLISH", 1, this.terms.patience));
    }
    this.#isWatched = false;
  }

  #tick(now?: bigint): void {
    if (!this.#hasMoved) return;
    this.#hasMoved = false;
    this.#progress = now ?? this.clock.elapsed();
  }

  /** The broker is told which rule it broke; before MQTT 5 there is no word for it. */
  async #takeLeave(error: Error): Promise<void> {
    if (error instanceof Violated && this.terms.version >= 5) {
      const rule = Object.values(rules).find(({ id }) => id === error.rule);
      const reasonCode = rule?.reason ?? Reason["Protocol Error"];
      await this.stream.write(
        generate({ cmd: "disconnect", reasonCode }, { protocolVersion: Version["MQTT 5"] }),
      );
    }
    await this.stream.close();
  }
}

/** Answers are told apart by what they are, and by their packet identifier. */
const keyOf = (packet: Read): string =>
  packet.messageId === undefined ? packet.cmd : `${packet.cmd} ${packet.messageId}`;

const whyOf = ({ reasonCode, properties }: Extract<Read, { cmd: "disconnect" }>): string =>
  reasonInWords(reasonCode ?? 0, DisconnectReason) +
  (properties?.reasonString ? `, "${visible(properties.reasonString)}"` : "");
