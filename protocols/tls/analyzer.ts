// What each TLS conversation of a capture came to, and what should not have been in it.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations, nameOf } from "../wire/index.ts";
import { holder, outsideValidity } from "../x509/facts.ts";
import type { Certificate } from "../x509/format.ts";
import { timeText } from "../x509/primitives.ts";
import { kinds } from "./decoder.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { chosenVersion, isRetry, type ServerHello, serverName } from "./hello.ts";
import { AlertDescription, AlertLevel, HandshakeType, Version } from "./numbers.ts";
import type { Alert } from "./records.ts";
import { rules } from "./rules.ts";
import { suiteOf } from "./suite.ts";

export interface Report {
  readonly conversations: readonly ReportedConversation[];
}

/** Unknown is what the capture does not show. */
export interface ReportedConversation {
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
  /** Whose certificates were shown, the owner's first: by way, 0 is the client's. */
  readonly certificates: readonly [client: readonly string[], server: readonly string[]];
}

/** Analyses the `tls` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new TlsAnalyzer();

type Draft = { -readonly [K in keyof ReportedConversation]: ReportedConversation[K] };

class TlsAnalyzer implements Analyzer<Report> {
  readonly #conversations = new Map<number, Draft>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of [...packet.all(kinds.record), ...packet.all(kinds.handshake)])
      yield* malformedIn(packet, layer);
    for (const layer of packet.all(kinds.handshake))
      if (layer.value) yield* this.#message(packet, layer.value, layer);
    for (const { value } of packet.all(kinds.alert))
      if (value?.level === AlertLevel.fatal) yield alerted(packet, value);
  }

  *conclude(): Iterable<Finding> {}

  report(): Report {
    return { conversations: [...this.#conversations.values()] };
  }

  *#message(packet: Packet, message: Handshake, { way }: Layer): Iterable<Finding> {
    const clientHello = bodyOf(message, HandshakeType.client_hello);
    const serverHello = bodyOf(message, HandshakeType.server_hello);
    const stream = packet.conversation?.index ?? -1;
    if (clientHello && !this.#conversations.has(stream))
      this.#conversations.set(stream, {
        stream,
        began: packet.number,
        serverName: serverName(clientHello),
        version: undefined,
        suite: undefined,
        certificates: [[], []],
      });
    const conversation = this.#conversations.get(stream);
    if (serverHello && !isRetry(serverHello)) yield* this.#chosen(packet, serverHello, conversation);
    const shown = certificatesIn(message);
    if (shown.length === 0) return;
    const names = shown.map(holder);
    if (conversation)
      conversation.certificates =
        way === 0 ? [names, conversation.certificates[1]] : [conversation.certificates[0], names];
    for (const certificate of shown) yield* judged(packet, certificate);
  }

  *#chosen(packet: Packet, hello: ServerHello, conversation: Draft | undefined): Iterable<Finding> {
    const [number, suite] = [chosenVersion(hello), suiteOf(hello.cipherSuite)];
    const version = nameOf(Version, number) ?? `version 0x${number.toString(16)}`;
    const name = suite?.name ?? `0x${hello.cipherSuite.toString(16).padStart(4, "0")}`;
    if (conversation) [conversation.version, conversation.suite] = [version, name];
    if (number < Version["TLS 1.2"])
      yield { rule: rules.oldVersion, packets: [packet.number], field: "body.version", detail: version };
    if (suite?.keyExchange === "RSA")
      yield {
        rule: rules.noForwardSecrecy,
        packets: [packet.number],
        field: "body.cipherSuite",
        detail: name,
      };
  }
}

const certificatesIn = (message: Handshake): Certificate[] =>
  (bodyOf(message, HandshakeType.certificate)?.certificates ?? []).map(one =>
    "certificate" in one ? one.certificate : one,
  );

/** On the capture's clock. */
function* judged({ number, time }: Packet, certificate: Certificate): Iterable<Finding> {
  const fault = outsideValidity(certificate, time);
  if (!fault) return;
  const { notBefore, notAfter } = certificate.tbsCertificate.validity;
  const bound =
    fault === "expired" ? `valid until ${timeText(notAfter)}` : `valid from ${timeText(notBefore)}`;
  yield {
    rule: fault === "expired" ? rules.expired : rules.notYetValid,
    packets: [number],
    field: "body.certificates",
    detail: `${holder(certificate)}: ${bound}, and the capture's clock says ${timeText(Number(time / 1_000_000_000n))}`,
  };
}

const alerted = ({ number }: Packet, { description }: Alert): Finding => ({
  rule: rules.alert,
  packets: [number],
  field: "description",
  detail: nameOf(AlertDescription, description) ?? `description ${description}`,
});

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  const [first = layer.malformed] = malformations(layer.tree());
  yield { rule: rules.malformed, packets: [number], field: first.path || undefined, detail: first.reason };
}
