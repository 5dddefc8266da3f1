// What a broker puts down so that it survives the broker: the interface, and what is kept in it.
import type { Subscription } from "./subscriptions.ts";

/** A message as it is kept: a PUBLISH of MQTT 5, and when it came, in milliseconds since the Unix epoch. */
export interface KeptMessage {
  readonly octets: Uint8Array;
  readonly at: number;
}

/** A session that outlives its connection. */
export interface KeptSession {
  readonly id: string;
  readonly userName: string | undefined;
  readonly version: number;
  /** Seconds; `Infinity` for ever. */
  readonly expiry: number;
  /** When its client was last there, in milliseconds since the Unix epoch; `undefined` while it is. */
  readonly left: number | undefined;
}

/** A message on its way to a client. `sequence`: its place in line. */
export interface KeptFlow {
  readonly sequence: number;
  readonly message: KeptMessage;
  readonly qos: number;
  readonly retain: boolean;
  readonly identifiers: readonly number[];
  readonly share: string | undefined;
  /** 0: not sent yet. */
  readonly packetIdentifier: number;
  /** Of QoS 2: PUBREC has come. */
  readonly isReleased: boolean;
}

/** Everything that was kept of one session. */
export interface Remembered {
  readonly session: KeptSession;
  readonly subscriptions: readonly (readonly [filter: string, Subscription])[];
  /** In line. */
  readonly flows: readonly KeptFlow[];
  /** Packet identifiers of QoS 2 that were taken and not released yet. */
  readonly unreleased: readonly number[];
}

/** Changes count once they are committed; what was committed is there after the process has been killed. */
export interface Store {
  /** What was kept, when the broker starts. */
  sessions(): Iterable<Remembered>;
  retained(): Iterable<KeptMessage>;

  putSession(session: KeptSession): void;
  /** The session and all that belongs to it. */
  removeSession(id: string): void;
  putSubscription(id: string, filter: string, subscription: Subscription): void;
  removeSubscription(id: string, filter: string): void;
  putFlow(id: string, flow: KeptFlow): void;
  /** It was sent under this identifier, or released. */
  changeFlow(id: string, flow: Pick<KeptFlow, "sequence" | "packetIdentifier" | "isReleased">): void;
  removeFlow(id: string, sequence: number): void;
  putUnreleased(id: string, packetIdentifier: number): void;
  removeUnreleased(id: string, packetIdentifier: number): void;
  putRetained(topic: string, message: KeptMessage): void;
  removeRetained(topic: string): void;

  /** @throws if it can't be put down: then nothing since the last commit is */
  commit(): void;
}
