// `bun lab inspect --explain`: how the keys of each TLS session came about, and with what each record was sealed.
import { dissector } from "../../protocols/packet/index.ts";
import { Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { type BlockCipher, blockSize, hashSize, keySize } from "../../protocols/tls/ciphers.ts";
import { KeyLog, Version } from "../../protocols/tls/index.ts";
import { explicitNonceSize } from "../../protocols/tls/schedule.ts";
import { contentName, type SealedRecord, type Share, type Walk, Walker } from "../../protocols/tls/walk.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { exit, Failure } from "../failure.ts";
import { protocols } from "../protocols.ts";
import { paint, printable } from "../terminal.ts";
import type { Language, Said } from "../words.ts";
import { decodeAs } from "./decode-as.ts";
import { addSecrets } from "./secrets.ts";

export interface ExplainOptions {
  readonly lang: Language;
  readonly decode: readonly string[];
  readonly keylog?: string;
}

/** Explains each TLS session of the capture. Returns 1 if there is none, or it could not be read to its end. No secret is shown. */
export async function explainSessions(
  file: string,
  { lang, decode, keylog }: ExplainOptions,
): Promise<number> {
  const keyLog = new KeyLog();
  if (keylog !== undefined) await addSecrets(keyLog, keylog);
  const known = protocols(keyLog);
  const { packet } = dissector(known, decodeAs(decode, known));
  const walker = new Walker();
  let damaged = false;
  try {
    const frames = openCapture(file, met => {
      if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
      if (met.kind === "damage") {
        damaged = true;
        console.error(`lab: ${file}: ${met}`);
      }
    });
    for await (const frame of frames) walker.observe(packet(frame));
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  }
  const walks = walker.walks();
  if (walks.length === 0)
    throw new Failure(`${file} has no TLS on the ports where it is sought; -d tcp.port==PORT,tls names one.`);
  for (const walk of walks) for (const line of linesOf(walk, lang)) console.log(line);
  return damaged ? exit.failed : exit.done;
}

/** A session in lines. */
export function* linesOf(walk: Walk, language: Language): Generator<string> {
  const say = (words: Said): string => words[language];
  const version = nameOf(Version, walk.version) ?? say({ en: "version not seen", es: "versión no vista" });
  const [client, server] = walk.ends;
  const name = walk.serverName ? ` (${printable(walk.serverName)})` : "";
  yield paint(`${version} ${walk.suite?.name ?? ""}: ${client} → ${server}${name}`, "bold");
  yield paint(say({ en: "Seen by everybody", es: "A la vista de todos" }), "cyan");
  for (const [who, random] of [
    [{ en: "client random", es: "aleatorio del cliente" }, walk.clientRandom],
    [{ en: "server random", es: "aleatorio del servidor" }, walk.serverRandom],
  ] as const)
    if (random) yield `  ${say(who)}: ${random.octets.toHex()} (${at(random.packet, language)})`;
  if (walk.retried)
    yield `  ${say({ en: "the server wanted another hello, of a group that it takes (a round trip more)", es: "el servidor quiso otro saludo, de un grupo que acepta (una vuelta más)" })}`;
  for (const share of walk.shares) yield `  ${say(shareWords(share, language))}`;

  yield paint(say({ en: "Secrets", es: "Secretos" }), "cyan");
  const secrets = walk.version === Version["TLS 1.3"] ? secrets13(walk) : secretsBefore13(walk);
  for (const words of secrets) yield `  ${say(words)}`;

  yield paint(say({ en: "Records", es: "Registros" }), "cyan");
  for (const record of walk.records) yield `  ${recordLine(record, language)}`;
  if (walk.more > 0) yield `  ${say({ en: `and ${walk.more} more`, es: `y ${walk.more} más` })}`;
  yield "";
}

const at = (packet: number, language: Language): string =>
  `${language === "es" ? "paquete" : "packet"} ${packet}`;

function shareWords({ packet, way, kind, octets }: Share, language: Language): Said {
  const where = at(packet, language);
  if (kind === "RSA")
    return {
      en: `the secret itself, under the server's RSA key: ${octets} octets (${where}): whoever gets that key later reads all of this`,
      es: `el propio secreto, cifrado con la clave RSA del servidor: ${octets} octetos (${where}): quien la obtenga más tarde lo lee todo`,
    };
  return way === 0
    ? {
        en: `the client's half of ${kind}: ${octets} octets (${where})`,
        es: `la mitad del cliente en ${kind}: ${octets} octetos (${where})`,
      }
    : {
        en: `the server's half of ${kind}: ${octets} octets (${where})`,
        es: `la mitad del servidor en ${kind}: ${octets} octetos (${where})`,
      };
}

/** RFC 8446 §7.1: each secret out of the one before it; those that seal records out of the handshake so far. */
function* secrets13(walk: Walk): Generator<Said> {
  const { suite, shares, preShared } = walk;
  const hash = suite?.hash ?? "SHA-256";
  const size = hashSize[hash];
  const kind = shares[0]?.kind;
  yield preShared
    ? {
        en: `Early Secret ← HKDF-Extract(0, the key of an earlier session): ${size} octets`,
        es: `Early Secret ← HKDF-Extract(0, la clave de una sesión anterior): ${size} octetos`,
      }
    : {
        en: `Early Secret ← HKDF-Extract(0, 0): ${size} octets; there is no key from before`,
        es: `Early Secret ← HKDF-Extract(0, 0): ${size} octetos; no hay clave anterior`,
      };
  if (walk.records.some(({ epoch }) => epoch === "early"))
    yield derived(walk, "early", 0, "c e traffic", "ClientHello");
  yield kind
    ? {
        en: `Handshake Secret ← HKDF-Extract(Early Secret, ${kind} of both halves): only the two sides can work it out`,
        es: `Handshake Secret ← HKDF-Extract(Early Secret, ${kind} de ambas mitades): solo los dos lados pueden calcularlo`,
      }
    : {
        en: "Handshake Secret ← HKDF-Extract(Early Secret, 0): no fresh key was agreed on, so there is no forward secrecy",
        es: "Handshake Secret ← HKDF-Extract(Early Secret, 0): no se acordó clave nueva, así que no hay secreto perfecto hacia adelante",
      };
  yield derived(walk, "handshake", 0, "c hs traffic", "ClientHello … ServerHello");
  yield derived(walk, "handshake", 1, "s hs traffic", "ClientHello … ServerHello");
  yield {
    en: "Master Secret ← HKDF-Extract(Handshake Secret, 0)",
    es: "Master Secret ← HKDF-Extract(Handshake Secret, 0)",
  };
  yield derived(walk, "application", 0, "c ap traffic", "ClientHello … server Finished");
  yield derived(walk, "application", 1, "s ap traffic", "ClientHello … server Finished");
  const updates = Math.max(0, ...walk.records.map(record => record.updates));
  if (updates > 0)
    yield {
      en: `  each KeyUpdate: secret ← HKDF-Expand-Label(secret, "traffic upd"); ${updates} in one way`,
      es: `  cada KeyUpdate: secreto ← HKDF-Expand-Label(secreto, "traffic upd"); ${updates} en un sentido`,
    };
  const aead = suite?.aead;
  if (aead)
    yield {
      en: `key ← HKDF-Expand-Label(traffic secret, "key"): ${keySize[aead]} octets; iv ← "iv": 12 octets; nonce of a record ← iv XOR its number`,
      es: `clave ← HKDF-Expand-Label(secreto de tráfico, "key"): ${keySize[aead]} octetos; iv ← "iv": 12 octetos; nonce de un registro ← iv XOR su número`,
    };
}

/** A traffic secret, and whether it is known: that shows in whether its records opened. */
function derived({ records }: Walk, epoch: string, way: 0 | 1, label: string, messages: string): Said {
  const own = records.filter(record => record.epoch === epoch && record.way === way);
  const opened = own.filter(record => record.opened).length;
  const parent =
    { early: "Early Secret", handshake: "Handshake Secret", application: "Master Secret" }[epoch] ?? "";
  const step = `  Derive-Secret(${parent}, "${label}", hash(${messages}))`;
  if (own.length === 0)
    return { en: `${step}: sealed no record here`, es: `${step}: no selló ningún registro aquí` };
  return opened > 0
    ? {
        en: `${step}: known from the key log, opens ${opened} of ${own.length} records`,
        es: `${step}: conocido por el registro de claves, abre ${opened} de ${own.length} registros`,
      }
    : {
        en: `${step}: not known, ${own.length} records stay closed`,
        es: `${step}: desconocido, ${own.length} registros quedan cerrados`,
      };
}

/** RFC 6101 §6.1, RFC 2246 §5, RFC 5246 §5. */
function prfOf({ version = 0, suite }: Walk): string {
  if (version < Version["TLS 1.0"]) return "MD5 of SHA-1";
  return version < Version["TLS 1.2"] ? "PRF (MD5 XOR SHA-1)" : `PRF (${suite?.hash ?? "?"})`;
}

/** RFC 5246 §8.1, §6.3, RFC 7627 §4. */
function* secretsBefore13(walk: Walk): Generator<Said> {
  const { suite, shares, resumed, extendedMasterSecret, encryptThenMac, records } = walk;
  const prf = prfOf(walk);
  // SSL 3.0 has none.
  const label = (name: string) => (prf === "MD5 of SHA-1" ? '"A", "BB" …' : `"${name}"`);
  const kind = shares[0]?.kind;
  if (resumed)
    yield {
      en: "Master Secret: that of an earlier session, which is taken up again",
      es: "Master Secret: el de una sesión anterior, que se reanuda",
    };
  else {
    yield kind === "RSA"
      ? {
          en: "Premaster Secret: 48 octets that the client thought up, and sent under the server's key",
          es: "Premaster Secret: 48 octetos que ideó el cliente y envió con la clave del servidor",
        }
      : {
          en: `Premaster Secret ← ${kind ?? suite?.keyExchange ?? "?"} of both halves: only the two sides can work it out`,
          es: `Premaster Secret ← ${kind ?? suite?.keyExchange ?? "?"} de ambas mitades: solo los dos lados pueden calcularlo`,
        };
    yield extendedMasterSecret
      ? {
          en: `Master Secret ← ${prf}(Premaster Secret, "extended master secret", hash of the handshake up to ClientKeyExchange): 48 octets`,
          es: `Master Secret ← ${prf}(Premaster Secret, "extended master secret", hash de la negociación hasta ClientKeyExchange): 48 octetos`,
        }
      : {
          en: `Master Secret ← ${prf}(Premaster Secret, ${label("master secret")}, client random + server random): 48 octets`,
          es: `Master Secret ← ${prf}(Premaster Secret, ${label("master secret")}, aleatorio del cliente + del servidor): 48 octetos`,
        };
  }
  const opened = records.filter(record => record.opened).length;
  yield opened > 0
    ? {
        en: `  known from the key log or worked out: opens ${opened} of ${records.length} records`,
        es: `  conocido por el registro de claves o calculado: abre ${opened} de ${records.length} registros`,
      }
    : {
        en: `  not known, or of a cipher that is not opened here: ${records.length} records stay closed`,
        es: `  desconocido, o de un cifrado que aquí no se abre: ${records.length} registros quedan cerrados`,
      };
  const cipher = suite?.aead ?? (suite?.block === "NULL" ? undefined : suite?.block);
  // Until TLS 1.0 the first record of a block cipher is chained to what the key block gives.
  const isChained = cipher && !suite?.aead && (walk.version ?? 0) < Version["TLS 1.1"];
  const parts = [
    !suite?.aead && suite?.mac && `2 MAC × ${hashSize[suite.mac]}`,
    cipher && `2 × ${keySize[cipher]} (${cipher})`,
    isChained && `2 iv × ${blockSize[cipher as BlockCipher]}`,
    suite?.aead && `2 iv × ${explicitNonceSize(suite.aead) > 0 ? 4 : 12}`,
  ].filter(Boolean);
  yield {
    en: `key block ← ${prf}(Master Secret, ${label("key expansion")}, server random + client random): ${parts.join(" + ")} octets`,
    es: `bloque de claves ← ${prf}(Master Secret, ${label("key expansion")}, aleatorio del servidor + del cliente): ${parts.join(" + ")} octetos`,
  };
  if (suite?.block && suite.block !== "NULL")
    yield encryptThenMac
      ? {
          en: "enciphered first, then authenticated (RFC 7366): nothing forged is ever deciphered",
          es: "primero cifrado, después autenticado (RFC 7366): nada falsificado llega a descifrarse",
        }
      : {
          en: "authenticated first, then enciphered: what made padding oracles possible",
          es: "primero autenticado, después cifrado: lo que hizo posibles los oráculos de relleno",
        };
}

function recordLine(
  { packet, way, epoch, updates, sequence, size, opened }: SealedRecord,
  language: Language,
): string {
  const arrow = way === 0 ? "→" : "←";
  const keys = updates > 0 ? `${epoch}+${updates}` : epoch;
  const head = `${at(packet, language)} ${arrow} ${keys} #${sequence}`.padEnd(32);
  if (!opened)
    return `${head} ${paint(language === "es" ? `${size} octetos, cerrados` : `${size} octets, closed`, "dim")}`;
  const { nonce, additional, contentType } = opened;
  const [out, octets] = [opened.size, language === "es" ? "octetos" : "octets"];
  const sealing =
    language === "es"
      ? `nonce ${nonce.toHex() || "–"}, autenticado además ${additional.toHex()}`
      : `nonce ${nonce.toHex() || "–"}, authenticated beside it ${additional.toHex()}`;
  return `${head} ${contentName(contentType)}, ${size} → ${out} ${octets}; ${sealing}`;
}
