// DNS with real peers: our resolver with dnsmasq, and dig with our server.
import { describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { Rcode, Type } from "../../protocols/dns/index.ts";
import type { Zone } from "../../protocols/dns/server.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import type { Network } from "../network/index.ts";
import { Namespaces } from "../network/namespaces.ts";
import { probe } from "../network/probe.ts";
import type { Part, Told } from "./dns.interop.ts";

const program = fileURLToPath(new URL("./dns.interop.ts", import.meta.url));
const router = { address: "192.168.1.1", prefix: 24 };
const board = { address: "192.168.1.101", prefix: 24 };

const { namespaces } = await probe();
const closed = namespaces.ok
  ? namespaces.how === "user"
    ? "the tests' process has not started over in a user namespace"
    : undefined
  : namespaces.reason;

/** A test in a network of its own, skipped with the reason where this machine lacks the peer. */
function interop(name: string, needs: PeerName, act: (network: Network) => Promise<void>): void {
  const missing = closed ?? (peer(needs) ? undefined : lack(needs));
  test.skipIf(missing !== undefined)(missing ? `${name} (${missing})` : name, async () => {
    await using network = new Namespaces();
    await act(network);
  });
}

describe("our resolver with dnsmasq", () => {
  interop("finds records of every kind that dnsmasq has", "dnsmasq", async network => {
    await dnsmasq(network);
    const told = await resolved(network, [
      { name: "JORGE-PC" },
      { name: "JORGE-PC", type: Type.AAAA },
      { name: "lan", type: Type.MX },
      { name: "lan", type: Type.TXT },
      { name: "_mqtt._tcp.lan", type: Type.SRV },
      { name: "lan", type: Type.NAPTR },
      { name: "lan", type: Type.CAA },
      { name: "20.1.168.192.in-addr.arpa", type: Type.PTR },
    ]);
    expect(told.every(({ outcome }) => outcome === "found")).toBe(true);
    expect(told.slice(0, 2).map(({ addresses }) => addresses)).toEqual([["192.168.1.20"], ["2001:db8::20"]]);
    expect(told.slice(2).map(({ data }) => data[0])).toMatchObject([
      { preference: 10, exchange: "mail.lan" },
      ["v=lab", "hola mundo"],
      { priority: 0, weight: 5, port: 8883, target: "jorge-pc" },
      { order: 100, preference: 50, flags: "s", services: "SIP+D2U", replacement: "_sip._udp.lan" },
      { tag: "issue", value: "ca.lan" },
      "jorge-pc",
    ]);
  });

  interop("follows aliases, and is told what there is not", "dnsmasq", async network => {
    await dnsmasq(network);
    const told = await resolved(network, [
      { name: "broker.lan" },
      { name: "nobody.lan" },
      { name: "lan" },
      { name: "example.com" },
    ]);
    expect(told[0]).toMatchObject({ addresses: ["192.168.1.20"], aliases: ["mqtt.lan", "jorge-pc"] });
    expect(told.map(({ outcome, rcode }) => [outcome, rcode])).toEqual([
      ["found", Rcode.NOERROR],
      ["no-such-name", Rcode.NXDOMAIN],
      ["no-data", Rcode.NOERROR],
      ["failed", Rcode.REFUSED],
    ]);
  });

  interop(
    "asks by TCP where an answer is cut short, and gets it whole with EDNS",
    "dnsmasq",
    async network => {
      await dnsmasq(network);
      const told = await resolved(network, [{ name: "many.lan" }, { name: "many.lan", udpSize: 4096 }]);
      expect(told.map(({ transport, addresses }) => [transport, addresses.length])).toEqual([
        ["tcp", hosts],
        ["udp", hosts],
      ]);
    },
  );
});

describe("our server with dig", () => {
  interop("answers every type that it has", "dig", async network => {
    await server(network);
    const answers = await dug(network, [
      "JORGE-PC.lan A",
      "JORGE-PC.lan AAAA",
      "mqtt.lan A",
      "lan NS",
      "lan SOA",
      "lan MX",
      "lan TXT",
      "_mqtt._tcp.lan SRV",
      "lan CAA",
      "lan NAPTR",
      "20.1.168.192.in-addr.arpa PTR",
      "mqtt.lan HTTPS",
      "lan DS",
    ]);
    expect(answers.map(({ records }) => records)).toEqual([
      ["JORGE-PC.lan. 300 IN A 192.168.1.20"],
      ["JORGE-PC.lan. 300 IN AAAA 2001:db8::20"],
      ["mqtt.lan. 300 IN CNAME JORGE-PC.lan.", "JORGE-PC.lan. 300 IN A 192.168.1.20"],
      ["lan. 300 IN NS ns.lan."],
      ["lan. 300 IN SOA ns.lan. hostmaster.lan. 1 3600 600 86400 300"],
      ["lan. 300 IN MX 10 mail.lan."],
      ['lan. 300 IN TXT "v=lab" "hola mundo"'],
      ["_mqtt._tcp.lan. 300 IN SRV 0 5 8883 JORGE-PC.lan."],
      ['lan. 300 IN CAA 128 issue "ca.lan"'],
      ['lan. 300 IN NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.lan.'],
      ["20.1.168.192.in-addr.arpa. 300 IN PTR JORGE-PC.lan."],
      ["mqtt.lan. 300 IN CNAME JORGE-PC.lan."],
      [],
    ]);
    const complaints = answers.filter(({ output }) => /warning|malformed|mismatch|garbage/i.test(output));
    expect(complaints).toEqual([]);
  });

  interop("says what there is not, and what is not its own", "dig", async network => {
    await server(network);
    const answers = await dug(network, [
      "nobody.lan A",
      "JORGE-PC.lan MX",
      "example.com A",
      "lan A +opcode=NOTIFY",
    ]);
    expect(answers.map(({ status, authority }) => [status, authority])).toEqual([
      ["NXDOMAIN", 1],
      ["NOERROR", 1],
      ["REFUSED", 0],
      ["NOTIMP", 0],
    ]);
  });

  interop("by TCP, with and without EDNS, and cut short for who takes little", "dig", async network => {
    const { log } = await server(network);
    const answers = await dug(network, [
      "many.lan A +tcp",
      "many.lan A +noedns",
      "many.lan A +noedns +ignore",
      "many.lan A",
      "lan A +edns=1 +noednsneg",
    ]);
    const [tcp, retried, ignored, edns, badVersion] = answers;
    expect([tcp, retried, edns].map(answer => answer!.records.length)).toEqual([hosts, hosts, hosts]);
    expect(retried!.output).toContain("Truncated, retrying in TCP mode");
    expect([ignored!.records.length, ignored!.flags]).toEqual([0, expect.stringContaining("tc")]);
    expect(edns!.output).toContain("; EDNS: version: 0, flags:; udp: 1232");
    expect(badVersion!.status).toBe("BADVERS");
    const lines = await log();
    expect(lines).toHaveLength(6);
    expect(lines[2]).toStartWith("192.168.1.101 asks for A many.lan: 10.0.0.0, ");
  });
});

/** How many addresses many.lan has: too many for 512 octets. */
const hosts = 40;
const many = Array.from({ length: hosts }, (_, i) => `10.0.0.${i}`);

async function dnsmasq(network: Network): Promise<void> {
  const daemon = await network.daemon({
    name: "router",
    configuration: router,
    command: [
      ...["dnsmasq", "--no-daemon", "--log-queries", "--conf-file=/dev/null", "--pid-file=", "--no-resolv"],
      ...["--no-hosts", "--local=/lan/", "--local-ttl=300", "--edns-packet-max=4096"],
      "--host-record=JORGE-PC,192.168.1.20,2001:db8::20",
      ...["--cname=broker.lan,mqtt.lan", "--cname=mqtt.lan,JORGE-PC", "--mx-host=lan,mail.lan,10"],
      ...["--txt-record=lan,v=lab,hola mundo", "--srv-host=_mqtt._tcp.lan,JORGE-PC,8883,0,5"],
      ...["--naptr-record=lan,100,50,s,SIP+D2U,,_sip._udp.lan", "--caa-record=lan,0,issue,ca.lan"],
      "--ptr-record=20.1.168.192.in-addr.arpa,JORGE-PC",
      ...many.map(address => `--host-record=many.lan,${address}`),
    ],
  });
  for await (const line of daemon.lines) if (line.includes("started")) return;
  throw new Error(`dnsmasq did not start:\n${daemon.output}`);
}

/** What our resolver on the board's host finds out at the router. */
async function resolved(
  network: Network,
  queries: readonly { name: string; type?: number; udpSize?: number }[],
) {
  const settings: Part = {
    part: "client",
    queries: queries.map(query => ({ ...query, server: router.address, timeout: 2000 })),
  };
  const host = await network.host({ name: "board", configuration: board, program, settings });
  const all: Told[] = [];
  for await (const message of host.messages) if (message.kind === "resolved") all.push(message.told as Told);
  await host.done;
  return all;
}

const zones: readonly Zone[] = [
  {
    origin: "lan",
    names: {
      lan: {
        NS: ["ns.lan"],
        MX: [{ preference: 10, exchange: "mail.lan" }],
        TXT: [["v=lab", "hola mundo"]],
        CAA: [{ flags: { critical: 1 }, tag: "issue", value: "ca.lan" }],
        NAPTR: [
          {
            ...{ order: 100, preference: 50, flags: "s", services: "SIP+D2U", regexp: "" },
            replacement: "_sip._udp.lan",
          },
        ],
      },
      "JORGE-PC.lan": { A: ["192.168.1.20"], AAAA: ["2001:db8::20"] },
      "mqtt.lan": { CNAME: ["JORGE-PC.lan"] },
      "_mqtt._tcp.lan": { SRV: [{ priority: 0, weight: 5, port: 8883, target: "JORGE-PC.lan" }] },
      "many.lan": { A: many },
    },
  },
  { origin: "168.192.in-addr.arpa", names: { "20.1.168.192.in-addr.arpa": { PTR: ["JORGE-PC.lan"] } } },
];

/** Our server on the router's host; `log` stops it and returns its lines. */
async function server(network: Network) {
  const settings: Part = { part: "server", zones };
  const host = await network.host({ name: "router", configuration: router, program, settings });
  const told = host.messages[Symbol.asyncIterator]();
  await told.next();
  const log = async () => {
    await host.stop();
    const lines: string[] = [];
    for (let next = await told.next(); !next.done; next = await told.next())
      lines.push(String(next.value.line));
    return lines;
  };
  return { log };
}

interface Dug {
  /** Of the answer section, their spaces made one. */
  readonly records: readonly string[];
  readonly status: string | undefined;
  readonly flags: string | undefined;
  /** How many records the authority section has. */
  readonly authority: number;
  readonly output: string;
}

/** What dig on the board's host prints to each of these. */
async function dug(network: Network, questions: readonly string[]): Promise<Dug[]> {
  const script = questions.map(
    words => `echo "# ${words}"; dig @${router.address} +norec +tries=1 +timeout=2 ${words}`,
  );
  const command = ["sh", "-c", script.join("\n")];
  const daemon = await network.daemon({ name: "board", configuration: board, command });
  await daemon.exited;
  return daemon.output
    .split(/^# .*\n/m)
    .slice(1)
    .map(output => ({
      records: (/ANSWER SECTION:\n([\s\S]*?)\n\n/.exec(output)?.[1] ?? "")
        .split("\n")
        .filter(Boolean)
        .map(line => line.replace(/\s+/g, " ")),
      status: /status: (\w+)/.exec(output)?.[1],
      flags: /;; flags: ([^;]*);/.exec(output)?.[1],
      authority: Number(/AUTHORITY: (\d+)/.exec(output)?.[1]),
      output,
    }));
}
