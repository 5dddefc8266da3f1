// What can go wrong with names: nobody answers, the name does not exist, or somebody else answers first.
import { programOf } from "../../runs/program.ts";
import { addHost, changeRouter, hurried, impair } from "./changes.ts";
import { rogue } from "./dhcp.ts";
import type { Fault } from "./fault.ts";

export const dnsDown: Fault = {
  shows: { en: "the name server is down", es: "el servidor de nombres no funciona" },
  says: {
    en: "On the router no program answers at port 53, and the router says so by ICMP. The board can't learn where JORGE-PC is.",
    es: "En el router ningún programa atiende el puerto 53, y el router lo dice por ICMP. La placa no puede averiguar dónde está JORGE-PC.",
  },
  changes: ["name server"],
  lay: (cast, { options }) => hurried(changeRouter(cast, { zone: undefined }), 500, options),
  outcome: () => ({ layer: "DNS", fails: "DNS", findings: ["dns.unanswered"] }),
};

export const nxdomain: Fault = {
  shows: { en: "the name does not exist (NXDOMAIN)", es: "el nombre no existe (NXDOMAIN)" },
  says: {
    en: "The router answers, and knows no JORGE-PC: NXDOMAIN is an answer, so the board asks no second time.",
    es: "El router responde, y no conoce a JORGE-PC: NXDOMAIN es una respuesta, así que la placa no pregunta otra vez.",
  },
  changes: ["name server"],
  lay: cast => changeRouter(cast, { zone: { origin: ".", names: {} } }),
  outcome: () => ({ layer: "DNS", fails: "DNS", findings: ["dns.no-such-name"] }),
};

export const forgedDns: Fault = {
  shows: {
    en: "a forged answer overtakes the name server's",
    es: "una respuesta falsificada adelanta a la del servidor de nombres",
  },
  says: {
    en: "A stranger answers ARP in the router's place, reads the board's questions and forges answers with the right identifier; the router's come too late. The board believes the first one and asks a host for the time that tells none.",
    es: "Un extraño responde a ARP en lugar del router, lee las preguntas de la placa y falsifica respuestas con el identificador correcto; las del router llegan tarde. La placa cree la primera y pide la hora a un equipo que no la da.",
  },
  changes: ["name server", "way to the router"],
  needs: ["frames", "JORGE-PC"],
  lay(cast, { options }) {
    const router = cast.hosts.findIndex(({ name }) => name === "router");
    const mac = "02:00:00:00:53:01";
    const hosts = cast.hosts.map((host, i) => (i === router ? { ...host, mac } : host));
    const settings = { router: "192.168.1.1", mac, name: "JORGE-PC", pretended: rogue.address };
    const program = programOf(import.meta.url, "hosts/forger.ts");
    const forger = { name: "forger", configuration: rogue, program, settings };
    return hurried(
      impair(addHost({ ...cast, hosts }, forger), "router", { up: { delay: 60 } }),
      500,
      options,
    );
  },
  outcome: () => ({
    layer: "ARP",
    fails: "NTP",
    findings: ["dhcp.duplicate-address", "ntp.unanswered"],
    may: ["dns.contradicted"],
  }),
};
