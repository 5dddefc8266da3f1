// What the fields of link layers without Ethernet mean (tcpdump.org/linktypes.html).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  family: {
    en: "What follows: 2 is IPv4; IPv6 is 24, 28 or 30, as the system that recorded it counts.",
    es: "Lo que sigue: 2 es IPv4; IPv6 es 24, 28 o 30, según cuente el sistema que lo grabó.",
    reference: "LINKTYPE_NULL",
  },
  version: {
    en: "Nothing stands in front of the packet: its own first four bits say whether it is IPv4 or IPv6.",
    es: "Nada precede al paquete: sus primeros cuatro bits dicen si es IPv4 o IPv6.",
    reference: "LINKTYPE_RAW",
  },
  packetType: {
    en: "Whom the packet was for, as the recording host saw it: itself, everyone, somebody else; or it sent it.",
    es: "Para quién era el paquete según el equipo que grababa: para él, para todos, para otro; o lo envió él.",
    reference: "LINKTYPE_LINUX_SLL",
  },
  hardware: {
    en: "The kind of the device that the packet passed: 1 is Ethernet, 772 the loopback.",
    es: "El tipo de dispositivo por el que pasó el paquete: 1 es Ethernet, 772 el bucle local.",
    reference: "LINKTYPE_LINUX_SLL; RFC 826",
  },
  addressLength: {
    en: "How long the sender's address is; a loopback has none.",
    es: "La longitud de la dirección del emisor; un bucle local no tiene ninguna.",
    reference: "LINKTYPE_LINUX_SLL",
  },
  address: {
    en: "The network card that sent the packet; whom it sent it to is not recorded.",
    es: "La tarjeta de red que envió el paquete; a quién lo envió no queda grabado.",
    reference: "LINKTYPE_LINUX_SLL",
  },
  unused: {
    en: "What the address leaves of its eight octets; it means nothing.",
    es: "Lo que la dirección deja libre de sus ocho octetos; no significa nada.",
    reference: "LINKTYPE_LINUX_SLL",
  },
  type: {
    en: "What the packet is: 0x0800 is IPv4, 0x0806 ARP, 0x86dd IPv6; 4 says that logical link control follows.",
    es: "Qué es el paquete: 0x0800 es IPv4, 0x0806 ARP, 0x86dd IPv6; 4 indica que sigue el control de enlace lógico.",
    reference: "LINKTYPE_LINUX_SLL; IEEE 802.2 §3.2",
  },
  reserved: {
    en: "Kept for later; zero.",
    es: "Reservado; vale cero.",
    reference: "LINKTYPE_LINUX_SLL2",
  },
  interfaceIndex: {
    en: "The number of the interface that the packet passed, on the host that recorded it.",
    es: "El número de la interfaz por la que pasó el paquete, en el equipo que lo grabó.",
    reference: "LINKTYPE_LINUX_SLL2",
  },
};
