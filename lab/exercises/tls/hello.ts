// Exercise: what the client offers and the server chooses, read off the two hellos.
import { anExercise, ask, type Run } from "../exercise.ts";
import { number, packet, text } from "../kinds/index.ts";
import { clientHello, namedServer, serverHello } from "./messages.ts";
import { session, type TlsSession } from "./session.ts";

type HelloRun = Run<TlsSession>;

export const exercise = anExercise<TlsSession>({
  id: "tls-hello",
  subject: "tls",
  level: "find",
  title: { en: "Offered and chosen", es: "Ofrecido y elegido" },
  scene: session,
  story: ({ task: { lock, broker } }) => ({
    en: `${lock.name} (${lock.address}) opens a TLS session with a broker at ${broker.address}, port 8883. The hellos are sent before there are any keys: everybody can read them.`,
    es: `${lock.name} (${lock.address}) abre una sesión TLS con un broker en ${broker.address}, puerto 8883. Los saludos se envían antes de que haya claves: los puede leer cualquiera.`,
  }),
  questions: [
    ask({
      id: "name",
      asks: {
        en: "Which server name does the client ask for?",
        es: "¿Por qué nombre de servidor pregunta el cliente?",
      },
      kind: text,
      expected: namedServer,
      wrong: [
        {
          answer: ({ task }: HelloRun) => task.broker.address,
          says: run => ({
            en: `That is where it connects to. The name stands in packet ${clientHello(run).number}, in the extension server_name (RFC 6066 §3).`,
            es: `Esa es la dirección a la que se conecta. El nombre está en el paquete ${clientHello(run).number}, en la extensión server_name (RFC 6066 §3).`,
          }),
        },
        {
          answer: ({ task }) => task.lock.name,
          says: run => ({
            en: `That is the client itself. Look at the extension server_name of packet ${clientHello(run).number} (RFC 6066 §3).`,
            es: `Ese es el propio cliente. Mira la extensión server_name del paquete ${clientHello(run).number} (RFC 6066 §3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `It stands in the ClientHello, packet ${clientHello(run).number}, extension server_name (RFC 6066 §3).`,
        es: `Está en el ClientHello, paquete ${clientHello(run).number}, extensión server_name (RFC 6066 §3).`,
      }),
      tshark: {
        filter: "tls.handshake.type == 1",
        fields: ["tls.handshake.extensions_server_name"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "offered",
      asks: { en: "How many cipher suites does it offer?", es: "¿Cuántos conjuntos de cifrado ofrece?" },
      kind: number({ example: "17" }),
      expected: (run: HelloRun) => clientHello(run).value.cipherSuites.length,
      wrong: [
        {
          answer: run => clientHello(run).value.cipherSuites.length * 2,
          says: run => ({
            en: `That is their length in octets; each takes two (RFC 8446 §4.1.2, field cipher_suites of packet ${clientHello(run).number}).`,
            es: `Esa es su longitud en octetos; cada uno ocupa dos (RFC 8446 §4.1.2, campo cipher_suites del paquete ${clientHello(run).number}).`,
          }),
        },
        {
          answer: () => 1,
          says: run => ({
            en: `The server chooses one; the client offers a list: field cipher_suites of packet ${clientHello(run).number} (RFC 8446 §4.1.2).`,
            es: `El servidor elige uno; el cliente ofrece una lista: campo cipher_suites del paquete ${clientHello(run).number} (RFC 8446 §4.1.2).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Count the entries of cipher_suites in packet ${clientHello(run).number} (RFC 8446 §4.1.2), all of them, also one that is there only as a sign.`,
        es: `Cuenta las entradas de cipher_suites en el paquete ${clientHello(run).number} (RFC 8446 §4.1.2), todas, también la que solo está como señal.`,
      }),
      tshark: {
        filter: "tls.handshake.type == 1",
        fields: ["tls.handshake.ciphersuite"],
        concludes: rows => String(rows[0]![0]!.split(",").length),
      },
    }),
    ask({
      id: "suite",
      asks: {
        en: "Which suite does the server choose? Its number, such as 0x009c.",
        es: "¿Qué conjunto elige el servidor? Su número, por ejemplo 0x009c.",
      },
      kind: number({ hex: true, example: "0x009c" }),
      expected: (run: HelloRun) => serverHello(run).value.cipherSuite,
      wrong: [
        {
          answer: run => clientHello(run).value.cipherSuites[0],
          says: run => ({
            en: `That is what the client would like best. The choice stands in packet ${serverHello(run).number}, field cipher_suite (RFC 8446 §4.1.3).`,
            es: `Ese es el que más le gustaría al cliente. La elección está en el paquete ${serverHello(run).number}, campo cipher_suite (RFC 8446 §4.1.3).`,
          }),
        },
        {
          answer: run => serverHello(run).value.version,
          says: run => ({
            en: `That is a version. The field cipher_suite of packet ${serverHello(run).number} comes behind random and session identifier (RFC 8446 §4.1.3).`,
            es: `Eso es una versión. El campo cipher_suite del paquete ${serverHello(run).number} va detrás de random y del identificador de sesión (RFC 8446 §4.1.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `It stands in the ServerHello, packet ${serverHello(run).number}, field cipher_suite (RFC 8446 §4.1.3).`,
        es: `Está en el ServerHello, paquete ${serverHello(run).number}, campo cipher_suite (RFC 8446 §4.1.3).`,
      }),
      tshark: {
        filter: "tls.handshake.type == 2",
        fields: ["tls.handshake.ciphersuite"],
        concludes: rows => rows.at(-1)![0]!,
      },
    }),
    ask({
      id: "packet",
      asks: {
        en: "In which packet stands that choice?",
        es: "¿En qué paquete está esa elección?",
      },
      kind: packet,
      expected: (run: HelloRun) => serverHello(run).number,
      wrong: [
        {
          answer: run => clientHello(run).number,
          says: run => ({
            en: `There the client offers. Who chooses is ${run.task.broker.address}: handshake type 2 (RFC 8446 §4.1.3).`,
            es: `Ahí ofrece el cliente. Quien elige es ${run.task.broker.address}: tipo de mensaje 2 (RFC 8446 §4.1.3).`,
          }),
        },
      ],
      otherwise: {
        en: "tls.handshake.type == 2. If there are two, the first is a HelloRetryRequest: it asks for another ClientHello (RFC 8446 §4.1.4).",
        es: "tls.handshake.type == 2. Si hay dos, el primero es un HelloRetryRequest: pide otro ClientHello (RFC 8446 §4.1.4).",
      },
      tshark: {
        filter: "tls.handshake.type == 2",
        fields: ["frame.number"],
        concludes: rows => rows.at(-1)![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "tls.handshake.type == 1 is the ClientHello, 2 the ServerHello.",
      es: "tls.handshake.type == 1 es el ClientHello, 2 el ServerHello.",
    },
    {
      en: "bun lab inspect capture.pcapng -n N -V opens a packet with all its fields.",
      es: "bun lab inspect capture.pcapng -n N -V abre un paquete con todos sus campos.",
    },
  ],
});
