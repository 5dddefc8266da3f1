// What each TLS session of a capture came to, and what should not have been in it.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations, nameOf } from "../wire/index.ts";
import { timeText } from "../x509/primitives.ts";
import { alertMeanings } from "./alerts.ts";
import type { ChainFault, ShownCertificate } from "./chain.ts";
import { kinds } from "./decoder.ts";
import { type Direction, outcomeOf } from "./direction.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { chosenVersion, isRetry, type ServerHello } from "./hello.ts";
import { AlertDescription, AlertLevel, HandshakeType, Version } from "./numbers.ts";
import type { Alert, RecordValue } from "./records.ts";
import { rules } from "./rules.ts";
import { type Session, SessionDraft } from "./session.ts";
import { suiteOf } from "./suite.ts";

export type { ChainFault, ShownCertificate } from "./chain.ts";
export type { Grade, Graded, Reason } from "./grade.ts";
export type { Session, Step } from "./session.ts";

export interface Report {
  /** In the order of their ClientHellos. */
  readonly conversations: readonly Session[];
}

/** Analyses the `tls` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new TlsAnalyzer();

class TlsAnalyzer implements Analyzer<Report> {
  readonly #sessions = new Map<number, SessionDraft>();
  /** Ways of conversations whose keys are known, and do not fit: told once. */
  readonly #misfits = new Set<string>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of packet.layers) {
      const { name } = layer.protocol;
      if (!name.startsWith("tls")) continue;
      yield* malformedIn(packet, layer);
      if (layer.value === undefined) continue;
      if (name === kinds.handshake.name) yield* this.#message(packet, layer as Layer<Handshake>);
      else if (name === kinds.ssl2Hello.name) this.#sessionOf(packet).oldHello(packet, layer.way);
      else if (name === kinds.record.name) yield* this.#record(packet, layer as Layer<RecordValue>);
      else if (name === kinds.alert.name) yield* this.#alert(packet, layer as Layer<Alert>);
    }
  }

  *conclude(): Iterable<Finding> {}

  report(): Report {
    const greeted = [...this.#sessions.values()].filter(one => one.greeted);
    return { conversations: greeted.map(one => one.session()) };
  }

  #sessionOf(packet: Packet): SessionDraft {
    const stream = packet.conversation?.index ?? -1;
    const known = this.#sessions.get(stream);
    if (known) return known;
    const begun = new SessionDraft(packet);
    this.#sessions.set(stream, begun);
    return begun;
  }

  *#record(packet: Packet, layer: Layer<RecordValue>): Iterable<Finding> {
    const { value, state, way } = layer;
    const direction = state as Direction | undefined;
    this.#sessionOf(packet).record(packet, layer, value!);
    if (!direction?.open || !value!.fragment || outcomeOf(direction, value!).opened) return;
    const [packets, field] = [[packet.number], "fragment.enciphered"];
    if (direction.closed !== undefined)
      yield { rule: rules.damaged, packets, field, detail: `record ${direction.sequence} of its keys` };
    else if (direction.epoch !== "early") {
      const once = `${packet.conversation?.index} ${way} ${direction.epoch}`;
      if (this.#misfits.has(once)) return;
      this.#misfits.add(once);
      yield {
        rule: rules.wrongKeys,
        packets,
        field,
        detail: `the first record under ${direction.epoch} keys`,
      };
    }
  }

  *#message(packet: Packet, { value, way }: Layer<Handshake>): Iterable<Finding> {
    const message = value!;
    const session = this.#sessionOf(packet);
    session.message(packet, message, way);
    const hello = bodyOf(message, HandshakeType.server_hello);
    if (hello && !isRetry(hello)) yield* chosen(packet, hello);
    const certificates = bodyOf(message, HandshakeType.certificate)?.certificates ?? [];
    const shown = certificates.map(one => ("certificate" in one ? one.certificate : one));
    if (shown.length === 0) return;
    for (const certificate of session.certificates(packet, shown, way))
      yield* judged(packet, certificate, session.serverName);
  }

  *#alert(packet: Packet, { value, way }: Layer<Alert>): Iterable<Finding> {
    const { level, description } = value!;
    this.#sessionOf(packet).alert(packet, value!, way);
    // TLS 1.3 sends no level that means anything, but its alerts say 2 all the same, unless they are polite.
    if (level !== AlertLevel.fatal) return;
    const name = nameOf(AlertDescription, description) ?? `description ${description}`;
    const meaning = alertMeanings[name]?.en;
    yield {
      rule: rules.alert,
      packets: [packet.number],
      field: "description",
      detail: meaning ? `${name}: ${meaning}` : name,
    };
  }
}

function* chosen({ number }: Packet, hello: ServerHello): Iterable<Finding> {
  const [version, suite] = [chosenVersion(hello), suiteOf(hello.cipherSuite)];
  const packets = [number];
  if (version < Version["TLS 1.2"])
    yield {
      rule: rules.oldVersion,
      packets,
      field: "body.version",
      detail: nameOf(Version, version) ?? `version 0x${version.toString(16)}`,
    };
  if (!suite) return;
  const field = "body.cipherSuite";
  if (suite.keyExchange === "RSA") yield { rule: rules.noForwardSecrecy, packets, field, detail: suite.name };
  if (/_NULL_|EXPORT|RC4|RC2|_DES_|DES40|3DES|_anon_/.test(suite.name))
    yield { rule: rules.weakSuite, packets, field, detail: suite.name };
}

const chainRules = {
  expired: rules.expired,
  "not yet valid": rules.notYetValid,
  "wrong name": rules.wrongName,
  "not issued by the next": rules.brokenChain,
  "not an authority": rules.brokenChain,
  "short key": rules.shortKey,
} as const satisfies Record<ChainFault, unknown>;

/** On the capture's clock. */
function* judged(
  { number, time }: Packet,
  one: ShownCertificate,
  name: string | undefined,
): Iterable<Finding> {
  const clock = `and the capture's clock says ${timeText(Number(time / 1_000_000_000n))}`;
  const details: Readonly<Record<ChainFault, string>> = {
    expired: `valid until ${timeText(one.notAfter)}, ${clock}`,
    "not yet valid": `valid from ${timeText(one.notBefore)}, ${clock}`,
    "wrong name": `the client asked for ${printable(name ?? "")}`,
    "not issued by the next": `issued by ${one.issuer}, which is not the next certificate`,
    "not an authority": "stands above another, and is no authority",
    "short key": `${one.key[0]} of ${one.key[1]} bits`,
  };
  for (const fault of one.faults)
    yield {
      rule: chainRules[fault],
      packets: [number],
      field: "body.certificates",
      detail: `${one.holder}: ${details[fault]}`,
    };
}

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  const [first = layer.malformed] = malformations(layer.tree());
  yield { rule: rules.malformed, packets: [number], field: first.path || undefined, detail: first.reason };
}

const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, "?");
