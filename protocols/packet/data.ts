// Octets that no protocol takes: shown as they are, so that nothing is lost.
import { rest } from "../wire/index.ts";
import type { Protocol } from "./protocol.ts";

const sized = (octets: Uint8Array): string => `${octets.length} ${octets.length === 1 ? "octet" : "octets"}`;

export const data: Protocol<Uint8Array> = {
  name: "data",
  title: "Data",
  reference: "",
  format: rest.with({ label: "Data" }),
  over: [],
  summary: sized,
};

/** What stands after the end that a message gives itself. */
export const padding: Protocol<Uint8Array> = {
  name: "padding",
  title: "Padding",
  reference: "IEEE 802.3 §3.2.8",
  format: rest.with({ label: "Padding" }),
  over: [],
  summary: sized,
};
