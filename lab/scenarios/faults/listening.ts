// Somebody listens, and somebody stands in the middle: what works in plain, and what TLS stops.
import { broken } from "../../../pki/broken.ts";
import { programOf } from "../../runs/program.ts";
import type { Cast } from "../scenario.ts";
import { addHost } from "./changes.ts";
import { overtakeRouter, rogue } from "./dhcp.ts";
import type { Fault } from "./fault.ts";
import type { IntruderPlan } from "./hosts/intruder.ts";

const isPlain = ({ boards }: Cast): boolean => boards.some(({ settings }) => settings.tls.mode === "off");

export const eavesdropper: Fault = {
  shows: {
    en: "somebody listens: what can be read in plain, and what of TLS",
    es: "alguien escucha: qué se lee sin cifrar, y qué de TLS",
  },
  says: {
    en: "Somebody sees every frame, and has no keys. Names, addresses and times are in the clear either way. Without TLS (--tls off) so are the secret topic and all its messages; with TLS only ends, sizes and moments are left, and in TLS 1.2 the certificates.",
    es: "Alguien ve todas las tramas y no tiene las claves. Nombres, direcciones y horas van en claro siempre. Sin TLS (--tls off) también el tema secreto y todos sus mensajes; con TLS solo quedan extremos, tamaños y momentos, y en TLS 1.2 los certificados.",
  },
  changes: ["who listens"],
  lay: cast => ({ ...cast, isOverheard: true }),
  outcome: () => ({ findings: [] }),
};

export const manInTheMiddle: Fault = {
  shows: {
    en: "somebody stands between board and broker: changes messages in plain, is refused by TLS",
    es: "alguien se pone entre placa y broker: cambia mensajes sin cifrar, TLS lo rechaza",
  },
  says: {
    en: "An intruder answers DHCP first and makes itself gateway and name server: JORGE-PC is its own address now. It passes everything on to the real broker and back. Without TLS (--tls off) it reads the secret topic and turns LD2OFF into LD1OFF, unnoticed by both. With TLS it would need a certificate for JORGE-PC by the board's root: the board refuses the one that it has.",
    es: "Un intruso responde antes a DHCP y se hace puerta de enlace y servidor de nombres: JORGE-PC es ahora su dirección. Pasa todo al broker de verdad y de vuelta. Sin TLS (--tls off) lee el tema secreto y convierte LD2OFF en LD1OFF sin que ninguno lo note. Con TLS necesitaría un certificado de JORGE-PC firmado por la raíz de la placa: la placa rechaza el que tiene.",
  },
  changes: ["address server", "name server", "time server", "broker's certificate"],
  needs: ["JORGE-PC"],
  async lay(cast, { authority }) {
    const { pem, key } = await broken(await authority(), "unknown authority");
    const { version } = cast.boards[0]!.settings.tls;
    const settings: IntruderPlan = {
      ...{ certificate: pem, key, version },
      broker: "192.168.1.20",
      change: { from: "LD2OFF", to: "LD1OFF" },
    };
    const program = programOf(import.meta.url, "hosts/intruder.ts");
    return overtakeRouter(addHost(cast, { name: "intruder", configuration: rogue, program, settings }));
  },
  outcome: cast => ({
    layer: "DHCP",
    ...(!isPlain(cast) && { fails: "TLS" }),
    findings: ["dhcp.rogue-server", "dhcp.two-servers"],
  }),
};
