// The lab of TLS: a board and a PC agree on keys while somebody listens; who knows what, message by message, and what the listener reads.
import { type Authority, intranet, Unusable } from "../../pki/index.ts";
import { analyzer, type Report } from "../../protocols/tls/index.ts";
import { Failure } from "../failure.ts";
import type { Message } from "../network/index.ts";
import { tlsLines } from "../reports/tls.ts";
import type { EchoPlan } from "../servers/tls.ts";
import type { SayingPlan } from "../servers/tls-client.ts";
import { printable } from "../terminal.ts";
import type { Language } from "../words.ts";
import { type ProtocolLab, programOf } from "./lab.ts";
import { tlsLesson } from "./tls-lesson.ts";

export interface TlsLabOptions {
  /** Who proves who it is: nobody, the server, or both. */
  readonly tls: "off" | "server" | "mutual";
  readonly tlsVersion: "1.2" | "1.3";
}

const board = { name: "NUCLEO-H723ZG", address: "192.168.1.101", mac: "00:c0:df:24:ba:6b" } as const;
const pc = { name: "JORGE-PC", address: "192.168.1.20" } as const;
/** Echo has its own port (RFC 862); what TLS carries on that of HTTPS is shown as it is. */
const ports = { off: 7, server: 443, mutual: 443 } as const;
const texts = ["Hola XD"];

/** The same words with TLS or without it. The certificates are the intranet's. @throws Failure */
export async function tlsLab({ tls, tlsVersion: version }: TlsLabOptions): Promise<ProtocolLab<Report>> {
  const port = ports[tls];
  const authority = tls === "off" ? undefined : await theIntranets();
  const mutual = tls === "mutual";
  return {
    protocol: "tls",
    hosts: [
      {
        role: "client",
        ...{ name: board.name, mac: board.mac },
        configuration: { address: board.address, prefix: 24 },
        program: programOf(import.meta.url, "../servers/tls-client.ts"),
        settings: {
          server: { address: pc.address, port },
          texts,
          ...(authority && {
            tls: { ...trust(authority), version, ...(mutual && own(authority, board.name)) },
          }),
        } satisfies SayingPlan,
      },
      {
        role: "server",
        name: pc.name,
        configuration: { address: pc.address, prefix: 24 },
        program: programOf(import.meta.url, "../servers/tls.ts"),
        settings: {
          port,
          ...(authority && {
            tls: { ...own(authority, pc.name), version, ...(mutual && { clientRoot: authority.root.pem }) },
          }),
        } satisfies EchoPlan,
      },
    ],
    analyzer,
    lines: tlsLines,
    lesson: () => tlsLesson(board.name, pc.name, tls),
    say,
  };
}

/** @throws Failure where its folder holds something broken */
async function theIntranets(): Promise<Authority> {
  try {
    return await intranet();
  } catch (error) {
    throw error instanceof Unusable ? new Failure(`${error.message}.`) : error;
  }
}

const trust = (authority: Authority) => ({ serverName: pc.name, root: authority.root.pem });

const own = (authority: Authority, name: typeof board.name | typeof pc.name) => ({
  certificate: authority.chain(name).pem,
  key: authority.key(name).pem,
});

function say(host: string, message: Message, language: Language): readonly string[] {
  const es = language === "es";
  switch (message.kind) {
    case "certificate":
      return [`${host} ${message.fault === null ? "✓" : "✗"} ${es ? message.inSpanish : message.says}`];
    case "secured": {
      const milliseconds = (message.milliseconds as number).toFixed(1);
      return [`${host}: ${message.version}, ${message.suite} (${milliseconds} ms)`];
    }
    case "accepted":
      return [
        message.client === null
          ? `${host}: ${es ? "el cliente no se ha identificado" : "the client has not said who it is"}`
          : `${host}: ${es ? "el cliente es" : "the client is"} ${printable(String(message.client))}`,
      ];
    case "said":
      return [`${host} ${es ? "dice" : "says"}: ${message.text}`];
    case "heard":
      return [`${host} ${es ? "oye" : "hears"}: ${printable(String(message.text))}`];
    default:
      return [];
  }
}
