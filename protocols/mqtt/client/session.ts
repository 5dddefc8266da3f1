// A session with a broker: what an application does with it, over one connection after the other. MQTT 5 §4.1, §4.4.
import type { IConnackPacket, Packet } from "mqtt-packet";
import { type Clock, Refused, Violated } from "../../endpoint/index.ts";
import { identifierAfter } from "../identifiers.ts";
import { Reason } from "../reasons.ts";
import { rules } from "../rules.ts";
import { BrokersAliases, OwnAliases } from "./aliases.ts";
import { connectAgain } from "./backoff.ts";
import { Delivery } from "./delivery.ts";
import { Dialogue, Lost } from "./dialogue.ts";
import { type Message, type Publication, publishPacket } from "./message.ts";
import { type Checked, connectPacket, type Line } from "./options.ts";
import { Permission } from "./permission.ts";
import { Reception } from "./reception.ts";
import { isFinal, whyRefused } from "./refusals.ts";
import { Requests } from "./requests.ts";
import { Store } from "./store.ts";
import type { SubscribeOptions } from "./subscribing.ts";
import { type Question, Subscriptions } from "./subscriptions.ts";

/** An open session. Its methods may be called while others of them wait. */
export class Session {
  /** How the broker accepted, with what it allows: of the connection that is, or was last. */
  connack!: IConnackPacket;
  readonly #delivery: Delivery;
  readonly #reception: Reception;
  readonly #store: Store;
  #dialogue: Dialogue | undefined;
  #clientId: string;
  #lastIdentifier = 0;
  #own = new OwnAliases(0);
  #brokers = new BrokersAliases(0);
  #isOver = false;
  #failure: Error | undefined;
  /** Who waits for a connection. */
  #waiting: (() => void)[] = [];
  readonly #ending = new AbortController();
  readonly #subscriptions: Subscriptions;
  readonly #permission: Permission;
  readonly #requests = new Requests();

