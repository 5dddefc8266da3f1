// The lab of DNS: a board asks its resolver, which walks from the root down over the zones' own servers; who knows what on the way.
import {
  analyzer,
  dns,
  type Message,
  Rcode,
  type Report,
  rcodeOf,
  recordsOf,
  Type,
  typeName,
} from "../../protocols/dns/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type NameServer, nameServers, prefix, roots } from "../dns/internet.ts";
import { dnsLines } from "../reports/dns.ts";
import type { NameServerPlan } from "../servers/dns.ts";
import type { AskingPlan } from "../servers/dns-client.ts";
import type { Parties } from "../story/index.ts";
import { type ProtocolLab, programOf } from "./lab.ts";
import type { Learning, Lesson, Words } from "./notebook.ts";

const board = { name: "NUCLEO-H723ZG", address: "10.0.5.101", mac: "00:c0:df:24:ba:6b" } as const;
const resolver = { name: "resolver", address: "10.0.5.1" } as const;

/** A name for the first time, the same again, an alias into another zone, and one that there is not. */
const questions = [
  { name: "test.mosquitto.org", type: Type.A },
  { name: "test.mosquitto.org", type: Type.A },
  { name: "broker.jorge.com", type: Type.A },
  { name: "nobody.mosquitto.org", type: Type.A },
];

const serverProgram = programOf(import.meta.url, "../servers/dns.ts");

export const dnsLab: ProtocolLab<Report> = {
  protocol: "dns",
  hosts: [
    {
      role: "client",
      name: board.name,
      mac: board.mac,
      configuration: { address: board.address, prefix },
      program: programOf(import.meta.url, "../servers/dns-client.ts"),
      settings: { server: resolver.address, questions } satisfies AskingPlan,
    },
    {
      role: "server",
      name: resolver.name,
      configuration: { address: resolver.address, prefix },
      program: serverProgram,
      settings: { roots } satisfies NameServerPlan,
    },
    ...nameServers.map(
      ({ host, address, plan }) =>
        ({
          role: "server",
          name: host,
          configuration: { address, prefix },
          program: serverProgram,
          settings: plan,
        }) as const,
    ),
  ],
  analyzer,
  lines: dnsLines,
  lesson,
  say(host, message, language) {
    if (message.kind !== "resolved") return [];
    const { name, outcome, addresses, aliases } = message as unknown as Resolved;
    const es = language === "es";
    const by = aliases.length > 0 ? ` (${es ? "alias de" : "an alias of"} ${aliases.join(", ")})` : "";
    if (outcome === "found") return [`${host}: ${name}${by} = ${addresses.join(", ")}`];
    if (outcome === "no-such-name") return [`${host}: ${name} ${es ? "no existe" : "does not exist"}`];
    return [`${host}: ${name}: ${outcome}`];
  },
};

interface Resolved {
  readonly name: string;
  readonly outcome: string;
  readonly addresses: readonly string[];
  readonly aliases: readonly string[];
}

const facts = {
  resolver: { en: "its resolver", es: "su resolutor" },
  roots: { en: "where the root is", es: "dónde está la raíz" },
  task: { en: "looking for", es: "busca" },
  serves: { en: "in charge of", es: "a cargo de" },
} as const;

function lesson(): Lesson {
  return {
    before: [
      know(board.name, facts.resolver, resolver.address),
      know(resolver.name, facts.roots, roots.map(({ address }) => address).join(", ")),
      ...nameServers.map(one => know(one.host, facts.serves, charge(one))),
    ],
    learn(packet, parties) {
      return packet.all<Message>(dns).flatMap(({ value }) => (value ? learnt(value, parties) : []));
    },
  };
}

const know = (host: string, fact: Words, value: Words | undefined): Learning => ({ host, fact, value });

/** The zone, and who has the zones below it. */
function charge({ zone, below }: NameServer): Words {
  if (below.length === 0) return zone;
  const others = nameServers.filter(other => below.includes(other.zone));
  const names = others.map(other => `${other.zone} (${other.address})`).join(", ");
  return {
    en: `${zone}; of what is below it, it knows who has ${names}`,
    es: `${zone}; de lo que hay debajo sabe quién tiene ${names}`,
  };
}

function learnt(message: Message, { from, to }: Parties): Learning[] {
  const [question] = message.questions;
  if (!question) return [];
  const { name } = question;
  const wanted = `${typeName(question.type)} ${name}`;
  if (!message.flags.response)
    return to === resolver.name ? [know(to, facts.task, wanted), know(from, facts.task, wanted)] : [];
  // Servers forget at once what they were asked.
  const over =
    from === resolver.name ? [know(from, facts.task, undefined), know(to, facts.task, undefined)] : [];
  return [...over, ...saidTo(message, to, name)];
}

function saidTo(message: Message, to: string, name: string): Learning[] {
  const seconds = (ttl: number): Words => ({ en: `for ${ttl} s`, es: `durante ${ttl} s` });
  if (rcodeOf(message) === Rcode.NXDOMAIN) {
    const [denial] = recordsOf(message.authorities, Type.SOA);
    const ttl = Math.min(denial?.ttl ?? 0, denial?.data.minimum ?? 0);
    return [
      know(to, name, {
        en: `does not exist (remembered for ${ttl} s)`,
        es: `no existe (lo recuerda ${ttl} s)`,
      }),
    ];
  }
  const aliases = recordsOf(message.answers, Type.CNAME).map(({ name, data, ttl }) =>
    know(to, name, joined({ en: `alias of ${data},`, es: `alias de ${data},` }, seconds(ttl))),
  );
  const addresses = recordsOf(message.answers, Type.A).map(({ name, data, ttl }) =>
    know(to, name, joined(`${dotted(data)},`, seconds(ttl))),
  );
  if (message.answers.length > 0) return [...aliases, ...addresses];
  return recordsOf(message.authorities, Type.NS).map(({ name, data, ttl }) => {
    const glue = recordsOf(message.additionals, Type.A).filter(
      one => one.name.toLowerCase() === data.toLowerCase(),
    );
    const at = glue.map(one => dotted(one.data)).join(", ");
    return know(
      to,
      { en: `who has ${name}`, es: `quién tiene ${name}` },
      joined(`${data} (${at}),`, seconds(ttl)),
    );
  });
}

const joined = (one: Words, other: Words): Words => ({
  en: `${typeof one === "string" ? one : one.en} ${typeof other === "string" ? other : other.en}`,
  es: `${typeof one === "string" ? one : one.es} ${typeof other === "string" ? other : other.es}`,
});
