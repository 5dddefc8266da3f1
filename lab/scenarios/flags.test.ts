// What else a person may ask of a run, and of a capture.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ended, lab, root } from "./lab.ts";

const folder = mkdtempSync(join(tmpdir(), "flags-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const play = (...words: string[]): Promise<Ended> =>
  lab(["scenario", "intranet", "--network", "relay", "-o", at("runs"), ...words]);

describe("a run", () => {
  test("without secrets holds none, and neither its ladder nor its comments tell what was enciphered", async () => {
    const { stdout, code } = await play("--no-secrets", "-w", at("closed.pcapng"));
    expect(code).toBe(0);
    const ladder = stdout.slice(stdout.indexOf("router  "));
    expect(ladder).toContain("enciphered octets");
    expect(ladder).not.toContain("Hola XD");
    const octets = readFileSync(at("closed.pcapng")).toString("latin1");
    expect(octets).not.toContain("CLIENT_RANDOM");
    expect(octets).not.toContain("Hola XD");
  });

  test("writes its secrets where --keylog says, readable by nobody else; with them the capture opens", async () => {
    await play("--no-secrets", "-w", at("closed2.pcapng"), "--keylog", at("keys"));
    expect(statSync(at("keys")).mode & 0o077).toBe(0);
    const list = (...words: string[]) => lab(["inspect", at("closed2.pcapng"), ...words]);
    expect((await list()).stdout).not.toContain("Publish Message");
    expect((await list("--keylog", at("keys"))).stdout).toContain("Publish Message [[TEMA_SECRETO]]");
  });

  test("takes the static address without asking anybody, where that is the setting", async () => {
    const { stdout, code } = await play("--set", "dhcp.attempts=0", "--tls", "off", "--json");
    expect(code).toBe(0);
    const objects = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(objects.find(one => one.event === "configured")).toMatchObject({
      by: "static",
      address: "192.168.1.10",
    });
    expect(objects.filter(one => one.protocol === "DHCP")).toEqual([]);
  });

  test("speaks Spanish where it is asked to", async () => {
    const { stdout } = await play("--lang", "es", "--tls", "off");
    for (const words of ["Reloj puesto en hora", "no tiene dirección", "Captura:", "espera CONNACK"])
      expect(stdout).toContain(words);
    expect(stdout).not.toContain("Published to");
  });

  test("-q prints where the capture lies, and nothing else", async () => {
    const { stdout } = await play("-q", "-w", at("quiet.pcapng"));
    expect(stdout.trim()).toBe(at("quiet.pcapng"));
  });

  test("that nobody answers ends with exit code 9, and with the capture of the attempt", async () => {
    const { code, stderr } = await play("--set", "dns.server=alternative", "-w", at("silent.pcapng"));
    expect(stderr).toMatch(/lab: .*no answer to 3 attempts/);
    expect(code).toBe(9);
    expect(existsSync(at("silent.pcapng"))).toBe(true);
  }, 30_000);

  test("of the longest client identifier that MQTT can write leaves its capture", async () => {
    const { code, stdout } = await play("--tls", "off", "--set", `mqtt.clientId=${"x".repeat(65_500)}`);
    expect(code).toBe(0);
    expect(stdout).toContain("… (65500 octets)");
  });

  const usual = ["capture.pcapng", "console.txt", "dhcp.log", "dns.log", "findings.json"];
  const more = ["mqtt.log", "outcome.json", "run.json", "settings.json", "timings.json"];

  test("leaves a folder with all that it was, the session's secrets for nobody else, and no private key", async () => {
    await play("-o", at("kept"), "--json");
    const [run] = readdirSync(at("kept"));
    const file = (name: string): string => join(at("kept"), run!, name);
    expect(readdirSync(file(".")).sort()).toEqual([...usual, "keylog.txt", ...more]);
    expect(statSync(file("keylog.txt")).mode & 0o077).toBe(0);
    for (const name of readdirSync(file(".")).filter(name => !/^(capture|keylog)/.test(name)))
      expect(readFileSync(file(name), "utf8")).not.toMatch(/PRIVATE KEY|CLIENT_RANDOM/);
    expect(readFileSync(file("console.txt"), "utf8")).toMatch(/^ +\d\.\d{3} LED 3 on$/m);
    const [board] = await Bun.file(file("timings.json")).json();
    const phases = ["dhcp", "dns", "mqtt", "ntp", "tcp", "tls", "total", "work"];
    expect(Object.keys(board.starts[0]).sort()).toEqual(phases);
    expect((await Bun.file(file("settings.json")).json())["NUCLEO-H723ZG"].mqtt.clientId).toBe("[JORGE]");
    expect(await Bun.file(file("findings.json")).json()).toMatchObject([{ severity: "chat" }]);
    expect((await Bun.file(file("run.json")).json()).ok).toBe(true);
  });

  test("that is to keep no secrets leaves none in its folder either", async () => {
    await play("-o", at("closed"), "--no-secrets");
    const [run] = readdirSync(at("closed"));
    expect(readdirSync(join(at("closed"), run!)).sort()).toEqual([...usual, ...more]);
  });
});

describe("inspect", () => {
  beforeAll(async () => void (await play("--tls", "off", "-w", at("open.pcapng"))));
  const shell = async (command: string): Promise<Ended> => {
    const run = Bun.spawn(["sh", "-c", command], {
      cwd: root,
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, NO_COLOR: "1" },
    });
    const [stdout, stderr, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    return { stdout, stderr, code };
  };

  test("reads a pipe as it reads the file", async () => {
    const piped = await shell(`cat "${at("open.pcapng")}" | "${process.execPath}" lab inspect -`);
    expect(piped.stdout).toBe((await lab(["inspect", at("open.pcapng")])).stdout);
    expect(piped.code).toBe(0);
  });

  test("does not mind a reader that has seen enough", async () => {
    const { stdout, stderr } = await shell(
      `"${process.execPath}" lab inspect "${at("open.pcapng")}" -V | head -n 3`,
    );
    expect(stdout.split("\n").length).toBe(4);
    expect(stderr).toBe("");
  });

  test("shows one packet as a tree and octets, each checksum judged", async () => {
    const { stdout } = await lab(["inspect", at("open.pcapng"), "-n", "1", "-V", "-x"]);
    expect(stdout).toContain("Transaction ID: 0x");
    expect(stdout).toContain("DHCPDISCOVER: NUCLEO-H723ZG has no address");
    expect(stdout.match(/\[Checksum right\]/g)?.length).toBe(2);
    expect(stdout).toMatch(/^0000 {2}ff ff ff ff ff ff 00 c0 {2}df 24 ba 6b/m);
  });

  test("names hosts where it is asked to, and decodes a port as it is told", async () => {
    expect((await lab(["inspect", at("open.pcapng"), "--names"])).stdout).toContain(
      "NUCLEO-H723ZG   → JORGE-PC",
    );
    const other = await lab(["inspect", at("open.pcapng"), "-d", "tcp.port==1883,dns"]);
    expect(other.stdout).not.toContain("Connect Command");
  });
});
