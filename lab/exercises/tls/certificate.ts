// Exercise: the certificates that a server shows in TLS 1.2, read by whoever listens.
import type { Certificate } from "../../../protocols/x509/format.ts";
import { commonName } from "../../../protocols/x509/name.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { number, octets, text } from "../kinds/index.ts";
import { handshakes } from "./messages.ts";
import { session12, type TlsSession } from "./session.ts";

type CertificateRun = Run<TlsSession>;

const shown = (run: CertificateRun) =>
  handshakes(run, "certificate").find(({ packet }) => packet.source === run.task.broker.address)!;
const chain = (run: CertificateRun) =>
  (shown(run).value.certificates as readonly Certificate[]).map(({ tbsCertificate }) => tbsCertificate);
const serial = (value: bigint): Uint8Array => {
  const digits = value.toString(16);
  return Uint8Array.fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
};

export const exercise = anExercise<TlsSession>({
  id: "tls-certificate",
  subject: "tls",
  level: "find",
  title: { en: "Papers, please", es: "La documentación, por favor" },
  scene: session12,
  story: ({ task: { broker, lock } }) => ({
    en: `${broker.address} shows ${lock.name} who it is. In TLS 1.2 that happens before anything is enciphered, so you see its papers too.`,
    es: `${broker.address} le enseña a ${lock.name} quién es. En TLS 1.2 eso ocurre antes de que se cifre nada, así que su documentación también la ves tú.`,
  }),
  questions: [
    ask({
      id: "count",
      asks: {
        en: "How many certificates does the server send?",
        es: "¿Cuántos certificados envía el servidor?",
      },
      kind: number({ example: "5" }),
      expected: (run: CertificateRun) => shown(run).value.certificates.length,
      wrong: [
        {
          answer: () => 3,
          says: run => ({
            en: `The root is not sent along: whoever trusts it has it already (RFC 5246 §7.4.2). Count in packet ${shown(run).number}.`,
            es: `La raíz no se envía: quien confía en ella ya la tiene (RFC 5246 §7.4.2). Cuenta en el paquete ${shown(run).number}.`,
          }),
        },
        {
          answer: () => 1,
          says: run => ({
            en: `Its own comes first, and then whoever vouches for it: the list goes on in packet ${shown(run).number} (RFC 5246 §7.4.2).`,
            es: `Primero va el suyo, y después el de quien responde por él: la lista sigue en el paquete ${shown(run).number} (RFC 5246 §7.4.2).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Open the Certificate message of packet ${shown(run).number}: its certificate_list (RFC 5246 §7.4.2).`,
        es: `Abre el mensaje Certificate del paquete ${shown(run).number}: su certificate_list (RFC 5246 §7.4.2).`,
      }),
      tshark: {
        filter: "tls.handshake.type == 11",
        fields: ["ip.src", "tls.handshake.certificate_length"],
        concludes: (rows, { task }) =>
          String(rows.find(([from]) => from === task.broker.address)![1]!.split(",").length),
      },
    }),
    ask({
      id: "issuer",
      asks: {
        en: "Who issued the server's own certificate? The common name.",
        es: "¿Quién emitió el certificado propio del servidor? El nombre común.",
      },
      kind: text,
      expected: (run: CertificateRun) => commonName(chain(run)[0]!.issuer)!,
      wrong: [
        {
          answer: run => commonName(chain(run)[0]!.subject),
          says: run => ({
            en: `That is the holder (subject). The issuer is another field of the first certificate in packet ${shown(run).number} (RFC 5280 §4.1.2.4).`,
            es: `Ese es el titular (subject). El emisor es otro campo del primer certificado del paquete ${shown(run).number} (RFC 5280 §4.1.2.4).`,
          }),
        },
        {
          answer: run => commonName(chain(run).at(-1)!.issuer),
          says: run => ({
            en: `That one vouches for the authority in between. Take the issuer of the first certificate in packet ${shown(run).number} (RFC 5280 §4.1.2.4).`,
            es: `Ese responde por la autoridad intermedia. Toma el emisor del primer certificado del paquete ${shown(run).number} (RFC 5280 §4.1.2.4).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Packet ${shown(run).number}, first certificate, field issuer, its commonName (RFC 5280 §4.1.2.4).`,
        es: `Paquete ${shown(run).number}, primer certificado, campo issuer, su commonName (RFC 5280 §4.1.2.4).`,
      }),
      tshark: {
        filter: "tls.handshake.type == 11",
        fields: ["ip.src", "x509sat.uTF8String"],
        // Of each certificate the issuer stands before the subject.
        concludes: (rows, { task }) =>
          rows.find(([from]) => from === task.broker.address)![1]!.split(",")[0]!,
      },
    }),
    ask({
      id: "serial",
      asks: {
        en: "The serial number of the server's own certificate, in hexadecimal.",
        es: "El número de serie del certificado propio del servidor, en hexadecimal.",
      },
      kind: octets,
      expected: (run: CertificateRun) => serial(chain(run)[0]!.serialNumber),
      wrong: [
        {
          answer: run => serial(chain(run)[1]!.serialNumber),
          says: run => ({
            en: `That is the authority's. The server's own is the first of the list in packet ${shown(run).number} (RFC 5280 §4.1.2.2).`,
            es: `Ese es el de la autoridad. El del servidor es el primero de la lista en el paquete ${shown(run).number} (RFC 5280 §4.1.2.2).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Packet ${shown(run).number}, first certificate, field serialNumber (RFC 5280 §4.1.2.2).`,
        es: `Paquete ${shown(run).number}, primer certificado, campo serialNumber (RFC 5280 §4.1.2.2).`,
      }),
      tshark: {
        filter: "tls.handshake.type == 11",
        fields: ["ip.src", "x509af.serialNumber"],
        concludes: (rows, { task }) =>
          rows.find(([from]) => from === task.broker.address)![1]!.split(",")[0]!,
      },
    }),
  ],
  hints: [
    {
      en: "Handshake type 11 is Certificate: tls.handshake.type == 11.",
      es: "El tipo 11 es Certificate: tls.handshake.type == 11.",
    },
    {
      en: "The holder's own certificate comes first, each of the others certifies the one before it.",
      es: "Primero va el certificado del titular; cada uno de los demás certifica al anterior.",
    },
  ],
});
