// A board crosses the intranet: what its console says, what the capture holds, and what tshark makes of it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { type Ended, lab, lines } from "./lab.ts";

const tshark = peer("tshark");
const { namespaces } = await probe();
const folder = mkdtempSync(join(tmpdir(), "intranet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The messages of the story, in order, as the summary of each is called; what is between them does not count. */
const story = (secured: boolean): RegExp[] => [
  /^DHCP Discover/,
  /^DHCP Offer/,
  /^DHCP Request/,
  /^DHCP ACK/,
  /^Standard query 0x\w+ A JORGE-PC/,
  /^Standard query response 0x\w+ A JORGE-PC A 192\.168\.1\.20/,
  /^NTP Version 4, client/,
  /^NTP Version 4, server/,
  /^Standard query 0x\w+ A JORGE-PC/,
  /^Standard query response 0x\w+ A JORGE-PC A 192\.168\.1\.20/,
  /\[SYN\]/,
  /\[SYN, ACK\]/,
  ...(secured ? [/Client Hello/, /Server Hello/, /Change Cipher Spec/] : []),
  /Connect Command/,
  /Connect Ack/,
  /Subscribe Request/,
  /Subscribe Ack/,
  /Publish Message .*TEMA_P/,
  /Ping Request/,
  /Ping Response/,
  /Publish Message .*TEMA_P/,
  /Publish Message .*TEMA_SECRETO/,
  /Publish Message .*TEMA_P/,
  /Publish Message .*TEMA_SECRETO/,
  /Publish Message .*TEMA_P/,
  /Unsubscribe Request/,
  /Unsubscribe Ack/,
  /Publish Message .*TEMA_P/,
  /Disconnect Req/,
];

/** Each pattern, in order, in some later line. Returns the pattern that was not found. */
function missing(found: readonly string[], wanted: readonly RegExp[]): RegExp | undefined {
  let at = 0;
  for (const pattern of wanted) {
    while (at < found.length && !pattern.test(found[at]!)) at++;
    if (at === found.length) return pattern;
    // Several messages may share a packet.
    if (
      !wanted
        .slice(wanted.indexOf(pattern) + 1, wanted.indexOf(pattern) + 2)
        .some(next => next.test(found[at]!))
    )
      at++;
  }
  return undefined;
}

interface Played extends Ended {
  readonly capture: string;
  readonly objects: readonly Record<string, unknown>[];
  readonly summaries: readonly string[];
}

async function play(name: string, ...words: string[]): Promise<Played> {
  const capture = join(folder, `${name}.pcapng`);
  const ended = await lab([
    "scenario",
    "intranet",
    "--json",
    "-w",
    capture,
    "-o",
    join(folder, name),
    ...words,
  ]);
  if (ended.code !== 0) throw new Error(`the run ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
  const objects = ended.stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Record<string, unknown>);
  const summaries = objects.filter(one => one.kind === "packet").map(one => String(one.label));
  return { ...ended, capture, objects, summaries };
}

/** Runs that several tests look at are played once. */
const networks = [...(namespaces.ok ? (["namespaces"] as const) : []), "relay" as const];

for (const network of networks)
  describe(`the intranet by ${network}`, () => {
    const runs = new Map<string, Played>();
    beforeAll(async () => {
      for (const tls of ["off", "server", "mutual"])
        runs.set(tls, await play(`${network}-${tls}`, "--network", network, "--tls", tls));
      runs.set("1.3", await play(`${network}-13`, "--network", network, "--tls-version", "1.3"));
    }, 60_000);

    for (const mode of ["off", "server", "mutual", "1.3"]) {
      test(`plays the whole story, deciphered from the file alone (${mode})`, () => {
        expect(missing(runs.get(mode)!.summaries, story(mode !== "off"))).toBeUndefined();
      });

      test(`leaves a comment on each packet that names the message and what it does (${mode})`, () => {
        const packets = runs.get(mode)!.objects.filter(one => one.kind === "packet");
        expect(packets.length).toBeGreaterThan(30);
        for (const packet of packets)
          expect(String(packet.says)).toMatch(
            /^(DHCP[A-Z]+|ARP \w+|DNS \w+|NTP \w+|TCP [\w, ]+|TLS .+?|[A-Z]+): /,
          );
        // What TCP does beneath a message may change nothing; any message does.
        const messages = packets.filter(one => one.protocol !== "TCP");
        for (const { label, steps } of messages) expect({ label, steps }).not.toEqual({ label, steps: [] });
      });
    }

    test("is told by the board's console", () => {
      const events = runs.get("mutual")!.objects.filter(one => one.kind === "board");
      const told = events.map(one => one.event);
      for (const event of [
        "started",
        "configured",
        "clock-set",
        "chain",
        "secured",
        "session",
        "disconnected",
      ])
        expect(told).toContain(event);
      const published = events.filter(one => one.event === "published");
      expect(published.map(one => one.octets)).toEqual([17, 25, 25, 15, 20]);
      expect(published.at(-2)?.text).toBe("[LED 2 APAGADO]");
      expect(events.find(one => one.event === "configured")).toMatchObject({
        address: "192.168.1.101",
        by: "dhcp",
      });
      expect(events.find(one => one.event === "secured")).toMatchObject({
        suite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      });
    });

    describe.skipIf(!tshark)("for tshark", () => {
      const decodeAs = ["-d", "tls.port==8884,mqtt"];
      const strict = ["ip.check_checksum", "udp.check_checksum", "tcp.check_checksum"].flatMap(one => [
        "-o",
        `${one}:TRUE`,
      ]);
      const fields = (mode: string, filter: string, ...names: string[]): Promise<string[]> =>
        lines(
          [
            tshark!,
            "-r",
            runs.get(mode)!.capture,
            ...strict,
            ...decodeAs,
            "-Y",
            filter,
            "-T",
            "fields",
            ...names.flatMap(name => ["-e", name]),
          ],
          { TZ: "UTC" },
        );

      for (const mode of ["off", "server", "mutual", "1.3"]) {
        test(`shows DHCP, DNS, NTP, DNS, TLS and MQTT in that order, deciphered (${mode})`, async () => {
          const shown = (
            await fields(
              mode,
              "dhcp || dns || ntp || tls.handshake.type==1 || mqtt",
              ...["_ws.col.Protocol", "mqtt.msgtype"],
            )
          )
            // Where an alert of TLS shares the frame, the column names that.
            .map(row => (/\t\d/.test(row) ? "MQTT" : row.replace(/(v\d.*)?\t.*/, "")))
            .filter((name, i, all) => name !== all[i - 1]);
          expect(shown).toEqual(["DHCP", "DNS", "NTP", "DNS", ...(mode === "off" ? [] : ["TLS"]), "MQTT"]);
          const payloads = (await fields(mode, "mqtt.msgtype==3", "mqtt.msg")).flatMap(row => row.split(","));
          const texts = payloads.map(hex => Buffer.from(hex.replaceAll(":", ""), "hex").toString());
          expect(texts).toContain("Hola XD");
          expect(texts).toContain("[PLACA DESCONECTADA]");
        });

        test(`finds every checksum right, and nothing above a note (${mode})`, async () => {
          const bad =
            "ip.checksum.status==0 || udp.checksum.status==0 || tcp.checksum.status==0 || icmp.checksum.status==0";
          expect(await fields(mode, bad, "frame.number")).toEqual([]);
          expect(
            await fields(
              mode,
              "_ws.expert.severity > 0x00400000 || _ws.malformed",
              "frame.number",
              "_ws.expert.message",
            ),
          ).toEqual([]);
        });

        test(`sees every frame once, each with its comment (${mode})`, async () => {
          const frames = await fields(mode, "frame", "frame.number", "frame.comment");
          const packets = runs.get(mode)!.objects.filter(one => one.kind === "packet");
          expect(frames.length).toBe(packets.length);
          for (const frame of frames) expect(frame).toMatch(/^\d+\t.+/);
          const doubled = await fields(
            mode,
            "tcp.analysis.retransmission || tcp.analysis.duplicate_ack",
            "frame.number",
          );
          expect(doubled).toEqual([]);
        });
      }

      test("knows the hosts by name", async () => {
        const list = await lines([tshark!, "-N", "n", "-r", runs.get("mutual")!.capture]);
        for (const name of ["NUCLEO-H723ZG", "JORGE-PC", "router"]) expect(list.join("\n")).toContain(name);
      });
    });
  });
