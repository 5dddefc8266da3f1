// What each message of a TLS handshake teaches client, server, and the one who listens (RFC 5246 §7.3, RFC 8446 §2).
import type { Layer } from "../../protocols/packet/index.ts";
import { bodyOf, type Handshake } from "../../protocols/tls/handshake.ts";
import { chosenVersion, isRetry, serverName } from "../../protocols/tls/hello.ts";
import { ExtensionType, HandshakeType, Version } from "../../protocols/tls/numbers.ts";
import { suiteOf } from "../../protocols/tls/suite.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { holder } from "../../protocols/x509/facts.ts";
import type { Certificate } from "../../protocols/x509/format.ts";
import { commonName, nameText } from "../../protocols/x509/name.ts";
import type { Parties } from "../story/index.ts";
import type { Said } from "../words.ts";
import type { Learning, Words } from "./notebook.ts";

/** What a message of the handshake changes in what they know. `sealed`: the listener could not read it. */
export function handshakeLesson(layer: Layer<Handshake>, sealed: boolean, { from, to }: Parties): Learning[] {
  const value = layer.value!;
  const is13 = (layer.state as { version?: number } | undefined)?.version === Version["TLS 1.3"];
  switch (value.type) {
    case HandshakeType.client_hello:
      return clientHello(value, from, to);
    case HandshakeType.server_hello:
      return serverHello(value, from, to);
    case HandshakeType.certificate:
      return certificates(value, sealed, from, to);
    case HandshakeType.certificate_request:
      return [
        know(
          to,
          { en: "its own certificate", es: "su propio certificado" },
          {
            en: `wanted by ${from}`,
            es: `lo pide ${from}`,
          },
        ),
      ];
    case HandshakeType.server_key_exchange:
      return [
        know(to, identity(from), proven(from)),
        know(from, facts.keys, ownHalf),
        know(to, facts.keys, halfOf(from)),
        know(listener, facts.keys, halfOf(from)),
      ];
    case HandshakeType.client_key_exchange:
      return [
        ...[from, to].map(side => know(side, facts.keys, bothHalves)),
        know(listener, facts.keys, publicHalves),
      ];
    case HandshakeType.certificate_verify:
      return [know(to, identity(from), proven(from))];
    case HandshakeType.finished: {
      const sound = know(to, facts.handshake, {
        en: `as ${from} saw it: nobody changed an octet`,
        es: `la misma que vio ${from}: nadie cambió un octeto`,
      });
      return is13 ? [sound, know(to, facts.keys, dataKeys)] : [sound];
    }
    case HandshakeType.new_session_ticket:
      return [
        know(to, facts.ticket, { en: "a ticket: no certificates then", es: "un tique: sin certificados" }),
      ];
    default:
      return [];
  }
}

/** Whoever is on the way: it sees every frame, and changes none. */
export const listener: Said = { en: "the eavesdropper", es: "el fisgón" };

export const facts = {
  who: { en: "who talks", es: "quiénes hablan" },
  keys: { en: "keys", es: "claves" },
  choice: { en: "version and suite", es: "versión y conjunto de cifrado" },
  handshake: { en: "the handshake", es: "la negociación" },
  wanted: { en: "the server it is for", es: "el servidor al que va" },
  ticket: { en: "for next time", es: "para la próxima vez" },
} as const satisfies Record<string, Said>;

export const identity = (who: string): Said => ({ en: `who ${who} is`, es: `quién es ${who}` });
export const know = (host: Words, fact: Words, value: Words | undefined): Learning => ({ host, fact, value });

const ownHalf: Said = { en: "its own half", es: "su propia mitad" };
const halfOf = (who: string): Said => ({
  en: `the public half of ${who}`,
  es: `la mitad pública de ${who}`,
});
const bothHalves: Said = {
  en: "the session's, of its own private half and the other's public one",
  es: "las de la sesión, de su mitad privada y la pública del otro",
};
const publicHalves: Said = {
  en: "both public halves: the secret can't be worked out of them",
  es: "las dos mitades públicas: de ellas no sale el secreto",
};
const dataKeys: Said = {
  en: "the session's, for data from now on",
  es: "las de la sesión, desde ahora para datos",
};
const proven = (who: string): Said => ({
  en: `${who}, proven: it signed what was said with its certificate's key`,
  es: `${who}, demostrado: firmó lo dicho con la clave de su certificado`,
});

function clientHello(value: Handshake, from: string, to: string): Learning[] {
  const hello = bodyOf(value, HandshakeType.client_hello)!;
  const count = hello.cipherSuites.length;
  const name = serverName(hello);
  // RFC 8446 §4.2.8: it guesses what group the server will take, and brings its half at once.
  const brings = optionOf(hello.extensions ?? [], ExtensionType.key_share) !== undefined;
  return [
    know(from, facts.choice, { en: `${count} suites offered`, es: `${count} conjuntos ofrecidos` }),
    know(to, facts.choice, { en: `what ${from} can do`, es: `lo que ${from} sabe hacer` }),
    ...(name === undefined
      ? []
      : [know(listener, facts.wanted, { en: `${name}, in clear`, es: `${name}, en claro` })]),
    ...(brings
      ? [
          know(from, facts.keys, ownHalf),
          know(to, facts.keys, halfOf(from)),
          know(listener, facts.keys, halfOf(from)),
        ]
      : []),
  ];
}

function serverHello(value: Handshake, from: string, to: string): Learning[] {
  const hello = bodyOf(value, HandshakeType.server_hello)!;
  const version = chosenVersion(hello);
  const suite = suiteOf(hello.cipherSuite)?.name ?? hello.cipherSuite.toString(16);
  const chosen = `${nameOf(Version, version) ?? version.toString(16)}, ${suite}`;
  const choices = [from, to, listener].map(who => know(who, facts.choice, chosen));
  if (isRetry(hello) || version !== Version["TLS 1.3"]) return choices;
  return [
    ...choices,
    ...[from, to].map(side => know(side, facts.keys, bothHalves)),
    know(listener, facts.keys, publicHalves),
  ];
}

function certificates(value: Handshake, sealed: boolean, from: string, to: string): Learning[] {
  const shown = (bodyOf(value, HandshakeType.certificate)?.certificates ?? []).flatMap(one => {
    const certificate = "certificate" in one ? one.certificate : one;
    return certificate instanceof Uint8Array ? [] : [certificate as Certificate];
  });
  const [own] = shown;
  if (!own) return [know(to, identity(from), { en: "it shows no certificate", es: "no enseña certificado" })];
  const { issuer } = own.tbsCertificate;
  const name = holder(own);
  const by = commonName(issuer) ?? nameText(issuer);
  return [
    know(to, identity(from), {
      en: `claims to be ${name}; ${by} vouches for that, the key is not proven`,
      es: `dice ser ${name}; ${by} responde de ello, la clave no está demostrada`,
    }),
    know(
      listener,
      identity(from),
      sealed
        ? { en: "hidden", es: "oculto" }
        : { en: `${name}, its certificate is in clear`, es: `${name}, su certificado va en claro` },
    ),
  ];
}
