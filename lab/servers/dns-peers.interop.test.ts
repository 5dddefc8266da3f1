// DNS with BIND and Unbound: our resolver asks them, they walk over our name servers, BIND fetches our zone; and crowds of questions.
import { describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { Type } from "../../protocols/dns/index.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import { nameServers, prefix, roots } from "../dns/internet.ts";
import type { Network, RunningHost } from "../network/index.ts";
import { Namespaces } from "../network/namespaces.ts";
import { probe } from "../network/probe.ts";
import type { Part, Told } from "./dns.interop.ts";
import type { NameServerPlan } from "./dns.ts";
import { bind, Folder, unbound } from "./dns-peers.ts";

const asking = fileURLToPath(new URL("./dns.interop.ts", import.meta.url));
const serving = fileURLToPath(new URL("./dns.ts", import.meta.url));
const at = (address: string) => ({ address, prefix });
const resolver = { name: "resolver", configuration: at("10.0.5.1") };

const { namespaces } = await probe();
const closed = namespaces.ok
  ? namespaces.how === "user"
    ? "the tests' process has not started over in a user namespace"
    : undefined
  : namespaces.reason;

/** A test in a network of its own, skipped with the reason where this machine lacks the peer. */
function interop(
  name: string,
  needs: PeerName | undefined,
  act: (network: Network, folder: Folder) => Promise<void>,
): void {
  const missing = closed ?? (!needs || peer(needs) ? undefined : lack(needs));
  test.skipIf(missing !== undefined)(
    missing ? `${name} (${missing})` : name,
    async () => {
      using folder = new Folder();
      await using network = new Namespaces();
      await act(network, folder);
    },
    longest,
  );
}

/** Milliseconds. Nothing takes so long, but ten thousand questions on a machine that has other things to do. */
const longest = 60_000;

const signed = `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
  NS ns
  MX 10 mail
  TXT "v=lab" "hola mundo"
  CAA 128 issue "ca.lan"
  NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.lan.
ns A 10.0.5.1
mail A 10.0.5.25
  AAAA 2001:db8::25
  SSHFP 4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF123456789
_443._tcp.mail TLSA 3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971
_mqtt._tcp SRV 0 5 8883 mail
mqtt CNAME mail
web HTTPS 1 . alpn="h2,h3" ipv4hint="10.0.5.25"
svc SVCB 1 mail port="8883"
old HINFO "PC" "Linux"
odd TYPE65280 \\# 3 010203
child NS ns.child
  DS 60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A
ns.child A 10.0.5.77
many ${Array.from({ length: 60 }, (_, i) => `A 10.1.0.${i}`).join("\n     ")}
`;
const policies = `dnssec-policy "nsec" { keys { csk lifetime unlimited algorithm ecdsap256sha256; }; };
dnssec-policy "nsec3" { keys { csk lifetime unlimited algorithm ecdsap256sha256; }; nsec3param iterations 0 optout no salt-length 0; };
`;
const bindZones = `${policies}
zone "lan" { type primary; file "lan.zone"; dnssec-policy "nsec"; inline-signing yes; };
zone "wan" { type primary; file "wan.zone"; dnssec-policy "nsec3"; inline-signing yes; };
`;

describe("our resolver with BIND", () => {
  interop("finds records of every type, signatures too", "named", async (network, folder) => {
    folder.write({ "lan.zone": signed, "wan.zone": signed });
    const daemon = await bind(network, folder, resolver, { zones: bindZones });
    await signing(daemon.lines, 2);
    const types = [
      ...([
        "lan SOA",
        "lan NS",
        "lan MX",
        "lan TXT",
        "lan CAA",
        "lan NAPTR",
        "mail.lan A",
        "mail.lan AAAA",
      ] as const),
      ...([
        "mail.lan SSHFP",
        "_443._tcp.mail.lan TLSA",
        "_mqtt._tcp.lan SRV",
        "mqtt.lan CNAME",
        "web.lan HTTPS",
      ] as const),
      ...([
        "svc.lan SVCB",
        "old.lan HINFO",
        "child.lan DS",
        "lan DNSKEY",
        "mail.lan RRSIG",
        "mail.lan NSEC",
      ] as const),
      ...(["wan NSEC3PARAM", "lan ANY"] as const),
    ];
    const told = await resolved(network, [
      ...types.map(words => {
        const [name, type] = words.split(" ") as [string, keyof typeof Type];
        return { name, type: Type[type], udpSize: 1232 };
      }),
      { name: "odd.lan", type: 65280 },
    ]);
    const found = Object.fromEntries(
      told.map(({ records }, i) => [types[i] ?? "odd.lan TYPE65280", records]),
    );
    expect(told.filter(({ outcome }) => outcome !== "found")).toEqual([]);
    expect(found).toMatchObject({
      "lan NS": ["NS ns.lan."],
      "lan TXT": ['TXT "v=lab" "hola mundo"'],
      "lan NAPTR": ['NAPTR 100 50 "s" "SIP+D2U" "" _sip._udp.lan.'],
      "mail.lan AAAA": ["AAAA 2001:db8::25"],
      "_443._tcp.mail.lan TLSA": [expect.stringMatching(/^TLSA 3 1 1 D2ABDE240D7CD3EE/)],
      "web.lan HTTPS": ['HTTPS 1 . alpn="h2,h3" ipv4hint="10.0.5.25"'],
      "svc.lan SVCB": ['SVCB 1 mail.lan. port="8883"'],
      "child.lan DS": [expect.stringMatching(/^DS 60485 13 2 D4B7D520/)],
      "lan DNSKEY": [expect.stringMatching(/^DNSKEY 257 3 13 /)],
      "mail.lan NSEC": ["NSEC _443._tcp.mail.lan. A AAAA SSHFP RRSIG NSEC"],
      "odd.lan TYPE65280": ["TYPE65280 \\# 3 010203"],
    });
  });

  interop(
    "is told who the server is, keeps its cookie, and goes to TCP",
    "named",
    async (network, folder) => {
      folder.write({ "lan.zone": signed });
      await bind(network, folder, resolver, { zones: `zone "lan" { type primary; file "lan.zone"; };` });
      const told = await resolved(network, [
        { name: "mail.lan", nsid: true, cookie: true, subnet: "10.0.5.0/24", dnssec: true },
        { name: "many.lan" },
        { name: "many.lan", udpSize: 4096 },
        { name: "mail.lan", tcp: true },
        { name: "version.bind", type: Type.TXT, class: 3 },
        { name: "nobody.lan" },
        { name: "mail", search: ["nowhere.lan", "lan"] },
      ]);
      expect(told[0]).toMatchObject({ nsid: "bind", cookie: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(told.map(({ transport, outcome }) => [transport, outcome])).toEqual([
        ["udp", "found"],
        ["tcp", "found"],
        ["udp", "found"],
        ["tcp", "found"],
        ["udp", "found"],
        ["udp", "no-such-name"],
        ["udp", "found"],
      ]);
      expect(told[6]).toMatchObject({ addresses: ["10.0.5.25"], exchanges: 2 });
    },
  );

  interop("fetches a whole zone", "named", async (network, folder) => {
    folder.write({ "lan.zone": signed });
    await bind(network, folder, resolver, { zones: `zone "lan" { type primary; file "lan.zone"; };` });
    const host = await client(network, {
      part: "transfer",
      server: resolver.configuration.address,
      zone: "lan",
    });
    const [told] = await messages(host, "transferred");
    const lines = told!.lines as string[];
    expect(lines).toHaveLength(81);
    expect(
      [lines[0], lines.at(-1)].every(line => line!.startsWith("lan 300 SOA ns.lan. hostmaster.lan. 1 ")),
    ).toBe(true);
    expect(lines).toContain('web.lan 300 HTTPS 1 . alpn="h2,h3" ipv4hint="10.0.5.25"');
  });
});

describe("resolvers on our name servers", () => {
  const expected = [
    ["test.mosquitto.org", "found", ["5.196.95.208"]],
    ["broker.jorge.com", "found", ["5.196.95.208"]],
    ["a.pages.mosquitto.org", "found", ["5.196.95.208"]],
    ["nobody.mosquitto.org", "no-such-name", []],
    ["mosquitto.org", "no-data", []],
    ["nobody.example", "no-such-name", []],
  ] as const;
  const walk = async (network: Network) => {
    const told = await resolved(
      network,
      expected.map(([name]) => ({ name, udpSize: 1232 })),
    );
    expect(told.map(({ outcome, addresses }, i) => [expected[i]![0], outcome, addresses])).toEqual(
      expected.map(([name, outcome, addresses]) => [name, outcome, [...addresses]]),
    );
  };

  interop("Unbound walks from our root down", "unbound", async (network, folder) => {
    await internet(network);
    await unbound(network, folder, resolver, roots[0]!.address);
    await walk(network);
  });

  interop("BIND walks from our root down", "named", async (network, folder) => {
    await internet(network);
    folder.write({ hints: `. 3600 NS a.root.\na.root. 3600 A ${roots[0]!.address}\n` });
    await bind(network, folder, resolver, {
      options: "recursion yes; allow-recursion { any; };",
      zones: `zone "." { type hint; file "hints"; };`,
    });
    await walk(network);
  });

  interop("ours does the same", undefined, async network => {
    await internet(network);
    await server(network, resolver, { roots });
    await walk(network);
  });
});

describe("a BIND secondary", () => {
  interop("fetches our zone and answers from it", "named", async (network, folder) => {
    await server(
      network,
      { name: "primary", configuration: at("10.0.5.2") },
      { zones: [`$ORIGIN lan.\n${signed}`], transfers: ["10.0.5.1"] },
    );
    const daemon = await bind(network, folder, resolver, {
      zones: `zone "lan" { type secondary; primaries { 10.0.5.2; }; file "copy"; masterfile-format text; };`,
    });
    await until(daemon.lines, /Transfer status: (.*)/);
    expect(daemon.output).toMatch(/Transfer status: success/);
    const told = await resolved(network, [
      { name: "mqtt.lan", udpSize: 1232 },
      { name: "odd.lan", type: 65280, udpSize: 1232 },
      { name: "many.lan", udpSize: 4096 },
    ]);
    expect(told.map(({ records }) => records.length)).toEqual([1, 1, 60]);
  });

  interop("that we do not know gets nothing", "named", async (network, folder) => {
    await server(
      network,
      { name: "primary", configuration: at("10.0.5.2") },
      { zones: [`$ORIGIN lan.\n${signed}`] },
    );
    const daemon = await bind(network, folder, resolver, {
      zones: `zone "lan" { type secondary; primaries { 10.0.5.2; }; file "copy"; };`,
    });
    await until(daemon.lines, /Transfer status: (.*)/);
    expect(daemon.output).toMatch(/Transfer status: REFUSED/);
  });
});

describe("dig", () => {
  interop("gets our zone whole, and whom it spoke with", "dig", async network => {
    await server(network, resolver, { zones: [`$ORIGIN lan.\n${signed}`], transfers: ["10.0.5.101"] });
    const output = await dug(network, [
      "lan AXFR",
      "mail.lan +nsid +cookie",
      "mail.lan +dnssec +bufsize=4096",
      "foo.lan AXFR",
      "odd.lan TYPE65280",
      "lan ANY +notcp",
      "many.lan +tcp +keepopen",
    ]);
    expect(output[0]).toContain("XFR size: 81 records");
    expect(output[1]).toMatch(/NSID: .*"resolver"/);
    expect(output[1]).toMatch(/COOKIE: [0-9a-f]{48} \(good\)/);
    expect(output[2]).toMatch(/flags: do; udp: 1232/);
    expect(output[3]).toContain("Transfer failed");
    expect(output[4]).toMatch(/TYPE65280\s\\# 3 010203/);
    expect(output[5]).toMatch(/ANSWER: 1,/);
    expect(output[6]).toMatch(/ANSWER: 60,/);
    expect(output.filter(one => /malformed|mismatch|bad cookie/i.test(one))).toEqual([]);
  });
});

describe("ten thousand questions at once", () => {
  interop("each end answered by our server", undefined, async network => {
    await server(network, resolver, { zones: ["$ORIGIN lan.\n@ 60 SOA ns h 1 2 3 4 5\n* 60 A 10.0.0.9\n"] });
    const host = await client(network, {
      part: "crowd",
      server: resolver.configuration.address,
      names: "host-*.lan",
      count: 10_000,
      atOnce: 500,
    });
    expect(await messages(host, "tally")).toMatchObject([{ tally: { found: 10_000 } }]);
  });

  interop("each end answered by our resolver, all found out from other servers", undefined, async network => {
    await internet(network);
    await server(network, resolver, { roots });
    const host = await client(network, {
      ...{ part: "crowd", server: resolver.configuration.address, names: "n*.pages.mosquitto.org" },
      ...{ count: 10_000, atOnce: 200 },
    });
    expect(await messages(host, "tally")).toMatchObject([{ tally: { found: 10_000 } }]);
  });
});

/** Waits until BIND has signed so many zones. */
async function signing(lines: AsyncIterable<string>, zones: number): Promise<void> {
  let left = zones;
  for await (const line of lines) if (/next key event/.test(line) && --left === 0) return;
}

async function until(lines: AsyncIterable<string>, sign: RegExp): Promise<void> {
  for await (const line of lines) if (sign.test(line)) return;
}

async function internet(network: Network): Promise<void> {
  await Promise.all(
    nameServers.map(({ host, address, plan }) =>
      server(network, { name: host, configuration: at(address) }, plan),
    ),
  );
}

async function server(
  network: Network,
  place: { name: string; configuration: ReturnType<typeof at> },
  settings: NameServerPlan,
): Promise<void> {
  const host = await network.host({ ...place, program: serving, settings });
  for await (const message of host.messages) if (message.kind === "ready") break;
}

const client = (network: Network, settings: Part): Promise<RunningHost> =>
  network.host({ name: "board", configuration: at("10.0.5.101"), program: asking, settings });

async function messages(host: RunningHost, kind: string): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for await (const message of host.messages) if (message.kind === kind) all.push(message);
  await host.done;
  return all;
}

type Asked = Extract<Part, { part: "client" }>["queries"][number];

/** What our resolver on the board's host finds out at 10.0.5.1. */
async function resolved(network: Network, queries: readonly Omit<Asked, "server">[]): Promise<Told[]> {
  const server = resolver.configuration.address;
  const all = queries.map(query => ({ timeout: 5000, ...query, server }));
  const told = await messages(await client(network, { part: "client", queries: all }), "resolved");
  return told.map(one => one.told as Told);
}

/** What dig on the board's host prints to each of these. */
async function dug(network: Network, questions: readonly string[]): Promise<string[]> {
  const script = questions.map(words => `echo "# ${words}"; dig @10.0.5.1 +tries=1 +timeout=5 ${words}`);
  const daemon = await network.daemon({
    name: "board",
    configuration: at("10.0.5.101"),
    command: ["sh", "-c", script.join("\n")],
  });
  await daemon.exited;
  return daemon.output.split(/^# .*\n/m).slice(1);
}
