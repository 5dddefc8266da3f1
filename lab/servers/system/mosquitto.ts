// JORGE-PC's broker by Mosquitto: 1883 plain, 8883 TLS, 8884 TLS with client certificate (mosquitto.conf(5)).
import type { PcPlan } from "../pc.ts";
import { type Equipped, onlyKnown, tcp } from "./plan.ts";

/** @throws Untold */
export function mosquitto(program: string, plan: PcPlan): Equipped {
  onlyKnown(plan, ["certificate", "key", "clientRoot", "version", "crls"], "");
  return {
    daemon: {
      name: "mosquitto",
      command: [program, "-v", "-c", "mosquitto.conf"],
      ports: [tcp(1883), tcp(8883), tcp(8884)],
      secret: plan.key,
      services: { "": "mqtt" },
    },
    files: {
      "mosquitto.conf": configuration(plan),
      "broker.crt": plan.certificate,
      "clients-ca.crt": plan.clientRoot,
      ...(plan.crls !== undefined && { "clients.crl": plan.crls }),
    },
  };
}

function configuration({ version = "1.2", crls }: PcPlan): string {
  const secured = `certfile broker.crt
# The key is handed over without a name: no file of a run holds one.
keyfile /proc/self/fd/3
# The lowest version; a board takes no other than that of its settings.
tls_version tlsv${version}
# In the order of the lab's own broker.
ciphers_tls1.3 TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256`;
  return `# Mosquitto on JORGE-PC: the intranet's broker.
user root
allow_anonymous true
persistence false
sys_interval 0
log_type all
log_timestamp false

listener 1883

listener 8883
${secured}

listener 8884
${secured}
cafile clients-ca.crt
${crls === undefined ? "" : "crlfile clients.crl\n"}require_certificate true
use_identity_as_username true
`;
}
