// What the analyzers say in lines for people, without a terminal's colours: for the report as it is for `bun lab analyze`.
import { dhcpLines } from "../reports/dhcp.ts";
import { dnsLines } from "../reports/dns.ts";
import { mqttLines } from "../reports/mqtt.ts";
import { ntpLines } from "../reports/ntp.ts";
import { tlsLines } from "../reports/tls.ts";
import type { Language } from "../words.ts";
import type { Reports } from "./told.ts";

const inWords = { dhcp: dhcpLines, dns: dnsLines, ntp: ntpLines, tls: tlsLines, mqtt: mqttLines } as const;

/** Protocol by protocol. */
export const protocolLines = (reports: Reports, language: Language): (readonly [string, string])[] =>
  Object.entries(inWords).map(([name, lines]) => [
    name.toUpperCase(),
    textOf(lines(reports[name as keyof Reports] as never, language)),
  ]);

/** The lines without the colours of a terminal, should it have some. */
export const textOf = (lines: Iterable<string>): string => Bun.stripANSI([...lines].join("\n"));
