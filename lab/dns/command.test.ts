// `bun lab dns` as a person runs it, on loopback and in the lab's own network.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "dns-command-"));
const zone = join(folder, "lan.zone");
writeFileSync(
  zone,
  "$TTL 300\n@ SOA ns hostmaster 1 2 3 4 60\n NS ns\nns A 127.0.0.1\nmqtt CNAME pc\npc A 192.168.1.20\n",
);
let server: Bun.Subprocess<"ignore", "pipe", "pipe">;
let port = "";

beforeAll(async () => {
  const root = join(import.meta.dir, "../..");
  const command = [
    process.execPath,
    "lab",
    "dns",
    "serve",
    `lan=${zone}`,
    "-p",
    "0",
    "--allow-transfer",
    "all",
    "-q",
  ];
  server = Bun.spawn(command, { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const decoder = new TextDecoder();
  let said = "";
  for await (const piece of server.stderr) {
    said += decoder.decode(piece);
    const [, found] = /port (\d+)/.exec(said) ?? [];
    if (found) {
      port = found;
      break;
    }
  }
});
afterAll(async () => {
  server.kill();
  await server.exited;
  rmSync(folder, { recursive: true });
});

const query = (...words: string[]) => lab(["dns", "query", ...words, "@127.0.0.1", "-p", port]);

describe("bun lab dns query", () => {
  test("+short prints the data alone", async () => {
    expect(await query("mqtt.lan", "+short")).toMatchObject({ stdout: "pc.lan.\n192.168.1.20\n", code: 0 });
  });

  test.skipIf(process.platform !== "linux")(
    "a server that is not there is told at once [the kernel tells of ICMP on Linux]",
    async () => {
      const socket = await Bun.udpSocket({ hostname: "127.0.0.1" });
      const words = ["dns", "query", "pc.lan", "@127.0.0.1", "-p", String(socket.port), "+time=60"];
      socket.close();
      const { stderr, code } = await lab(words);
      expect(stderr).toContain("nothing listens there");
      expect(code).toBe(9);
    },
  );

  test("NXDOMAIN is an answer", async () => {
    const { stdout, code } = await query("nobody.lan");
    expect(stdout).toContain("status: NXDOMAIN");
    expect(code).toBe(0);
  });

  test("--json is one object after RFC 8427", async () => {
    const { stdout } = await query("pc.lan", "--json");
    expect(JSON.parse(stdout).responseMessage).toMatchObject({
      QNAME: "pc.lan.",
      answerRRs: [{ rdataA: "192.168.1.20" }],
    });
  });

  test("by TCP, and a whole zone", async () => {
    expect((await query("pc.lan", "+tcp")).stdout).toContain("(TCP)");
    const { stdout } = await query("lan", "AXFR", "+short");
    expect(stdout.trim().split("\n")).toHaveLength(6);
  });

  test("without a server it is a usage error", async () => {
    const { stdout, stderr, code } = await lab(["dns", "query", "pc.lan"]);
    expect([stdout, code]).toEqual(["", 2]);
    expect(stderr).toContain("whom to ask? Name the server: bun lab dns query pc.lan @192.168.1.1");
  });

  test("no reply is exit code 9", async () => {
    const silent = await Bun.udpSocket({ hostname: "127.0.0.1" });
    const at = ["@127.0.0.1", "-p", String(silent.port)];
    const { stderr, code } = await lab(["dns", "query", "pc.lan", ...at, "+time=1", "+tries=1"]);
    silent.close();
    expect(code).toBe(9);
    expect(stderr).toContain(`A of pc.lan, asked of 127.0.0.1 port ${at[2]}: no answer to 1 attempt`);
  });

  test("+trace without a server walks from the lab's own root", async () => {
    const { stdout, code } = await lab(["dns", "query", "test.mosquitto.org", "+trace", "+short"], {
      LAB_NETWORK: "relay",
    });
    expect([stdout, code]).toEqual(["5.196.95.208\n", 0]);
  });
});

test("bun lab dns serve says what is wrong with a file, and where", async () => {
  const bad = join(folder, "bad.zone");
  writeFileSync(bad, "@ 60 SOA ns h 1 2 3 4 5\nns 60 A 1.2.3\n");
  const { stderr, code } = await lab(["dns", "serve", `lan=${bad}`, "-p", "0"]);
  expect(stderr).toContain('bad.zone, line 2: "1.2.3" is no IPv4 address');
  expect(code).toBe(1);
});

test("bun lab dns by relay: what each knows, what was asked, what was found", async () => {
  const { stdout, code } = await lab(["dns", "--network", "relay", "-o", folder, "--lang", "en"]);
  expect(code).toBe(0);
  for (const words of [
    "root does not know, but knows who does: org is served by a.org-servers.org.",
    "broker.jorge.com is an alias of test.mosquitto.org, and that is for others to say.",
    "who has mosquitto.org: – → ns1.mosquitto.org (10.0.3.1)",
    "nobody.mosquitto.org: – → does not exist (remembered for 300 s)",
    "11 questions, 11 answered, 0 sent again",
  ])
    expect(stdout).toContain(words);
});