  /** @internal `connect` makes it */
  constructor(
    readonly clock: Clock,
    readonly options: Checked,
  ) {
    this.#clientId = options.clientId;
    this.#permission = new Permission(options.version);
    this.#subscriptions = new Subscriptions(options.version, question =>
      this.#ask(() => question(this.#identifier())),
    );
    this.#store = options.store ?? new Store();
    this.#delivery = new Delivery(this.#store, id => this.#dialogue?.usesIdentifier(id) ?? false);
    this.#reception = new Reception(
      this.#store,
      packet => this.#dialogue?.post(packet),
      options.receiveMaximum ?? 0xffff,
    );
  }

  /** As asked for, or as the broker assigned it. */
  get clientId(): string {
    return this.#clientId;
  }

  /** In seconds: the broker's word counts, if it gave one. 0: off. */
  get keepAlive(): number {
    return this.connack.properties?.serverKeepAlive ?? this.options.keepAlive;
  }

  /** Messages of QoS 0 lost because nobody read those before them. */
  get dropped(): number {
    return this.#reception.dropped;
  }

  /** Messages of QoS 1 and 2 that the broker has not acknowledged. */
  get outstanding(): number {
    return this.#delivery.outstanding;
  }

  get isConnected(): boolean {
    return this.#dialogue !== undefined;
  }

  /** Resolves once every message of QoS 1 and 2 is acknowledged. @throws if the session ends before */
  async drained(): Promise<void> {
    await this.#delivery.drained();
    if (this.#failure) throw this.#failure;
  }

  /**
   * Hands a message to the broker, and returns its reason code. At QoS 0 nobody says whether it arrived; at QoS 1 and 2
   * this resolves once the broker has acknowledged it, through as many connections as it takes.
   * @throws Refused, Unwritable; without `reconnect` also what the connection was lost by
   */
  publish(message: Publication): Promise<number> {
    try {
      this.#permission.check(message, this.connack.properties);
      if (message.qos) {
        this.#refuseIfOver();
        return this.#delivery.publish(message);
      }
      const dialogue = this.#dialogue;
      return dialogue
        ? this.#send(dialogue, message)
        : this.#connected().then(later => this.#send(later, message));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Asks for the messages of `filter` and returns the reason code, the granted QoS. @throws Refused, Unanswered, Violated */
  subscribe(filter: string, options: SubscribeOptions = {}): Promise<number> {
    return this.#subscriptions.add(filter, options);
  }

  /** The same for several filters in one packet; returns all reason codes, refusals too. @throws Unanswered, Violated */
  subscribeAll(filters: readonly string[], options: SubscribeOptions = {}): Promise<readonly number[]> {
    return this.#subscriptions.addAll(filters, options);
  }

  /** The next message; `undefined` after so many milliseconds without one. @throws what ended the session */
  receive(milliseconds?: number): Promise<Message | undefined> {
    const message = this.#next();
    if (message) return Promise.resolve(message);
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const stop = milliseconds === undefined ? undefined : new AbortController();
      const cancel = this.#reception.arrival(() => {
        stop?.abort();
        const came = this.#next();
        if (!came && this.#failure) reject(this.#failure);
        else resolve(came);
      });
      if (stop) void this.clock.sleep(milliseconds!, stop.signal).then(cancel);
    });
  }

  /** Messages as they come, until the session ends. */
  async *messages(): AsyncGenerator<Message> {
    for (let message = await this.receive(); message; message = await this.receive()) yield message;
  }

  /** Sends PINGREQ, and waits so many milliseconds for PINGRESP. Returns the round trip in nanoseconds. @throws Unanswered */
  async ping(milliseconds?: number): Promise<bigint> {
    const began = this.clock.elapsed();
    await this.#ask(() => ({ packet: { cmd: "pingreq" }, key: "pingresp" }), milliseconds);
    return this.clock.elapsed() - began;
  }

  /** Returns the reason code: 0, or 0x11 if there was no such subscription. @throws Refused, Unanswered, Violated */
  unsubscribe(filter: string): Promise<number> {
    return this.#subscriptions.remove(filter);
  }

  /**
   * Publishes a request and waits for the message that answers it, by its correlation data (MQTT 5 §4.10).
   * @returns `undefined` after so many milliseconds without an answer
   */
  async request(message: Publication, milliseconds = this.options.patience): Promise<Message | undefined> {
    const information = this.connack.properties?.responseInformation;
    const topic =
      message.properties?.responseTopic ?? `${information ?? "responses"}/${this.clientId || "client"}`;
    if (!this.#subscriptions.has(topic)) {
      this.#reception.route(topic, answer => this.#requests.take(answer));
      await this.subscribe(topic, { qos: 1 });
    }
    return this.#requests.ask(this, message, topic, milliseconds);
  }

  /**
   * Ends the session, and closes the stream: nothing may follow a DISCONNECT [MQTT-3.14.4-1]. With `withWill` the broker
   * publishes the will all the same; `sessionExpiry` changes how long the session is kept. Both are MQTT 5's.
   */
  async disconnect({ withWill = false, sessionExpiry }: { withWill?: boolean; sessionExpiry?: number } = {}) {
    this.#isOver = true;
    this.#ending.abort();
    // What `reconnect` alone asked for, nobody needs any more.
    const { reconnect, sessionExpiry: asked, version } = this.options;
    const expiry = sessionExpiry ?? (reconnect && asked === undefined && version >= 5 ? 0 : undefined);
    const properties = expiry === undefined ? undefined : { sessionExpiryInterval: expiry };
    const reasonCode = withWill ? Reason["Disconnect with Will Message"] : Reason.Success;
    try {
      await this.#dialogue?.send({ cmd: "disconnect", reasonCode, ...(properties && { properties }) });
    } finally {
      await this.#close();
    }
  }

  /** Ends without DISCONNECT, as a client does that dies: the broker publishes the will. */
  async abandon(): Promise<void> {
    this.#isOver = true;
    this.#ending.abort();
    await this.#close();
  }

  async #close(): Promise<void> {
    const dialogue = this.#dialogue;
    this.#dialogue = undefined;
    await dialogue?.end();
    this.#finish(new Refused("the session has ended"));
  }

  /** @internal CONNECT over this stream. @throws Refused with the broker's reason; Unanswered; Lost; Violated */
  async open(stream: Line, again: boolean): Promise<void> {
    const { options } = this;
    const dialogue: Dialogue = new Dialogue(stream, this.clock, options, {
      took: packet => this.#took(packet),
      isFull: () => this.#reception.isFull(dialogue.isAwaiting),
      commit: () => this.#store.commit(),
      lost: error => {
        if (this.#dialogue === dialogue) this.#lost(error);
      },
    });
    try {
      const resumes = again && (options.version >= 5 || !options.cleanStart);
      const connect = connectPacket(options, this.#clientId, resumes);
      const connack = await dialogue.open(connect);
      const code = connack.reasonCode ?? connack.returnCode ?? 0x80;
      if (code !== 0)
        throw new Refused(
          `the broker refused the connection: ${whyRefused(connack, code, options.version)}`,
          [connack],
        );
      if (connack.sessionPresent && connect.clean)
        throw new Violated(rules.sessionPresent.id, "a session is present after a clean start", connack);
      this.#began(dialogue, connack, connect.clean === true);
    } catch (error) {
      await dialogue.end();
      throw error;
    }
  }

  #began(dialogue: Dialogue, connack: IConnackPacket, isClean: boolean): void {
    const { options } = this;
    const isFirst = this.connack === undefined;
    // MQTT 3.1 does not tell: what was not begun clean is taken to be there.
    const isKept = options.version === 3 ? !isClean : connack.sessionPresent === true;
    const { receiveMaximum, maximumPacketSize, topicAliasMaximum = 0 } = connack.properties ?? {};
    this.connack = connack;
    this.#clientId = connack.properties?.assignedClientIdentifier ?? this.#clientId;
    this.#own = new OwnAliases(options.topicAliases ? topicAliasMaximum : 0);
    this.#brokers = new BrokersAliases(options.topicAliasMaximum);
    dialogue.begin(
      options.beat === false ? 0 : this.keepAlive,
      maximumPacketSize ?? Number.POSITIVE_INFINITY,
    );
    if (isKept && isFirst) this.#subscriptions.mostGranted = 2;
    if (!isKept) this.#reception.forgetAll();
    this.#reception.begin();
    this.#dialogue = dialogue;
    const window = Math.min(receiveMaximum ?? 0xffff, options.inflight ?? receiveMaximum ?? 20);
    const uncertain = this.#delivery.resume(
      {
        publish: (message, messageId, dup) => {
          this.#post(dialogue, message, messageId, dup);
        },
        post: packet => dialogue.post(packet),
        await: messages => dialogue.await(messages),
      },
      window,
      isKept,
    );
    options.onEvent?.({ kind: "connected", sessionPresent: isKept });
    if (uncertain > 0) options.onEvent?.({ kind: "uncertain", messages: uncertain });
    for (const wake of this.#waiting.splice(0)) wake();
    if (!isKept && !isFirst)
      void this.#subscriptions.renew(error => {
        if (!(error instanceof Lost)) this.#dialogue?.fail(error);
      });
    dialogue.flow();
  }

  #took(packet: Packet): void {
    if (packet.cmd === "publish") {
      if (packet.qos > this.#subscriptions.mostGranted)
        throw new Violated(
          rules.grantedQoS.id,
          `a message of QoS ${packet.qos}, and ${this.#subscriptions.mostGranted} was granted`,
          packet,
        );
      this.#reception.takePublish(packet, this.#brokers, this.#dialogue?.isAwaiting ?? false);
    } else if (packet.cmd === "pubrel") this.#reception.takePubrel(packet.messageId!);
    else this.#delivery.take(packet as Parameters<Delivery["take"]>[0]);
  }

  #next(): Message | undefined {
    const message = this.#reception.next();
    if (message) this.#dialogue?.room();
    return message;
  }

  #lost(error: Error): void {
    this.#dialogue = undefined;
    this.#delivery.pause();
    if (this.#isOver) return;
    this.options.onEvent?.({ kind: "lost", error });
    if (!this.options.reconnect || isFinal(error)) return this.#finish(error);
    void this.#reconnect(error);
  }

  async #reconnect(last: Error): Promise<void> {
    const { reconnect, onEvent } = this.options;
    const error = await connectAgain(last, reconnect!, this.clock, this.#ending.signal, {
      onWait: (attempt, milliseconds) => onEvent?.({ kind: "waiting", attempt, milliseconds }),
      open: stream => this.open(stream, true),
    });
    if (error) this.#finish(error);
  }

  /** Nothing will come any more. */
  #finish(error: Error): void {
    if (!this.#isOver) this.#failure ??= error;
    this.#isOver = true;
    this.#ending.abort();
    this.#delivery.end(error);
    this.#reception.wakeAll();
    for (const wake of this.#waiting.splice(0)) wake();
    this.#store.commit();
  }

  async #connected(): Promise<Dialogue> {
    for (;;) {
      this.#refuseIfOver();
      if (this.#dialogue) return this.#dialogue;
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  #refuseIfOver(): void {
    if (this.#failure) throw this.#failure;
    if (this.#isOver) throw new Refused("the session has ended");
  }

  /** Asks, and where connections are opened again, asks again after one was lost. */
  async #ask(question: () => Question, milliseconds?: number): Promise<Packet> {
    for (;;) {
      const dialogue = await this.#connected();
      const { packet, key } = question();
      try {
        return await dialogue.ask(packet, key, milliseconds);
      } catch (error) {
        if (!(error instanceof Lost) || !this.options.reconnect || this.#isOver) throw error;
      }
    }
  }

  /** Resolves once the message is taken by the layer below. @throws Unwritable at once */
  #send(dialogue: Dialogue, message: Publication): Promise<number> {
    const sent = dialogue.sent();
    this.#post(dialogue, message);
    return sent;
  }

  /** @throws Unwritable */
  #post(dialogue: Dialogue, message: Publication, messageId?: number, dup?: boolean): void {
    try {
      dialogue.post(publishPacket(message, this.#own, messageId, dup));
    } catch (error) {
      this.#own.forget(message.topic);
      throw error;
    }
  }

  #identifier(): number {
    const free = (id: number) => !this.#dialogue?.usesIdentifier(id) && !this.#store.outgoing.has(id);
    const next = identifierAfter(this.#lastIdentifier, free);
    if (next === undefined) throw new Refused("65535 requests are unanswered: no packet identifier is left");
    this.#lastIdentifier = next;
    return next;
  }
}
