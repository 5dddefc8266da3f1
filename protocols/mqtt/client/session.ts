// A session with a broker: what an application does with it, over one connection after the other. MQTT 5 §4.1, §4.4.
import type { IConnackPacket, IPublishPacket, IUnsubackPacket, Packet } from "mqtt-packet";
import { type Clock, Refused, type Stream, Violated } from "../../endpoint/index.ts";
import { Unwritable } from "../../wire/index.ts";
import { identifierAfter } from "../identifiers.ts";
import { Reason, ReturnCode, reasonInWords, SubackReturnCode } from "../reasons.ts";
import { rules } from "../rules.ts";
import { visible } from "../values.ts";
import { BrokersAliases, OwnAliases } from "./aliases.ts";
import { waitBefore } from "./backoff.ts";
import { Delivery } from "./delivery.ts";
import { Dialogue, Lost } from "./dialogue.ts";
import {
  type Message,
  type Publication,
  propertiesOf,
  type UserProperties,
  userPropertiesOf,
} from "./message.ts";
import { type Checked, connectPacket } from "./options.ts";
import { Reception } from "./reception.ts";
import { filterSendable, topicSendable, whole } from "./sendable.ts";
import { Store } from "./store.ts";

export interface SubscribeOptions {
  /** The highest QoS that messages shall come with; 0 by default. */
  readonly qos?: 0 | 1 | 2;
  /** Not what this client itself publishes. MQTT 5, as are all that follow. */
  readonly noLocal?: boolean;
  /** Whether the retain flag comes as it was published. */
  readonly retainAsPublished?: boolean;
  /** Retained messages: 0 are sent, 1 only if the subscription is new, 2 are not sent. */
  readonly retainHandling?: 0 | 1 | 2;
  /** A number that comes back with each message: 1 to 268 435 455. */
  readonly identifier?: number;
  readonly userProperties?: UserProperties;
}

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
  /** To be asked for again by a broker that has forgotten them. */
  readonly #subscriptions = new Map<string, SubscribeOptions>();
  /** Topics that are known to be sendable: looking costs more than sending. */
  readonly #checkedTopics = new Set<string>();
  /** No message comes with more; of a session that was resumed nobody knows. */
  #mostGranted: 0 | 1 | 2 = 0;
  #responses: Map<string, (message: Message) => void> | undefined;
  #requests = 0;

  /** @internal `connect` makes it */
  constructor(
    readonly clock: Clock,
    readonly options: Checked,
  ) {
    this.#clientId = options.clientId;
    this.#store = options.store ?? new Store();
    this.#delivery = new Delivery(this.#store, id => this.#isAsked(id));
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
      this.#check(message);
      if (message.qos) {
        this.#refuseIfOver();
        return this.#delivery.publish(message);
      }
      const dialogue = this.#dialogue;
      return dialogue
        ? this.#send(dialogue, message).then(succeeded)
        : this.#connected().then(later => this.#send(later, message).then(succeeded));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Asks for the messages of `filter` and returns the reason code, the granted QoS. @throws Refused, Unanswered, Violated */
  async subscribe(filter: string, options: SubscribeOptions = {}): Promise<number> {
    const { codes, packet } = await this.#subscribe([filter], options);
    const [code = 0x80] = codes;
    if (code >= 0x80)
      throw new Refused(`the broker refused "${visible(filter)}": ${this.#words(code, SubackReturnCode)}`, [
        packet,
      ]);
    return code;
  }

  /** The same for several filters in one packet; returns all reason codes, refusals too. @throws Unanswered, Violated */
  async subscribeAll(filters: readonly string[], options: SubscribeOptions = {}): Promise<readonly number[]> {
    return (await this.#subscribe(filters, options)).codes;
  }

  /** The next message; `undefined` after so many milliseconds without one. @throws what ended the session */
  async receive(milliseconds?: number): Promise<Message | undefined> {
    const message = this.#next();
    if (message) return message;
    if (this.#failure) throw this.#failure;
    if (this.#isOver) return undefined;
    const { promise, cancel } = this.#reception.arrival();
    const stop = milliseconds === undefined ? undefined : new AbortController();
    if (stop) void this.clock.sleep(milliseconds!, stop.signal).then(cancel);
    const isThere = await promise;
    stop?.abort();
    const came = this.#next();
    if (came || !isThere) {
      if (!came && this.#failure) throw this.#failure;
      return came;
    }
    // Somebody else took it first, in this very moment.
    return this.receive(milliseconds);
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
  async unsubscribe(filter: string): Promise<number> {
    const unsubscriptions = [filterSendable(filter)];
    this.#subscriptions.delete(filter);
    const unsuback = (await this.#ask(() => {
      const messageId = this.#identifier();
      return { packet: { cmd: "unsubscribe", messageId, unsubscriptions }, key: `unsuback ${messageId}` };
    })) as IUnsubackPacket;
    // Before MQTT 5 nothing is said of the filters.
    const code = this.options.version >= 5 ? (unsuback.granted[0] ?? 0x80) : 0;
    if (code >= 0x80)
      throw new Refused(`the broker refused to end "${visible(filter)}": ${reasonInWords(code)}`, [unsuback]);
    return code;
  }

  /**
   * Publishes a request and waits for the message that answers it, by its correlation data (MQTT 5 §4.10).
   * @returns `undefined` after so many milliseconds without an answer
   */
  async request(message: Publication, milliseconds = this.options.patience): Promise<Message | undefined> {
    const information = this.connack.properties?.responseInformation;
    const responseTopic =
      message.properties?.responseTopic ?? `${information ?? "responses"}/${this.clientId || "client"}`;
    if (!this.#responses) this.#responses = new Map();
    const responses = this.#responses;
    if (!this.#subscriptions.has(responseTopic)) {
      this.#reception.route(responseTopic, answer =>
        responses.get(Buffer.from(answer.properties?.correlationData ?? []).toString("hex"))?.(answer),
      );
      await this.subscribe(responseTopic, { qos: 1 });
    }
    const correlationData = Buffer.from(`${this.clientId}/${++this.#requests}`);
    const key = correlationData.toString("hex");
    const { promise, resolve } = Promise.withResolvers<Message>();
    const patience = new AbortController();
    responses.set(key, resolve);
    try {
      await this.publish({
        ...message,
        properties: { ...message.properties, responseTopic, correlationData },
      });
      return (await Promise.race([promise, this.clock.sleep(milliseconds, patience.signal)])) ?? undefined;
    } finally {
      patience.abort();
      responses.delete(key);
    }
  }

  /**
   * Ends the session, and closes the stream: nothing may follow a DISCONNECT [MQTT-3.14.4-1]. With `withWill` the broker
   * publishes the will all the same; `sessionExpiry` changes how long the session is kept. Both are MQTT 5's.
   */
  async disconnect({ withWill = false, sessionExpiry }: { withWill?: boolean; sessionExpiry?: number } = {}) {
    const dialogue = this.#dialogue;
    this.#isOver = true;
    this.#ending.abort();
    // What `reconnect` alone asked for, nobody needs any more.
    const { reconnect, sessionExpiry: asked, version } = this.options;
    const expiry = sessionExpiry ?? (reconnect && asked === undefined && version >= 5 ? 0 : undefined);
    const properties = expiry === undefined ? undefined : { sessionExpiryInterval: expiry };
    const reasonCode = withWill ? Reason["Disconnect with Will Message"] : Reason.Success;
    try {
      await dialogue?.send({ cmd: "disconnect", reasonCode, ...(properties && { properties }) });
    } finally {
      this.#dialogue = undefined;
      await dialogue?.end();
      this.#finish(new Refused("the session has ended"));
    }
  }

  /** Ends without DISCONNECT, as a client does that dies: the broker publishes the will. */
  async abandon(): Promise<void> {
    const dialogue = this.#dialogue;
    this.#isOver = true;
    this.#ending.abort();
    this.#dialogue = undefined;
    await dialogue?.end();
    this.#finish(new Refused("the session has ended"));
  }

  /** @internal CONNECT over this stream. @throws Refused with the broker's reason; Unanswered; Lost; Violated */
  async open(stream: Stream, again: boolean): Promise<void> {
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
        throw new Refused(`the broker refused the connection: ${this.#whyOf(connack, code)}`, [connack]);
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
    dialogue.begin(this.keepAlive, maximumPacketSize ?? Number.POSITIVE_INFINITY);
    if (isKept && isFirst) this.#mostGranted = 2;
    if (!isKept) this.#reception.forgetAll();
    this.#dialogue = dialogue;
    const window = Math.min(receiveMaximum ?? 0xffff, options.inflight ?? receiveMaximum ?? 20);
    const uncertain = this.#delivery.resume(
      {
        publish: (message, messageId, dup) => {
          this.#send(dialogue, message, messageId, dup).catch(() => {});
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
    if (!isKept && !isFirst) void this.#subscribeAgain();
    dialogue.flow();
  }

  #took(packet: Packet): void {
    if (packet.cmd === "publish") {
      if (packet.qos > this.#mostGranted)
        throw new Violated(
          rules.grantedQoS.id,
          `a message of QoS ${packet.qos}, and ${this.#mostGranted} was granted`,
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
    const reconnect = this.options.reconnect!;
    const { attempts = Number.POSITIVE_INFINITY } = reconnect;
    for (let attempt = 1, error = last; ; attempt++) {
      if (attempt > attempts) return this.#finish(error);
      const milliseconds = waitBefore(attempt, reconnect);
      this.options.onEvent?.({ kind: "waiting", attempt, milliseconds });
      await this.clock.sleep(milliseconds, this.#ending.signal);
      if (this.#isOver) return;
      try {
        const stream = await reconnect.dial();
        if (this.#isOver) return void (await stream.close());
        await this.open(stream, true);
        return;
      } catch (caught) {
        error = caught as Error;
        if (isFinal(error)) return this.#finish(error);
      }
    }
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
  async #ask(question: () => { packet: Packet; key: string }, milliseconds?: number): Promise<Packet> {
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

  async #subscribe(filters: readonly string[], options: SubscribeOptions) {
    const { qos = 0, noLocal, retainAsPublished, retainHandling, identifier, userProperties } = options;
    const since5 = { nl: noLocal, rap: retainAsPublished, rh: retainHandling };
    if (this.options.version < 5 && (Object.values(since5).some(Boolean) || identifier || userProperties))
      throw new Unwritable("there are only since MQTT 5").within("options");
    if (identifier !== undefined) whole(identifier, "identifier", 1, 0x0fff_ffff);
    const subscriptions = filters.map(topic => ({
      topic: filterSendable(topic),
      qos,
      ...(this.options.version >= 5 && since5),
    }));
    this.#mostGranted = Math.max(this.#mostGranted, qos) as 0 | 1 | 2;
    const packet = (await this.#ask(() => {
      const messageId = this.#identifier();
      const properties = {
        ...(identifier !== undefined && { subscriptionIdentifier: identifier }),
        ...(userProperties && { userProperties: userPropertiesOf(userProperties) }),
      };
      return {
        packet: { cmd: "subscribe", messageId, subscriptions: subscriptions as never, properties },
        key: `suback ${messageId}`,
      };
    })) as Extract<Packet, { cmd: "suback" }>;
    const codes = packet.granted as number[];
    for (const [i, filter] of filters.entries())
      if ((codes[i] ?? 0x80) < 0x80) this.#subscriptions.set(filter, options);
    return { codes, packet };
  }

  /** A broker that kept no session is asked for the subscriptions once more. */
  async #subscribeAgain(): Promise<void> {
    for (const [filter, options] of this.#subscriptions)
      await this.#subscribe([filter], options).catch(error => {
        if (!(error instanceof Lost)) this.#dialogue?.fail(error);
      });
  }

  /** @throws Unwritable at once */
  #send(dialogue: Dialogue, message: Publication, messageId?: number, dup?: boolean): Promise<void> {
    try {
      return dialogue.send(this.#packetOf(message, messageId, dup));
    } catch (error) {
      this.#own.forget(message.topic);
      throw error;
    }
  }

  #packetOf(message: Publication, messageId?: number, dup = false): IPublishPacket {
    const { topic, payload, qos = 0, retain = false } = message;
    const { topic: name, alias } = this.#own.most > 0 ? this.#own.of(topic) : { topic, alias: undefined };
    const properties = {
      ...(message.properties && propertiesOf(message.properties)),
      ...(alias !== undefined && { topicAlias: alias }),
    };
    return {
      cmd: "publish",
      topic: name,
      payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      qos,
      retain,
      dup,
      ...(messageId !== undefined && { messageId }),
      ...((message.properties || alias !== undefined) && { properties }),
    };
  }

  /** @throws Unwritable for what this broker, or this version, takes from nobody */
  #check({ topic, qos = 0, retain, properties }: Publication): void {
    if (!this.#checkedTopics.has(topic)) {
      topicSendable(topic);
      if (this.#checkedTopics.size >= 1000) this.#checkedTopics.clear();
      this.#checkedTopics.add(topic);
    }
    if (properties) {
      if (this.options.version < 5) throw new Unwritable("are there since MQTT 5").within("properties");
      propertiesOf(properties);
    }
    const allowed = this.connack.properties;
    if (!allowed) return;
    if (retain && allowed.retainAvailable === false)
      throw new Unwritable("the broker retains nothing").within("retain");
    if (allowed.maximumQoS !== undefined && qos > allowed.maximumQoS)
      throw new Unwritable(`the broker takes no more than ${allowed.maximumQoS}`).within("qos");
  }

  #isAsked(id: number): boolean {
    const dialogue = this.#dialogue;
    return dialogue !== undefined && (dialogue.isAsked(`suback ${id}`) || dialogue.isAsked(`unsuback ${id}`));
  }

  #identifier(): number {
    const free = (id: number) => !this.#isAsked(id) && !this.#store.outgoing.has(id);
    const next = identifierAfter(this.#lastIdentifier, free);
    if (next === undefined) throw new Refused("65535 requests are unanswered: no packet identifier is left");
    this.#lastIdentifier = next;
    return next;
  }

  #words(code: number, before5: Readonly<Record<string, number>>): string {
    return this.options.version >= 5 ? reasonInWords(code) : reasonInWords(code, before5);
  }

  #whyOf({ properties }: IConnackPacket, code: number): string {
    const said = properties?.reasonString;
    return this.#words(code, ReturnCode) + (said ? `, "${visible(said)}"` : "");
  }
}

const succeeded = () => Reason.Success;

/** What another connection would not mend: refusals that stay, being taken over, and a broker that breaks rules. */
function isFinal(error: Error): boolean {
  if (error instanceof Violated) return true;
  const [packet] = error instanceof Refused ? (error.messages as readonly Packet[]) : [];
  if (packet?.cmd === "disconnect") return staysDisconnected.includes(packet.reasonCode ?? 0);
  if (packet?.cmd !== "connack") return false;
  const code = packet.reasonCode ?? packet.returnCode ?? 0;
  return packet.reasonCode === undefined
    ? code !== ReturnCode["Connection refused, server unavailable"]
    : !passes.includes(code);
}

const staysDisconnected: readonly number[] = [
  Reason["Session taken over"],
  Reason["Administrative action"],
  Reason["Not authorized"],
  Reason["Server moved"],
  Reason["Use another server"],
];
const passes: readonly number[] = [
  Reason["Unspecified error"],
  Reason["Implementation specific error"],
  Reason["Server unavailable"],
  Reason["Server busy"],
  Reason["Quota exceeded"],
  Reason["Connection rate exceeded"],
];
