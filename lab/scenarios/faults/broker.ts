// What can go wrong with the broker: it is down, full, gives the session to another, or loses patience.
import { programOf } from "../../runs/program.ts";
import { addGuest, changePc, setBoards } from "./changes.ts";
import type { Fault } from "./fault.ts";

const broker = "192.168.1.20";

export const brokerDown: Fault = {
  shows: { en: "the broker is down", es: "el broker no funciona" },
  says: {
    en: "JORGE-PC is there and tells the time, and no broker listens: its TCP answers SYN with a reset.",
    es: "JORGE-PC está y da la hora, pero ningún broker escucha: su TCP responde al SYN con un reset.",
  },
  changes: ["broker"],
  lay: cast => changePc(cast, { broker: "down" }),
  outcome: () => ({ layer: "TCP", fails: "TCP", findings: [] }),
};

export const brokerFull: Fault = {
  shows: { en: "the broker has no place left", es: "al broker no le queda sitio" },
  says: {
    en: "The broker keeps one session at the most, and a tablet has it. TCP and TLS come about; CONNACK says 0x97, quota exceeded.",
    es: "El broker admite una sola sesión y la tiene una tableta. TCP y TLS se establecen; CONNACK dice 0x97, cuota superada.",
  },
  changes: ["broker"],
  onlyOurs: {
    en: "a broker that counts sessions and says so in CONNACK",
    es: "un broker que cuenta las sesiones y lo dice en CONNACK",
  },
  lay: cast =>
    addGuest(changePc(cast, { broker: { sessions: 1 } }), {
      name: "tablet",
      configuration: { address: "192.168.1.50", prefix: 24 },
      program: programOf(import.meta.url, "hosts/guest.ts"),
      settings: { broker, clientId: "[TABLETA]" },
    }),
  outcome: () => ({ layer: "MQTT", fails: "MQTT", findings: [] }),
};

export const sessionTaken: Fault = {
  shows: {
    en: "another client takes the board's session over",
    es: "otro cliente se queda con la sesión de la placa",
  },
  says: {
    en: "Somebody connects with the board's client identifier. There is one session of a name: the broker disconnects the board with 0x8e, session taken over.",
    es: "Alguien se conecta con el identificador de cliente de la placa. Con un nombre solo hay una sesión: el broker desconecta la placa con 0x8e, sesión tomada.",
  },
  changes: ["session"],
  needs: ["normal mode", "JORGE-PC"],
  lay(cast) {
    const { clientId, publicTopic } = cast.boards[0]!.settings.mqtt;
    return addGuest(cast, {
      name: "twin",
      configuration: { address: "192.168.1.50", prefix: 24 },
      program: programOf(import.meta.url, "hosts/guest.ts"),
      settings: { broker, clientId, after: { topic: publicTopic, text: "[PLACA CONECTADA]" } },
    });
  },
  outcome: () => ({ layer: "MQTT", fails: "MQTT", findings: [] }),
};

export const shortKeepAlive: Fault = {
  shows: {
    en: "a keep alive shorter than the board's silence",
    es: "un keep alive más corto que el silencio de la placa",
  },
  says: {
    en: "The board promises to say something every second, and reads for longer than that before it pings. After one and a half times the keep alive the broker gives it up, with 0x8d.",
    es: "La placa promete decir algo cada segundo y pasa más tiempo leyendo antes de enviar un ping. A la vez y media del keep alive el broker la da por perdida, con 0x8d.",
  },
  changes: ["session"],
  needs: ["normal mode"],
  onlyOurs: {
    en: "a broker that keeps time to the second (Mosquitto looks for silent clients every few seconds)",
    es: "un broker que mide el tiempo al segundo (Mosquitto mira cada pocos segundos quién calla)",
  },
  lay: cast => setBoards(cast, () => ({ mqtt: { keepAlive: 1, readTimeout: 5000 } })),
  outcome: () => ({ layer: "MQTT", fails: "MQTT", findings: [], may: ["mqtt.keep-alive"] }),
};
