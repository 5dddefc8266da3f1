// Exercise: the display filter for what a server says while everybody can still read it.
import { anExercise, ask, type Run } from "../exercise.ts";
import { filter } from "../kinds/index.ts";
import { clientHello, serverHello } from "./messages.ts";
import { session12, type TlsSession } from "./session.ts";

type SelectRun = Run<TlsSession>;

export const exercise = anExercise<TlsSession>({
  id: "tls-filter",
  subject: "tls",
  level: "build",
  title: { en: "While it can still be read", es: "Mientras todavía se puede leer" },
  scene: session12,
  story: run => ({
    en: `Wanted are the packets in which the server (${run.task.broker.address}) sends handshake messages that everybody can read: those whose type can be seen. Not the client's, not what is enciphered, and not the server's other packets.`,
    es: `Se buscan los paquetes en los que el servidor (${run.task.broker.address}) envía mensajes de la negociación que cualquiera puede leer: aquellos cuyo tipo se ve. Ni los del cliente, ni lo cifrado, ni los demás paquetes del servidor.`,
  }),
  questions: [
    ask({
      id: "filter",
      asks: {
        en: "Write a display filter that selects exactly these packets.",
        es: "Escribe un filtro de visualización que seleccione exactamente esos paquetes.",
      },
      kind: filter,
      expected: ({ task }: SelectRun) => `tls.handshake.type && ip.src == ${task.broker.address}`,
      wrong: [
        {
          answer: () => "tls.handshake.type",
          says: run => ({
            en: `The client's are among them, such as packet ${clientHello(run).number}: say who sends (ip.src; RFC 5246 §7.3).`,
            es: `Están también los del cliente, como el paquete ${clientHello(run).number}: di quién envía (ip.src; RFC 5246 §7.3).`,
          }),
        },
        {
          answer: ({ task }) => `tls && ip.src == ${task.broker.address}`,
          says: run => ({
            en: `Enciphered records are among them. A handshake message that can be read has a type, as in packet ${serverHello(run).number}: tls.handshake.type (RFC 5246 §7.4).`,
            es: `Hay registros cifrados entre ellos. Un mensaje de la negociación que se puede leer tiene tipo, como en el paquete ${serverHello(run).number}: tls.handshake.type (RFC 5246 §7.4).`,
          }),
        },
        {
          answer: ({ task }) => `tls.handshake.type == 2 && ip.src == ${task.broker.address}`,
          says: run => ({
            en: `That is the ServerHello alone, packet ${serverHello(run).number}; the server says more before the keys are used (RFC 5246 §7.3).`,
            es: `Eso es solo el ServerHello, paquete ${serverHello(run).number}; el servidor dice más antes de que se usen las claves (RFC 5246 §7.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Two conditions, joined by &&: that there is a handshake type (tls.handshake.type alone asks whether the field is there), and who sends; packet ${serverHello(run).number} is one of them (RFC 5246 §7.4).`,
        es: `Dos condiciones, unidas con &&: que haya un tipo de mensaje (tls.handshake.type a secas pregunta si el campo está), y quién envía; el paquete ${serverHello(run).number} es uno de ellos (RFC 5246 §7.4).`,
      }),
    }),
  ],
  hints: [
    {
      en: "A field's name alone asks whether it is there.",
      es: "El nombre de un campo a secas pregunta si está.",
    },
    {
      en: "Enciphered handshake messages show no type.",
      es: "Los mensajes cifrados de la negociación no muestran tipo.",
    },
  ],
});
