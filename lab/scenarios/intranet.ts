// The intranet: boards between a router (DHCP, DNS) and JORGE-PC (NTP, MQTT), on one switch.
import { intranet as authorityOf, Unusable } from "../../pki/index.ts";
import { Failure } from "../failure.ts";
import type { Configuration, HostPlan } from "../network/index.ts";
import { programOf } from "../runs/program.ts";
import type { RouterPlan } from "../servers/router.ts";
import { choose } from "./choices.ts";
import { boardPlans, brokerPlan } from "./credentials.ts";
import type { ScenarioOptions } from "./options.ts";
import type { Cast, Scenario } from "./scenario.ts";

export const intranet: Scenario = {
  shows: {
    en: "boards come to their address, time, TLS session and MQTT session on a LAN",
    es: "las placas consiguen dirección, hora, sesión TLS y sesión MQTT en una red local",
  },
  cast,
};

const router = { address: "192.168.1.1", prefix: 24 } as const;
const pc = { address: "192.168.1.20", prefix: 24, gateway: router.address } as const;

async function cast(options: ScenarioOptions): Promise<Cast> {
  const { boards, version, acts } = await choose(options);
  const authority = await authorityOf().catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  const plans = await boardPlans(boards, authority, options.seed);
  return {
    boards: boards.map((board, i) => ({ ...board, plan: plans[i]! })),
    hosts: [routerPlan(boards.length), pcPlan(brokerPlan(version, authority))],
    desk: "JORGE-PC",
    acts,
  };
}

function routerPlan(boards: number): HostPlan {
  // As far as .199, and further for a crowd.
  const pool = { first: "192.168.1.101", last: boards > 99 ? "192.168.1.254" : "192.168.1.199" };
  const program = programOf(import.meta.url, "../servers/router.ts");
  const settings = routerSettings({ router, pc, pool });
  return { name: "router", configuration: router, program, settings };
}

/** The router's servers: addresses from the pool, and the name of the PC. */
export const routerSettings = ({
  router,
  pc,
  pool,
}: {
  readonly router: Configuration;
  readonly pc: Configuration;
  readonly pool: { readonly first: string; readonly last: string };
}): RouterPlan => ({
  dhcp: {
    pool,
    prefix: router.prefix,
    router: router.address,
    dns: [router.address],
    ntp: [pc.address],
    leaseSeconds: 86_400,
  },
  zone: { origin: ".", names: { "JORGE-PC": { A: [pc.address] } } },
});

const pcPlan = (settings: ReturnType<typeof brokerPlan>): HostPlan => ({
  name: "JORGE-PC",
  configuration: pc,
  program: programOf(import.meta.url, "../servers/pc.ts"),
  settings,
});
