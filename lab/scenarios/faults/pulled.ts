// The board's cable is pulled while it is in one phase, and put back: it starts over, and comes to its end.
import type { BoardEvent } from "../../board/events.ts";
import type { Said } from "../../words.ts";
import type { People } from "../stage.ts";
import { hurried, impairBoards } from "./changes.ts";
import type { Fault } from "./fault.ts";

type Phase = "DHCP" | "DNS" | "NTP" | "TCP" | "TLS" | "MQTT" | "work";

/** The event with which a phase begins. */
const begins: Readonly<Record<Phase, BoardEvent["event"]>> = {
  DHCP: "dhcp-state",
  DNS: "resolving",
  NTP: "resolved",
  TCP: "connecting",
  TLS: "connected",
  MQTT: "secured",
  work: "subscribed",
};

const called: Readonly<Record<Phase, Said>> = {
  DHCP: { en: "while the board asks for an address", es: "mientras la placa pide una dirección" },
  DNS: { en: "while the board asks for a name", es: "mientras la placa pregunta un nombre" },
  NTP: { en: "while the board asks for the time", es: "mientras la placa pide la hora" },
  TCP: { en: "while the board connects", es: "mientras la placa se conecta" },
  TLS: { en: "in the middle of the TLS handshake", es: "en mitad del saludo de TLS" },
  MQTT: { en: "while the board opens its session", es: "mientras la placa abre su sesión" },
  work: { en: "while the board works", es: "mientras la placa trabaja" },
};

/** Long enough that a hand finds the phase. */
const slow = { up: { delay: 40 }, down: { delay: 40 } } as const;

const pulledIn = (phase: Phase, findings: readonly string[], may: readonly string[] = []): Fault => ({
  shows: { en: `the cable is pulled ${called[phase].en}`, es: `se desconecta el cable ${called[phase].es}` },
  says: {
    en: `The cable is pulled ${called[phase].en}: the board notices at once, its LEDs go dark, and nobody else learns of it. When the cable is back the board starts over from DHCP, and comes to its end.`,
    es: `Se desconecta el cable ${called[phase].es}: la placa lo nota enseguida, sus LED se apagan, y nadie más se entera. Cuando vuelve el cable, la placa empieza de nuevo por DHCP y llega a su fin.`,
  },
  changes: ["moment the cable is pulled"],
  needs: phase === "MQTT" || phase === "TLS" ? ["TLS", "normal mode"] : ["normal mode"],
  lay: (cast, { options }) =>
    hurried(
      {
        ...impairBoards(cast, slow),
        people: people => interrupted(phase, cast.people?.(people) ?? people),
      },
      1500,
      options,
    ),
  // With the way this long, a machine that is late makes the board ask again.
  outcome: () => ({ layer: "cable", findings, may: ["dns.retried", ...may] }),
});

const interrupted =
  (phase: Phase, people: People): People =>
  async stage => {
    const [board] = stage.boards.values();
    await board!.until(({ event }) => event === begins[phase]);
    await stage.plug(board!, false);
    await board!.until(one => one.event === "link" && !one.up);
    await stage.plug(board!, true);
    await people(stage);
  };

export const pulled: Readonly<Record<string, Fault>> = {
  "cable-pulled-dhcp": pulledIn("DHCP", [], ["dhcp.no-offer", "dhcp.retransmission"]),
  "cable-pulled-dns": pulledIn("DNS", [], ["dns.unanswered"]),
  "cable-pulled-ntp": pulledIn("NTP", [], ["ntp.unanswered"]),
  "cable-pulled-tcp": pulledIn("TCP", []),
  "cable-pulled-tls": pulledIn("TLS", []),
  "cable-pulled-mqtt": pulledIn("MQTT", []),
  "cable-pulled-at-work": pulledIn("work", []),
};
