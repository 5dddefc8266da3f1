// One TLS session as the analyzer follows it: its timeline, what was chosen, who showed what, and what it all cost.
import type { Layer, Packet } from "../packet/index.ts";
import type { Way } from "../packet/protocol.ts";
import { nameOf, optionOf } from "../wire/index.ts";
import type { Certificate } from "../x509/format.ts";
import { type ShownCertificate, shownChain } from "./chain.ts";
import { type Direction, outcomeOf } from "./direction.ts";
import { ja3, ja3sText, ja3Text, ja4 } from "./fingerprint.ts";
import { type Graded, gradeOf } from "./grade.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { chosenVersion, isRetry, serverName } from "./hello.ts";
import {
  AlertDescription,
  ContentType,
  ExtensionType,
  HandshakeType,
  NamedGroup,
  Version,
} from "./numbers.ts";
import type { Alert, RecordValue } from "./records.ts";
import { type Suite, suiteOf } from "./suite.ts";

export interface Step {
  readonly packet: number;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly way: Way;
  /** Names of the registry: "client_hello"; "enciphered" for a record that nobody here can read. */
  readonly message: string;
}

/** Unknown is what the capture does not show. */
export interface Session {
  /** The TCP conversation: Wireshark's stream index. */
  readonly stream: number;
  /** Packet number of the first ClientHello. */
  readonly began: number;
  /** The host that the client asked for. */
  readonly serverName: string | undefined;
  /** "TLS 1.2" */
  readonly version: string | undefined;
  /** IANA's name, or the number. */
  readonly suite: string | undefined;
  readonly grade: Graded | undefined;
  /** The messages of the handshake, and those that could not be read, until it was done. */
  readonly timeline: readonly Step[];
  /** How often the client had to wait for the server until it was done, after TCP's own round trip. */
  readonly roundTrips: number | undefined;
  /** From the ClientHello until both sides had put their keys to use, in nanoseconds. */
  readonly handshakeTime: bigint | undefined;
  /** From the ClientHello until the first octets that TLS carried, in nanoseconds; early data may come before the handshake is done. */
  readonly payloadAfter: bigint | undefined;
  /** From the ClientHello until the last record, in nanoseconds. */
  readonly duration: bigint;
  readonly resumed: boolean;
  readonly earlyData: boolean;
  /** The server wanted another hello. */
  readonly retried: boolean;
  /** Whose certificates were shown, the owner's first: by way, 0 is the client's. */
  readonly certificates: readonly [client: readonly ShownCertificate[], server: readonly ShownCertificate[]];
  readonly alerts: readonly { readonly packet: number; readonly way: Way; readonly description: string }[];
  /** Octets of all records, headers included. */
  readonly octets: number;
  /** Octets that TLS carried; where records stayed closed, what they may have held at the most. */
  readonly payload: number;
  /** Whether every record opened, so that `payload` is exact. */
  readonly opened: boolean;
  readonly protocols: readonly string[];
  readonly ja3: string | undefined;
  readonly ja3s: string | undefined;
  readonly ja4: string | undefined;
  /** Whether certificates went in the clear: until TLS 1.2. */
  readonly certificatesVisible: boolean;
  /** Whether the true name may be hidden in an encrypted hello. */
  readonly hiddenHello: boolean;
}

/** So many steps are kept: a handshake has a few dozen. */
const mostSteps = 200;

type Draft = { -readonly [K in keyof Session]: Session[K] };

/** Follows one session, message by message. */
export class SessionDraft {
  readonly #of: Draft;
  #since: bigint;
  #version = 0;
  #suite: Suite | undefined;
  #freshKey = true;
  #encryptThenMac = false;
  #trips = 0;
  #last: Way = 0;
  readonly #ready = [false, false];
  readonly #finished = [false, false];
  #fullHandshake = false;
  #greeted = false;
  /** What the fresh secret was agreed on in: a named group, or a prime of so many bits. */
  #agreed: string | number | undefined;

