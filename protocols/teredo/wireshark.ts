// Wireshark's names for Teredo.
import { bytes, ipv4, none, uint8, uint16, type Wireshark } from "../packet/wireshark.ts";

const someOctets = (value: Uint8Array): boolean => value.length > 0;

export const wireshark: Wireshark = {
  protocols: ["teredo"],
  fields: {
    "teredo.auth": none,
    "teredo.auth.idlen": uint8,
    "teredo.auth.aulen": uint8,
    "teredo.auth.id": bytes,
    "teredo.auth.value": bytes,
    "teredo.auth.nonce": bytes,
    "teredo.auth.conf": bytes,
    "teredo.orig": none,
    "teredo.orig.port": uint16,
    "teredo.orig.addr": ipv4,
  },
  paths: {
    authentication: "teredo.auth",
    "authentication.clientIdLength": "teredo.auth.idlen",
    "authentication.valueLength": "teredo.auth.aulen",
    "authentication.clientId": { name: "teredo.auth.id", when: someOctets },
    "authentication.value": { name: "teredo.auth.value", when: someOctets },
    "authentication.nonce": "teredo.auth.nonce",
    "authentication.confirmation": "teredo.auth.conf",
    origin: "teredo.orig",
    "origin.port": "teredo.orig.port",
    "origin.address": "teredo.orig.addr",
  },
  // All that UDP carries.
  span: ({ layer: { start, end } }) => ({ start, size: end - start }),
};
