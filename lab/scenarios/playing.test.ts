// People who play: by a script, and by the keys of a terminal.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lab, objectsOf, tsharkObjections } from "./lab.ts";
import { Terminal } from "./pseudo-terminal.ts";

const tshark = peer("tshark");
const { namespaces } = await probe();
const networks = [...(namespaces.ok ? ["namespaces"] : []), "relay"];
const folder = mkdtempSync(join(tmpdir(), "playing-"));
afterAll(() => rmSync(folder, { recursive: true }));
const relay = ["--network", "relay", "-o", folder];
type Objects = Record<string, unknown>[];
const eventsOf = (objects: Objects) => objects.filter(one => one.kind === "board");
const textsOf = (objects: Objects) =>
  eventsOf(objects)
    .filter(one => one.event === "published")
    .map(one => String(one.text).replace(/^\w{3} \d.*/, "date and time"));

describe("by a script", () => {
  for (const network of networks)
    test(`a pulled cable ends the board at once; put back, it starts anew (${network})`, async () => {
      const capture = join(folder, `${network}.pcapng`);
      const words = ["--network", network, "-o", folder, "-w", capture, "--play", "LD1OFF,pull,plug,Hola XD"];
      const objects = await objectsOf(words);
      const told = eventsOf(objects);
      const lost = told.findIndex(one => one.event === "link" && one.up === false);
      expect(told[lost]).toMatchObject({ phase: "MQTT" });
      // From there to the next start nothing but LEDs that go out.
      const again = told.findIndex((one, i) => i > lost && one.event === "started");
      expect(told.slice(lost + 1, again).map(({ event, on }) => ({ event, on }))).toEqual([
        { event: "led", on: false },
        { event: "led", on: false },
      ]);
      expect(textsOf(objects)).toEqual([
        "[PLACA CONECTADA]",
        "date and time",
        "[LED 1 APAGADO]",
        "[PLACA CONECTADA]",
        "date and time",
        "date and time",
        "[PLACA DESCONECTADA]",
      ]);
      const log = objects.filter(one => one.kind === "log" && one.service === "mqtt").map(one => one.line);
      expect(log.filter(line => /as \[JORGE\]/.test(`${line}`)).length).toBe(2);
      // What is left of the connection that was cut may be reset.
      if (tshark) expect(await tsharkObjections(tshark, capture, "tcp.flags.reset==1")).toEqual([]);
    }, 20_000);

  test("a cable that stays out ends the run, without an error: it is what a person wanted", async () => {
    const objects = await objectsOf([...relay, "--tls", "off", "--play", "pull"]);
    expect(eventsOf(objects).at(-1)).toMatchObject({ event: "led", on: false });
    expect(textsOf(objects)).not.toContain("[PLACA DESCONECTADA]");
    expect(objects.find(one => one.kind === "result")).toMatchObject({ ok: true });
  }, 10_000);

  test("a cable that is pulled when the test is over already is no news, and nobody waits for it", async () => {
    const words = ["--board", "disco", "--set", "test.cycles=1", "--tls", "off", "--play", "pull"];
    const objects = await objectsOf([...relay, ...words]);
    expect(objects.find(one => one.event === "tested")).toMatchObject({ cycles: 1, unequal: 0 });
  }, 10_000);

  test("LED commands switch LEDs and are confirmed; at QoS 2 each acknowledgement says who may forget what", async () => {
    const objects = await objectsOf([
      ...relay,
      "--tls",
      "off",
      "--qos",
      "2",
      "--play",
      "LD1OFF,LD3OFF,LD1ON",
    ]);
    expect(textsOf(objects).slice(2, 5)).toEqual(["[LED 1 APAGADO]", "[LED 3 APAGADO]", "[LED 1 ENCENDIDO]"]);
    const steps = objects
      .filter(one => one.kind === "packet" && one.protocol === "MQTT")
      .map(one => one.steps as string[]);
    for (const step of steps) expect(step).not.toEqual([]);
    const all = steps.flat();
    for (const step of [
      "NUCLEO-H723ZG: keeps it until PUBREC → may forget the message",
      "NUCLEO-H723ZG: waits for PUBCOMP → delivered exactly once",
      "JORGE-PC: waits for PUBCOMP → delivered exactly once",
      "NUCLEO-H723ZG: LED 1 off → LED 1 on",
    ])
      expect(all).toContain(step);
  }, 10_000);

  test("runs that are repeated leave a folder each, and how long each phase took", async () => {
    const output = join(folder, "repeated");
    const words = [
      "--network",
      "relay",
      "-o",
      output,
      "--tls",
      "off",
      "--repeat",
      "2",
      "-w",
      join(folder, "r.pcapng"),
    ];
    const { code, stdout } = await lab(["scenario", "intranet", ...words]);
    expect(code).toBe(0);
    for (const phase of ["dhcp", "dns", "ntp", "tcp", "mqtt", "work", "total"])
      expect(stdout).toMatch(new RegExp(`^${phase} +\\d+\\.\\d\\d +\\d+\\.\\d\\d +\\d+\\.\\d\\d$`, "m"));
    expect(readdirSync(output).length).toBe(2);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["r.pcapng", "r-2.pcapng"]));
  }, 10_000);

  test("without a terminal nobody can press keys: the usual story is played, and it is said so", async () => {
    // DISCO, whose button nobody holds, is in normal mode.
    const words = ["--board", "disco", "--no-hold", "--tls", "off", ...relay, "--play"];
    const { code, stdout, stderr } = await lab(["scenario", "intranet", ...words]);
    expect(code).toBe(0);
    expect(stdout).toContain("DISCO-F769NI started");
    expect(stdout).not.toContain("Test mode");
    expect(stderr).toContain("Nobody can press keys here");
    expect(stdout).toContain("Hola XD");
    expect(stdout).not.toContain("b button");
  }, 10_000);
});