  constructor(packet: Packet) {
    this.#since = packet.time;
    this.#of = {
      stream: packet.conversation?.index ?? -1,
      began: packet.number,
      serverName: undefined,
      version: undefined,
      suite: undefined,
      grade: undefined,
      timeline: [],
      roundTrips: undefined,
      handshakeTime: undefined,
      payloadAfter: undefined,
      duration: 0n,
      resumed: false,
      earlyData: false,
      retried: false,
      certificates: [[], []],
      alerts: [],
      octets: 0,
      payload: 0,
      opened: true,
      protocols: [],
      ja3: undefined,
      ja3s: undefined,
      ja4: undefined,
      certificatesVisible: false,
      hiddenHello: false,
    };
  }

  /** Whether its ClientHello was seen. */
  get greeted(): boolean {
    return this.#greeted;
  }

  get serverName(): string | undefined {
    return this.#of.serverName;
  }

  session(): Session {
    const { version, certificates } = this.#of;
    const grade =
      version === undefined
        ? undefined
        : gradeOf({
            version: this.#version,
            suite: this.#suite,
            freshKey: this.#freshKey,
            encryptThenMac: this.#encryptThenMac,
            key: certificates[1][0]?.key,
            agreed: this.#agreed,
          });
    const resumed =
      version !== undefined &&
      this.#of.handshakeTime !== undefined &&
      (this.#of.resumed || (this.#version < Version["TLS 1.3"] && !this.#fullHandshake));
    return { ...this.#of, resumed, grade };
  }

  record({ number, time }: Packet, { headerEnd, start, end, way, state }: Layer, value: RecordValue): void {
    const of = this.#of;
    of.octets += end - start;
    of.duration = time - this.#since;
    const direction = state as Direction;
    if (!value.fragment || !direction?.enciphered) return;
    const { opened, by } = outcomeOf(direction, value);
    if (opened?.contentType === ContentType.application_data) this.#carried(opened.octets.length, time);
    if (!opened) {
      of.opened = false;
      if (value.contentType === ContentType.application_data && this.#isDone)
        this.#carried(headerEnd - start - 5, time);
      if (!this.#isDone) this.#step({ packet: number, time, way, message: "enciphered" });
    }
    if (by.epoch === "early") of.earlyData = true;
    else this.#turn(time, way);
  }

  message(packet: Packet, message: Handshake, way: Way): void {
    const name = nameOf(HandshakeType, message.type) ?? String(message.type);
    // The keys are in use before their first message is read: what a side says up to its Finished belongs to the handshake.
    if (!this.#isDone || !this.#finished[way])
      this.#step({ packet: packet.number, time: packet.time, way, message: name });
    if (message.type === HandshakeType.finished) this.#finished[way] = true;
    if (message.type === HandshakeType.client_key_exchange) this.#fullHandshake = true;
    const half = bodyOf(message, HandshakeType.server_key_exchange);
    if (half && "group" in half) this.#agreed = nameOf(NamedGroup, half.group);
    else if (half && "p" in half) this.#agreed = bitsOf(half.p);
    this.#hellos(message);
  }

  /** A hello of SSL 2.0, which has no extensions. */
  oldHello({ number, time }: Packet, way: Way): void {
    this.#greeted = true;
    this.#step({ packet: number, time, way, message: "client_hello" });
  }

  #hellos(message: Handshake): void {
    const of = this.#of;
    const client = bodyOf(message, HandshakeType.client_hello);
    if (client && of.ja4 === undefined) {
      this.#greeted = true;
      const extensions = client.extensions ?? [];
      of.serverName = serverName(client);
      of.protocols = optionOf(extensions, ExtensionType.application_layer_protocol_negotiation) ?? [];
      of.hiddenHello = extensions.some(({ code }) => code === ExtensionType.encrypted_client_hello);
      of.ja3 = ja3(ja3Text(client));
      of.ja4 = ja4(client);
    }
    if (message.type === HandshakeType.hello_retry_request) of.retried = true;
    const server = bodyOf(message, HandshakeType.server_hello);
    if (!server) return;
    if (isRetry(server)) {
      of.retried = true;
      return;
    }
    const extensions = server.extensions ?? [];
    this.#version = chosenVersion(server);
    this.#suite = suiteOf(server.cipherSuite);
    this.#encryptThenMac = optionOf(extensions, ExtensionType.encrypt_then_mac) === true;
    const { key_share, key_share_in_drafts } = ExtensionType;
    const share = optionOf(extensions, key_share) ?? optionOf(extensions, key_share_in_drafts);
    this.#freshKey = share !== undefined;
    this.#agreed = share && nameOf(NamedGroup, share.group);
    of.version = nameOf(Version, this.#version) ?? `version 0x${this.#version.toString(16)}`;
    of.suite = this.#suite?.name ?? `0x${server.cipherSuite.toString(16).padStart(4, "0")}`;
    of.ja3s = ja3(ja3sText(server));
    of.resumed = optionOf(extensions, ExtensionType.pre_shared_key) !== undefined;
  }

  /** The chain as it was shown; what is wrong with it. */
  certificates({ time }: Packet, shown: readonly Certificate[], way: Way): readonly ShownCertificate[] {
    const of = this.#of;
    const chain = shownChain(shown, time, way === 1 ? of.serverName : undefined);
    of.certificates = way === 0 ? [chain, of.certificates[1]] : [of.certificates[0], chain];
    of.certificatesVisible = this.#version < Version["TLS 1.3"];
    return chain;
  }

  alert({ number }: Packet, { description }: Alert, way: Way): void {
    if (this.#of.alerts.length >= mostSteps) return;
    const name = nameOf(AlertDescription, description) ?? String(description);
    this.#of.alerts = [...this.#of.alerts, { packet: number, way, description: name }];
  }

  #carried(size: number, time: bigint): void {
    this.#of.payload += size;
    if (size > 0) this.#of.payloadAfter ??= time - this.#since;
  }

  get #isDone(): boolean {
    return this.#of.handshakeTime !== undefined;
  }

  /** One way has put its keys to use; once both have, the handshake is done. */
  #turn(time: bigint, way: Way): void {
    if (this.#isDone) return;
    this.#counted(way);
    this.#ready[way] = true;
    if (!this.#ready[0] || !this.#ready[1]) return;
    this.#of.handshakeTime = time - this.#since;
    this.#of.roundTrips = this.#trips;
  }

  #step(step: Step): void {
    this.#counted(step.way);
    if (this.#of.timeline.length < mostSteps) this.#of.timeline = [...this.#of.timeline, step];
  }

  #counted(way: Way): void {
    if (way === 1 && this.#last === 0) this.#trips++;
    this.#last = way;
  }
}

/** How long a number is. */
const bitsOf = (octets: Uint8Array): number => {
  const first = octets.findIndex(octet => octet !== 0);
  return first < 0 ? 0 : 8 * (octets.length - first - 1) + (32 - Math.clz32(octets[first]!));
};
