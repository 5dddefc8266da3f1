// What the fields of a frame mean (IEEE 802.3, IEEE 802.1Q, IEEE 802.2).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  control: {
    en: "Priority and number of the virtual network, in two octets.",
    es: "Prioridad y número de la red virtual, en dos octetos.",
    reference: "IEEE 802.1Q §9.6",
  },
  destination: {
    en: "The network card that shall take this frame; ff:ff:ff:ff:ff:ff is all of them.",
    es: "La tarjeta de red que debe recoger la trama; ff:ff:ff:ff:ff:ff son todas.",
    reference: "IEEE 802.3 §3.2.3",
  },
  source: {
    en: "The network card that sent this frame; the switch learns from it behind which port that card is.",
    es: "La tarjeta de red que envió la trama; con ella el conmutador aprende en qué puerto está.",
    reference: "IEEE 802.3 §3.2.3",
  },
  type: {
    en: "What the frame carries: 0x0800 is IPv4, 0x0806 ARP; a value up to 1500 is the length of the payload instead.",
    es: "Lo que transporta la trama: 0x0800 es IPv4, 0x0806 ARP; un valor de hasta 1500 es la longitud de los datos.",
    reference: "IEEE 802.3 §3.2.6",
  },
  "logicalLink.control.destination": {
    en: "The service at the receiver that the payload is for; 0xaa says that a SNAP header follows.",
    es: "El servicio del receptor al que van los datos; 0xaa indica que sigue una cabecera SNAP.",
    reference: "IEEE 802.2 §3.3.1",
  },
  "logicalLink.snap.type": {
    en: "The EtherType, moved here because the frame's own field holds the length.",
    es: "El EtherType, que va aquí porque el campo de la trama contiene la longitud.",
    reference: "RFC 1042",
  },
  "control.priority": {
    en: "How urgent the frame is, from 0 (best effort) to 7; switches may send higher ones first.",
    es: "La urgencia de la trama, de 0 (mejor esfuerzo) a 7; los conmutadores pueden dar paso antes a las mayores.",
    reference: "IEEE 802.1Q §6.9.4",
  },
  "control.dropEligible": {
    en: "Set: under congestion a switch drops this frame before others.",
    es: "A uno: con congestión, el conmutador descarta esta trama antes que otras.",
    reference: "IEEE 802.1Q §6.9.3",
  },
  "control.id": {
    en: "The virtual network that the frame belongs to, 1 to 4094; 0 means that only the priority counts.",
    es: "La red virtual a la que pertenece la trama, de 1 a 4094; 0 significa que solo cuenta la prioridad.",
    reference: "IEEE 802.1Q §9.6",
  },
};