describe("by the keys of a terminal", () => {
  test("the button, the cable and the LEDs are a person's, who sees the LEDs all the time", async () => {
    const terminal = new Terminal(["scenario", "intranet", ...relay, "--tls", "off", "--play"]);
    try {
      await terminal.shows("NUCLEO-H723ZG ○○○ [═══]   b button");
      await terminal.shows("LED 3 on");
      await terminal.shows("●●● [═══]");
      terminal.press("1");
      await terminal.shows("(JORGE-PC) [TEMA_SECRETO] <- LD1OFF");
      await terminal.shows("[LED 1 APAGADO]");
      await terminal.shows("○●● [═══]");
      terminal.press("1");
      await terminal.shows("[LED 1 ENCENDIDO]");
      terminal.press("h");
      await terminal.shows("Received on [TEMA_SECRETO]: Hola XD");
      terminal.press("c");
      await terminal.shows("THE LINK IS LOST (MQTT)");
      await terminal.shows("○○○ [═ ═]");
      terminal.press("c");
      await terminal.shows("LED 3 on");
      terminal.press("b");
      await terminal.shows("The button was pressed");
      await terminal.shows("[PLACA DESCONECTADA]");
      await terminal.shows("Capture: ");
      expect(await terminal.ended).toBe(0);
    } finally {
      terminal.close();
    }
  }, 20_000);

  test("q ends a test in the middle too, and the run is whole", async () => {
    const words = ["--board", "disco", "--set", "test.cycles=1000000", "--pace", "fast"];
    const terminal = new Terminal(["scenario", "intranet", ...relay, "--tls", "off", "--play", ...words]);
    try {
      await terminal.shows("Cycle 2: received what was sent");
      terminal.press("q");
      await terminal.shows("Capture: ");
      expect(await terminal.ended).toBe(0);
    } finally {
      terminal.close();
    }
  }, 20_000);

  test("Ctrl-C ends the run as everywhere, and says where the capture lies", async () => {
    const terminal = new Terminal(["scenario", "intranet", ...relay, "--tls", "off", "--play"]);
    try {
      await terminal.shows("LED 3 on");
      terminal.press("\x03");
      await terminal.shows("lab: stopped; the capture so far: ");
      expect(await terminal.ended).toBe(130);
    } finally {
      terminal.close();
    }
  }, 20_000);
});
