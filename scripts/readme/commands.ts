// The commands whose output the READMEs show, and how much of it.

/** Lines from the first that contains `from` on: so many, or up to the next that contains `to`. */
export interface Part {
  readonly from: string;
  readonly to: string | number;
}

export interface Command {
  /** As a person types it. `run.pcapng` is a file in a folder of its own. */
  readonly line: string;
  /** Left out: all of it. Between the parts stands "…". */
  readonly parts?: readonly Part[];
  /** It can be compared only where network namespaces can be had: on other networks other frames cross. */
  readonly namespaces?: boolean;
  /** It takes a minute, and its numbers are the machine's: run only when asked for by name, and never compared. */
  readonly slow?: boolean;
}

/** By the name in a README's marker, in the order in which they are run. */
export const commands: Readonly<Record<string, Command>> = {
  scenario: {
    line: "bun lab scenario intranet -w run.pcapng",
    namespaces: true,
    parts: [
      { from: "started (MAC", to: "from the root down" },
      { from: "CN=JORGE-PC", to: "-> accepted" },
      { from: "TLS 1.2 with", to: "LED 3 off" },
      { from: "router                 ", to: 9 },
      { from: "NTP Version 4, client", to: 4 },
      { from: "TLS Client Hello", to: 2 },
      { from: "MQTT Connect Command", to: 2 },
      { from: "MQTT Publish Message [[TEMA_SECRETO]]", to: 2 },
      { from: "Capture: ", to: 4 },
    ],
  },
  list: {
    line: "bun lab inspect run.pcapng -c 8",
    namespaces: true,
  },
  packet: {
    line: "bun lab inspect run.pcapng -n 12 -V -x",
    namespaces: true,
    parts: [
      { from: "NTP Version 4, server", to: 3 },
      { from: "Network Time Protocol", to: "Transmit timestamp" },
      { from: "Frame (90 octets)", to: 7 },
    ],
  },
  doctor: { line: "bun lab doctor" },
  dhcp: {
    line: "bun lab dhcp -w run.pcapng",
    namespaces: true,
    parts: [{ from: "What each knows before", to: "leased for" }],
  },
  dns: {
    line: "bun lab dns -q -w run.pcapng && bun lab inspect run.pcapng -c 16",
    namespaces: true,
    parts: [{ from: "Who has 10.0.5.1", to: 16 }],
  },
  ntp: {
    line: "bun lab ntp -w run.pcapng",
    namespaces: true,
    parts: [
      { from: "What each knows before", to: "JORGE-PC  its clock" },
      { from: "NTP Version 4, client", to: "best so far" },
    ],
  },
  tls: {
    line: "bun lab tls -q -w run.pcapng && bun lab inspect run.pcapng -Y 'frame.protocols contains \"tls\"'",
    namespaces: true,
    parts: [{ from: "Client Hello", to: "Alert (Warning" }],
  },
  "tls-1.3": {
    line: "bun lab tls -q --tls-version 1.3 -w run.pcapng && bun lab inspect run.pcapng -Y 'frame.protocols contains \"tls\"'",
    namespaces: true,
    parts: [{ from: "Client Hello", to: "Alert (Warning" }],
  },
  mqtt: {
    line: "bun lab scenario intranet --tls off -q -w run.pcapng && bun lab inspect run.pcapng -Y mqtt",
    namespaces: true,
    parts: [{ from: "Connect Command", to: "Disconnect Req" }],
  },
  bench: { line: "bun scripts/bench.ts dissect", slow: true },
  "bench-rdwr": {
    line: "bun lab bench rdwr --sizes 16,1460,16384 --cycles 50",
    namespaces: true,
    slow: true,
    parts: [{ from: "PUBLISH to the board's own", to: "its objects, buffers" }],
  },
  ...inBothLanguages("course-dhcp", "bun lab dhcp -w run.pcapng", [
    { from: "NUCLEO-H723ZG                                   router", to: 5 },
    { from: "DHCP Offer", to: 4 },
    { from: "DHCP Request", to: 3 },
    { from: "DHCP ACK", to: 6 },
  ]),
  ...inBothLanguages("course-dns", "bun lab dns -w run.pcapng", [
    { from: "NUCLEO-H723ZG           resolver", to: 9 },
    { from: "DNS query: resolver", to: 1 },
    { from: "DNS answer: root", to: 2 },
    { from: "DNS query: resolver", to: 1 },
    { from: "DNS answer: org", to: 2 },
    { from: "DNS query: resolver", to: 1 },
    { from: "DNS answer: mosquitto.org", to: 2 },
    { from: "DNS answer: resolver", to: 4 },
  ]),
  ...inBothLanguages("course-ntp", "bun lab ntp -w run.pcapng", [
    { from: "NUCLEO-H723ZG                               JORGE-PC", to: 1 },
    { from: "NTP Version 4, client", to: 13 },
  ]),
  ...inBothLanguages("course-tls", "bun lab tls -w run.pcapng", [
    { from: "NUCLEO-H723ZG                                   JORGE-PC", to: 1 },
    { from: "Client Hello (JORGE-PC)", to: 6 },
    { from: "TLS Server Hello", to: 6 },
    { from: "TLS Certificate, Server Key", to: 12 },
  ]),
  ...inBothLanguages("course-mqtt", "bun lab mqtt -w run.pcapng", [
    { from: "QoS 2, ", to: 6 },
    { from: "PUBREC: JORGE-PC", to: 3 },
    { from: "PUBREL: NUCLEO-H723ZG", to: 3 },
    { from: "PUBCOMP: JORGE-PC", to: 3 },
  ]),
  ...inBothLanguages("course-whole", "bun lab scenario intranet -w run.pcapng", [
    { from: "(MAC 00:c0:df:24:ba:6b)", to: 18 },
    { from: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", to: "LED 3" },
    { from: "Capture: ", to: 4 },
  ]),
};

/** Of the course: what a command prints in English, and, under the name with "-es", in Spanish. */
function inBothLanguages(name: string, line: string, parts: readonly Part[]): Record<string, Command> {
  const spanish = line.replace(" -w ", " --lang es -w ");
  return {
    [name]: { line, namespaces: true, parts },
    [`${name}-es`]: { line: spanish, namespaces: true, parts: parts.map(inSpanish) },
  };
}

/** Where a part is found by a word that is not the same in both languages. */
function inSpanish(part: Part): Part {
  return part.from === "Capture: " ? { ...part, from: "Captura: " } : part;
}

/** The parts of an output that are shown. @throws where a part is not found */
export function shown(output: string, parts: readonly Part[] | undefined): string {
  if (!parts) return output.trimEnd();
  const lines = output.split("\n");
  const out: string[] = [];
  let at = 0;
  for (const { from, to } of parts) {
    const start = lines.findIndex((line, i) => i >= at && line.includes(from));
    if (start < 0) throw new Error(`no line after line ${at} of the output contains ${JSON.stringify(from)}`);
    const last =
      typeof to === "number" ? start + to - 1 : lines.findIndex((line, i) => i >= start && line.includes(to));
    if (last < 0)
      throw new Error(`no line after line ${start + 1} of the output contains ${JSON.stringify(to)}`);
    if (start > at) out.push("  …");
    out.push(...lines.slice(start, last + 1));
    at = last + 1;
  }
  if (lines.slice(at).some(line => line.trim() !== "")) out.push("  …");
  return out.join("\n").trimEnd();
}
