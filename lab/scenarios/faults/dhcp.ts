// What can go wrong with addresses: nobody gives one, the wrong one does, there are none left, or one is in use.
import { programOf } from "../../runs/program.ts";
import type { RouterPlan } from "../../servers/router.ts";
import type { ScenarioOptions } from "../options.ts";
import type { Cast } from "../scenario.ts";
import { addGuest, addHost, changeHost, changeRouter, hurried, impair, setBoards } from "./changes.ts";
import type { Fault } from "./fault.ts";

export const noDhcp: Fault = {
  shows: {
    en: "no DHCP server: the board takes its static address",
    es: "sin servidor DHCP: la placa toma su dirección estática",
  },
  says: {
    en: "Nobody answers DHCPDISCOVER. After its attempts the board takes 192.168.1.10, its static address, and all else goes on as ever.",
    es: "Nadie responde a DHCPDISCOVER. Agotados los intentos, la placa toma 192.168.1.10, su dirección estática, y lo demás sigue como siempre.",
  },
  changes: ["address server"],
  lay: (cast, { options }) => impatient(changeRouter(cast, { dhcp: undefined }), options),
  outcome: () => ({ layer: "DHCP", findings: ["dhcp.no-offer"] }),
};

export const poolExhausted: Fault = {
  shows: {
    en: "the pool has no address left: static address",
    es: "no quedan direcciones en el servidor DHCP: dirección estática",
  },
  says: {
    en: "A tablet has taken the only address of the pool. The server stays silent, which to the board looks like no server at all: it takes its static address.",
    es: "Una tableta tiene la única dirección disponible. El servidor calla, y para la placa es como si no hubiera servidor: toma su dirección estática.",
  },
  changes: ["address server"],
  lay(cast, { options }) {
    const small = changeHost<RouterPlan>(cast, "router", before => ({
      ...before,
      dhcp: { ...before.dhcp!, pool: { first: "192.168.1.101", last: "192.168.1.101" } },
    }));
    const program = programOf(import.meta.url, "hosts/tablet.ts");
    return impatient(addGuest(small, { name: "tablet", program }), options);
  },
  outcome: () => ({ layer: "DHCP", findings: ["dhcp.no-offer"] }),
};

export const rogueDhcp: Fault = {
  shows: {
    en: "a second DHCP server, faster than the router's, leads the board astray",
    es: "un segundo servidor DHCP, más rápido que el del router, desvía la placa",
  },
  says: {
    en: "Somebody has plugged in a router of their own. Its offer comes first and names itself as gateway and name server, which it is not: the board has an address, and fails at its first question to DNS.",
    es: "Alguien ha conectado un router propio. Su oferta llega primero y se nombra puerta de enlace y servidor de nombres, que no es: la placa tiene dirección y falla en su primera pregunta DNS.",
  },
  changes: ["address server"],
  lay(cast, { options }) {
    const plan = {
      pool: { first: "192.168.1.201", last: "192.168.1.250" },
      prefix: 24,
      router: rogue.address,
      dns: [rogue.address],
      leaseSeconds: 3600,
    };
    const program = programOf(import.meta.url, "../../servers/dhcp.ts");
    const host = { name: "rogue", configuration: rogue, program, settings: plan };
    return hurried(overtakeRouter(addHost(cast, host)), 300, options);
  },
  outcome: () => ({
    layer: "DHCP",
    fails: "DNS",
    findings: ["dhcp.rogue-server", "dhcp.two-servers"],
    // The question is refused by ICMP, or nobody hears it.
    may: ["dns.unanswered"],
  }),
};

export const addressConflict: Fault = {
  shows: {
    en: "the address that the server gives is in use: DHCPDECLINE, and another one",
    es: "la dirección que da el servidor ya está en uso: DHCPDECLINE, y otra",
  },
  says: {
    en: "A printer has 192.168.1.101 by hand, and the server gives it to the board. The board asks by ARP first, hears the printer, declines the address and asks anew: it gets 192.168.1.102.",
    es: "Una impresora tiene 192.168.1.101 puesta a mano y el servidor se la da a la placa. La placa pregunta antes por ARP, oye a la impresora, rechaza la dirección y vuelve a pedir: recibe 192.168.1.102.",
  },
  changes: ["address of the board"],
  needs: ["frames"],
  lay(cast) {
    const configuration = { address: "192.168.1.101", prefix: 24 };
    const program = programOf(import.meta.url, "hosts/idle.ts");
    const printer = { name: "printer", configuration, program };
    return addHost(
      setBoards(cast, () => ({ dhcp: { probe: true } })),
      printer,
    );
  },
  outcome: () => ({ layer: "DHCP", findings: ["dhcp.declined"] }),
};

/** Where a stranger's router sits. */
export const rogue = { address: "192.168.1.66", prefix: 24 } as const;

/** The router's cable is slow, so that whoever else answers is the first; and every other server is told to be a rogue. */
export const overtakeRouter = (cast: Cast): Cast => ({
  ...impair(cast, "router", { up: { delay: 60 } }),
  dhcpServers: cast.hosts.flatMap(({ name, configuration }) =>
    name === "router" && configuration ? [configuration.address] : [],
  ),
});

/** Three polls until the static address, where a person has not said how many. */
function impatient(cast: Cast, { pace, set, settings }: ScenarioOptions): Cast {
  const isSet = set.some(one => /dhcp\.(attempts|poll)/.test(one)) || settings.length > 0;
  return pace === "real" || isSet ? cast : setBoards(cast, () => ({ dhcp: { attempts: 3 } }));
}
