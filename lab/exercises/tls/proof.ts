// Exercise: who has proved who they are, when the handshake of TLS 1.2 is over?
import { anExercise, ask, type Run } from "../exercise.ts";
import { choice, chosen, packet } from "../kinds/index.ts";
import { handshakes, serverHello } from "./messages.ts";
import { session12, type TlsSession } from "./session.ts";

type ProofRun = Run<TlsSession>;

const exchange = (run: ProofRun): number => handshakes(run, "server_key_exchange")[0]!.number;
const asked = (run: ProofRun): number | undefined => handshakes(run, "certificate_request")[0]?.number;
const verified = (run: ProofRun): number | undefined => handshakes(run, "certificate_verify")[0]?.number;
const proof = (run: ProofRun): number => verified(run) ?? exchange(run);

const who = choice(
  [
    {
      id: "server",
      says: { en: "The server; nobody asked the client.", es: "El servidor; al cliente nadie se lo pidió." },
    },
    {
      id: "without",
      says: {
        en: "The server; the client was asked, and showed nothing.",
        es: "El servidor; al cliente se lo pidieron, y no enseñó nada.",
      },
    },
    { id: "both", says: { en: "Server and client.", es: "El servidor y el cliente." } },
    {
      id: "nobody",
      says: {
        en: "Nobody yet: certificates can be copied.",
        es: "Nadie todavía: los certificados se pueden copiar.",
      },
    },
  ],
  {
    en: "the packet with the last signature that proves it",
    es: "el paquete con la última firma que lo demuestra",
  },
);

const option = (run: ProofRun): "server" | "without" | "both" =>
  verified(run) !== undefined ? "both" : asked(run) !== undefined ? "without" : "server";

const look = (run: ProofRun) => ({
  en: `Two messages decide, both before the Finished messages: CertificateRequest from the server (after packet ${serverHello(run).number}) and CertificateVerify from the client (RFC 5246 §7.4.4, §7.4.8).`,
  es: `Deciden dos mensajes, ambos antes de los Finished: CertificateRequest del servidor (a partir del paquete ${serverHello(run).number}) y CertificateVerify del cliente (RFC 5246 §7.4.4, §7.4.8).`,
});

export const exercise = anExercise<TlsSession>({
  id: "tls-proof",
  subject: "tls",
  level: "explain",
  title: { en: "Who proved what", es: "Quién demostró qué" },
  scene: session12,
  story: ({ task: { broker, lock } }) => ({
    en: `${lock.name} (${lock.address}) and the broker ${broker.name} (${broker.address}) have agreed on keys by TLS 1.2. A certificate says whose a key is; a signature made with its private half, over random numbers of this very session, proves that one has it.`,
    es: `${lock.name} (${lock.address}) y el broker ${broker.name} (${broker.address}) han acordado claves con TLS 1.2. Un certificado dice de quién es una clave; una firma hecha con su mitad privada, sobre números aleatorios de esta misma sesión, demuestra que se tiene.`,
  }),
  questions: [
    ask({
      id: "who",
      asks: {
        en: "Who has proved who they are, once the handshake is over?",
        es: "Acabada la negociación, ¿quién ha demostrado quién es?",
      },
      kind: who,
      expected: (run: ProofRun) => chosen(option(run), proof(run)),
      wrong: [
        { answer: run => chosen("server", proof(run)), says: look },
        { answer: run => chosen("without", proof(run)), says: look },
        { answer: run => chosen("both", proof(run)), says: look },
        {
          answer: run => chosen("nobody", proof(run)),
          says: run => ({
            en: `Packet ${exchange(run)} holds more than a certificate: ServerKeyExchange is signed with the certificate's key, over both randoms and the server's half of the exchange (RFC 5246 §7.4.3, RFC 8422 §5.4).`,
            es: `El paquete ${exchange(run)} lleva más que un certificado: ServerKeyExchange va firmado con la clave del certificado, sobre los dos random y la mitad del servidor (RFC 5246 §7.4.3, RFC 8422 §5.4).`,
          }),
        },
      ],
      otherwise: look,
      tshark: {
        filter: "tls.handshake.type",
        fields: ["frame.number", "tls.handshake.type"],
        concludes(rows) {
          const first = (type: string) => rows.find(row => row[1]!.split(",").includes(type))?.[0];
          const [keys, request, verify] = ["12", "13", "15"].map(first);
          return verify ? `both ${verify}` : `${request ? "without" : "server"} ${keys}`;
        },
      },
    }),
    ask({
      id: "server",
      asks: {
        en: "In which packet does the server sign its half of the key exchange?",
        es: "¿En qué paquete firma el servidor su mitad del intercambio de claves?",
      },
      kind: packet,
      expected: exchange,
      wrong: [
        {
          answer: run => serverHello(run).number,
          says: run => ({
            en: `Packet ${serverHello(run).number} begins with the ServerHello, which nobody signs. Look for handshake type 12, and for the packet in which that message ends (RFC 5246 §7.4.3).`,
            es: `El paquete ${serverHello(run).number} empieza con el ServerHello, que nadie firma. Busca el tipo 12, y el paquete en el que acaba ese mensaje (RFC 5246 §7.4.3).`,
          }),
        },
        {
          answer: run => handshakes(run, "client_key_exchange")[0]!.number,
          says: {
            en: "That is the client's half, which is not signed. ServerKeyExchange is handshake type 12 (RFC 8422 §5.4).",
            es: "Esa es la mitad del cliente, que no va firmada. ServerKeyExchange es el tipo 12 (RFC 8422 §5.4).",
          },
        },
      ],
      otherwise: {
        en: "tls.handshake.type == 12: the packet in which ServerKeyExchange is complete (RFC 8422 §5.4).",
        es: "tls.handshake.type == 12: el paquete en el que ServerKeyExchange está completo (RFC 8422 §5.4).",
      },
      tshark: {
        filter: "tls.handshake.type == 12",
        fields: ["frame.number"],
        concludes: rows => rows[0]![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "Who shows a certificate has proved nothing yet: it was sent in the clear, and anybody could send it again.",
      es: "Quien enseña un certificado no ha demostrado nada todavía: pasó en claro, y cualquiera podría enviarlo de nuevo.",
    },
    {
      en: "The server signs in ServerKeyExchange (12), a client in CertificateVerify (15).",
      es: "El servidor firma en ServerKeyExchange (12), un cliente en CertificateVerify (15).",
    },
    {
      en: "A client that is asked and has none sends a Certificate message with an empty list (RFC 5246 §7.4.6).",
      es: "Un cliente al que se le pide y no tiene envía un mensaje Certificate con la lista vacía (RFC 5246 §7.4.6).",
    },
  ],
});
