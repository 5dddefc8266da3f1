// An answer as dig prints it: blocks in its order, columns on its tab stops.
import {
  Class,
  dataText,
  type Message,
  Opcode,
  OptionCode,
  optOf,
  type Question,
  Rcode,
  type ResourceRecord,
  rcodeOf,
  Type,
  typeName,
} from "../../protocols/dns/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { colonHex } from "../../protocols/ipv6/address.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { printable } from "../terminal.ts";
import type { Sections } from "./words.ts";

/** What the footer tells of an exchange. */
export interface Footer {
  readonly time: bigint;
  readonly server: { readonly address: string; readonly port: number };
  /** As a person named it. */
  readonly named: string;
  readonly transport: "udp" | "tcp";
  readonly octets: number;
  readonly when: Date;
}

/** The blocks of a message. `sent`: the client's cookie, to say whether the answer's is the same. */
export function* messageText(message: Message, sections: Sections, sent?: Uint8Array): Generator<string> {
  const records = (all: readonly ResourceRecord[]) => all.filter(({ type }) => type !== Type.OPT);
  if (sections.comments) yield* headerText(message);
  const opt = optOf(message);
  if (opt && sections.comments && sections.additional) yield* ednsText(opt, sent);
  if (sections.question && message.questions.length > 0) {
    if (sections.comments) yield ";; QUESTION SECTION:";
    for (const question of message.questions) yield questionText(question);
    if (sections.comments) yield "";
  }
  for (const [title, all, shown] of [
    ["ANSWER", records(message.answers), sections.answer],
    ["AUTHORITY", records(message.authorities), sections.authority],
    ["ADDITIONAL", records(message.additionals), sections.additional],
  ] as const) {
    if (!shown || all.length === 0) continue;
    if (sections.comments) yield `;; ${title} SECTION:`;
    for (const record of all) yield recordText(record);
    if (sections.comments) yield "";
  }
}

function* headerText(message: Message): Generator<string> {
  const { id, flags, questions, answers, authorities, additionals } = message;
  const rcode = rcodeOf(message);
  const status = nameOf(Rcode, rcode) ?? `RESERVED${rcode}`;
  const opcode = opcodes[flags.opcode] ?? `RESERVED${flags.opcode}`;
  yield ";; Got answer:";
  yield `;; ->>HEADER<<- opcode: ${opcode}, status: ${status}, id: ${id}`;
  const set = flagNames.filter(([key]) => flags[key]).map(([, name]) => name);
  const counts = `QUERY: ${questions.length}, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: ${additionals.length}`;
  yield `;; flags:${set.map(name => ` ${name}`).join("")}; ${counts}`;
  if (flags.recursionDesired && !flags.recursionAvailable)
    yield ";; WARNING: recursion requested but not available";
  if (flags.truncated) yield ";; WARNING: the answer was cut short";
  yield "";
}

const opcodes: Readonly<Record<number, string>> = {
  [Opcode.Query]: "QUERY",
  [Opcode["Inverse query"]]: "IQUERY",
  [Opcode.Status]: "STATUS",
  [Opcode.Notify]: "NOTIFY",
  [Opcode.Update]: "UPDATE",
};

const flagNames = [
  ["response", "qr"],
  ["authoritative", "aa"],
  ["truncated", "tc"],
  ["recursionDesired", "rd"],
  ["recursionAvailable", "ra"],
  ["authenticData", "ad"],
  ["checkingDisabled", "cd"],
] as const;

function* ednsText(
  opt: NonNullable<ReturnType<typeof optOf>>,
  sent: Uint8Array | undefined,
): Generator<string> {
  yield ";; OPT PSEUDOSECTION:";
  yield `; EDNS: version: ${opt.ttl.version}, flags:${opt.ttl.dnssecOk ? " do" : ""}; udp: ${opt.class}`;
  for (const { code, value } of opt.data as readonly { code: number; value: unknown }[])
    yield `; ${optionText(code, value, sent)}`;
}

function optionText(code: number, value: unknown, sent: Uint8Array | undefined): string {
  const octets = value instanceof Uint8Array ? value : undefined;
  if (code === OptionCode.NSID && octets) {
    const hex = octets.toHex().match(/../g)?.join(" ") ?? "";
    return `NSID: ${hex} ("${printable(new TextDecoder().decode(octets))}")`;
  }
  if (code === OptionCode.Cookie && !octets) {
    const { client, server } = value as { client: Uint8Array; server: Uint8Array };
    const verdict = server.length === 0 ? "echoed" : "good";
    return `COOKIE: ${client.toHex()}${server.toHex()}${sent ? ` (${verdict})` : ""}`;
  }
  if (code === OptionCode["Client Subnet"] && !octets) {
    const { family, sourcePrefix, scopePrefix, address } = value as Subnet;
    const whole = new Uint8Array(family === 2 ? 16 : 4);
    whole.set(address.subarray(0, whole.length));
    const text = family === 2 ? colonHex(whole) : dotted(new DataView(whole.buffer).getUint32(0));
    return `CLIENT-SUBNET: ${text}/${sourcePrefix}/${scopePrefix}`;
  }
  if (code === OptionCode["Extended Error"] && !octets) {
    const { infoCode, extraText } = value as { infoCode: number; extraText: string };
    return `EDE: ${infoCode}${extraText && `: (${printable(extraText)})`}`;
  }
  return `OPT=${code}${octets && octets.length > 0 ? `: ${octets.toHex().match(/../g)!.join(" ")}` : ""}`;
}

interface Subnet {
  readonly family: number;
  readonly sourcePrefix: number;
  readonly scopePrefix: number;
  readonly address: Uint8Array;
}

const dottedName = (name: string): string => (name === "." ? "." : `${name}.`);
const className = (value: number): string => nameOf(Class, value) ?? `CLASS${value}`;

const questionText = ({ name, type, class: asked }: Question): string =>
  inColumns([
    [0, `;${dottedName(name)}`],
    [32, className(asked)],
    [40, typeName(type)],
  ]);

/** A record on one line, as a master file would have it. */
export const recordText = (record: ResourceRecord): string =>
  inColumns([
    [0, dottedName(record.name)],
    [24, String(record.ttl)],
    [32, className(record.class)],
    [40, typeName(record.type)],
    [48, dataText(record)],
  ]);

/** Each at its column by tabs of eight, or one space behind what is too long. */
function inColumns(cells: readonly (readonly [column: number, text: string])[]): string {
  let line = "";
  let at = 0;
  for (const [column, text] of cells) {
    if (at >= column && at > 0) {
      line += " ";
      at++;
    }
    while (at < column) {
      line += "\t";
      at = (Math.floor(at / 8) + 1) * 8;
    }
    line += text;
    at += text.length;
  }
  return line;
}

export function* footerText({ time, server, named, transport, octets, when }: Footer): Generator<string> {
  yield `;; Query time: ${Math.round(Number(time) / 1e6)} msec`;
  yield `;; SERVER: ${server.address}#${server.port}(${named}) (${transport.toUpperCase()})`;
  yield `;; WHEN: ${whenText(when)}`;
  yield `;; MSG SIZE  rcvd: ${octets}`;
}

/** "Fri Oct 08 12:26:20 UTC 2021" */
export const whenText = (when: Date): string => {
  const [weekday, day, month, year, time] = when.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
};
