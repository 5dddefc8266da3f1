// The lab of MQTT: one message at QoS 0, 1 and 2 each, from a publisher through the broker to a subscriber; what each side keeps.
import { analyzer, mqtt, type Packet, type Report, Type } from "../../protocols/mqtt/index.ts";
import { mqttLines } from "../reports/mqtt.ts";
import type { ClientPlan } from "../servers/mqtt-client.ts";
import type { Parties } from "../story/index.ts";
import { printable } from "../terminal.ts";
import type { Said } from "../words.ts";
import { type ProtocolLab, programOf } from "./lab.ts";
import type { Learning, Lesson, Words } from "./notebook.ts";

const publisher = "NUCLEO-H723ZG";
const broker = "JORGE-PC";
const subscriber = "DISCO-F769NI";
const server = "192.168.1.20";
const topic = "[TEMA_PÚBLICO]";
const client = programOf(import.meta.url, "../servers/mqtt-client.ts");
const messages = ([0, 1, 2] as const).map(qos => ({ text: `QoS ${qos}`, qos }));

export const mqttLab: ProtocolLab<Report> = {
  protocol: "mqtt",
  hosts: [
    {
      role: "client",
      name: publisher,
      mac: "00:c0:df:24:ba:6b",
      configuration: { address: "192.168.1.101", prefix: 24 },
      program: client,
      settings: {
        broker: server,
        clientId: "publisher",
        publish: { topic, messages, pause: 250 },
      } satisfies ClientPlan,
    },
    {
      role: "server",
      name: broker,
      configuration: { address: server, prefix: 24 },
      program: programOf(import.meta.url, "../servers/mqtt.ts"),
    },
    {
      role: "client",
      name: subscriber,
      configuration: { address: "192.168.1.102", prefix: 24 },
      program: client,
      settings: {
        broker: server,
        clientId: "subscriber",
        subscribe: { filter: topic, qos: 2, messages: messages.length },
      } satisfies ClientPlan,
    },
  ],
  analyzer,
  lines: mqttLines,
  lesson,
  say(host, message, language) {
    const es = language === "es";
    const what = `${message.topic}: ${printable(String(message.text))} (QoS ${message.qos})`;
    if (message.kind === "published")
      return [`${host} ${es ? "ha publicado en" : "has published to"} ${what}`];
    if (message.kind === "message") return [`${host} ${es ? "recibe de" : "hears from"} ${what}`];
    return [];
  },
};

function lesson(): Lesson {
  return {
    before: [publisher, broker, subscriber].map(host =>
      know(host, facts.session, { en: "none", es: "ninguna" }),
    ),
    learn: (packet, parties) =>
      packet.all<Packet>(mqtt).flatMap(({ value }) => (value ? learnt(value, parties) : [])),
    chapter(packet, { from }) {
      const message = packet.all<Packet>(mqtt).find(({ value }) => value?.type === Type.PUBLISH)?.value;
      return from === publisher && message?.type === Type.PUBLISH ? chapters[message.qos] : undefined;
    },
  };
}

/** By QoS (MQTT 5 §4.3.1 to §4.3.3). */
const chapters: readonly Said[] = [
  {
    en: "QoS 0, at most once: sent and forgotten",
    es: "QoS 0, como mucho una vez: se envía y se olvida",
  },
  {
    en: "QoS 1, at least once: kept until the other side answers for it",
    es: "QoS 1, al menos una vez: se guarda hasta que el otro lado responde de él",
  },
  {
    en: "QoS 2, exactly once: its number is kept until both sides know that it arrived",
    es: "QoS 2, exactamente una vez: su número se guarda hasta que ambos lados saben que llegó",
  },
];

const facts = {
  session: { en: "session", es: "sesión" },
  subscription: { en: "subscription", es: "suscripción" },
} as const;

const know = (host: string, fact: Words, value: Words | undefined): Learning => ({ host, fact, value });

function learnt(packet: Packet, { from, to }: Parties): Learning[] {
  switch (packet.type) {
    case Type.CONNECT:
      return [know(from, facts.session, { en: "asked for", es: "pedida" })];
    case Type.CONNACK:
      return [know(from, facts.session, sessionWith(to)), know(to, facts.session, sessionWith(from))];
    case Type.SUBSCRIBE:
      return [know(from, facts.subscription, { en: "asked for", es: "pedida" })];
    case Type.SUBACK: {
      const granted = {
        en: `granted, QoS ${packet.reasonCodes[0]}`,
        es: `concedida, QoS ${packet.reasonCodes[0]}`,
      };
      return [
        know(to, facts.subscription, granted),
        know(from, facts.subscription, { en: `of ${to}`, es: `de ${to}` }),
      ];
    }
    case Type.DISCONNECT:
      return [know(from, facts.session, { en: "ended", es: "terminada" })];
    default:
      return flow(packet, from, to);
  }
}

const sessionWith = (other: string): Said => ({ en: `with ${other}`, es: `con ${other}` });

/** What sender and receiver of a message keep of it, step by step (MQTT 5 §4.3). */
function flow(packet: Packet, from: string, to: string): Learning[] {
  if (packet.type === Type.PUBLISH) return published(packet.qos, packet.packetIdentifier, from, to);
  if (!("packetIdentifier" in packet)) return [];
  const fact = message(packet.packetIdentifier!, from, to);
  switch (packet.type) {
    case Type.PUBACK:
      return [know(from, fact, undefined), know(to, fact, undefined)];
    case Type.PUBREC:
      return [
        know(from, fact, {
          en: "identifier kept until PUBREL: a copy would be known",
          es: "identificador guardado hasta PUBREL: una copia se reconocería",
        }),
        know(to, fact, {
          en: "message dropped, identifier kept: PUBREL is what would be sent again",
          es: "mensaje descartado, identificador guardado: se reenviaría PUBREL",
        }),
      ];
    case Type.PUBREL:
      return [
        know(from, fact, { en: "waits for PUBCOMP", es: "espera PUBCOMP" }),
        know(to, fact, {
          en: "identifier forgotten, owes PUBCOMP",
          es: "identificador olvidado, debe PUBCOMP",
        }),
      ];
    case Type.PUBCOMP:
      return [know(from, fact, undefined), know(to, fact, undefined)];
    default:
      return [];
  }
}

/** One flow is the same fact for both of its ends. */
const message = (identifier: number, one: string, other: string): Said => {
  const ends = [one, other].filter(name => name !== broker).join();
  return { en: `message ${identifier} of ${ends}`, es: `mensaje ${identifier} de ${ends}` };
};

function published(qos: number, identifier: number | undefined, from: string, to: string): Learning[] {
  if (qos === 0 || identifier === undefined) {
    const fact: Said = { en: "message of QoS 0", es: "mensaje de QoS 0" };
    return [
      know(from, fact, { en: "sent and forgotten", es: "enviado y olvidado" }),
      know(to, fact, { en: "received; nobody is told", es: "recibido; nadie se entera" }),
    ];
  }
  const fact = message(identifier, from, to);
  const answer = qos === 1 ? "PUBACK" : "PUBREC";
  return [
    know(from, fact, {
      en: `QoS ${qos}, kept until ${answer}: it would be sent again`,
      es: `QoS ${qos}, guardado hasta ${answer}: se reenviaría`,
    }),
    know(to, fact, {
      en: qos === 1 ? "received, owes PUBACK; a copy would be a second message" : "received, owes PUBREC",
      es: qos === 1 ? "recibido, debe PUBACK; una copia sería un segundo mensaje" : "recibido, debe PUBREC",
    }),
  ];
}
