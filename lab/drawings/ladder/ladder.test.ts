// The ladder of a run is what is in its capture: by tshark's own list of frames, and without the keys nothing more than those show.
import { afterAll, describe, expect, test } from "bun:test";
import { peer } from "../../../scripts/peers.ts";
import { lines } from "../../scenarios/lab.ts";
import { record } from "../../view/testing.ts";
import { ladderOf } from "../reading.ts";
import { ladderSvg } from "./file.tsx";
import { everybody, knowledgeAfter, type Ladder, sightOf } from "./ladder.ts";
import { layoutOf, type View } from "./layout.ts";

const run = record("--lang", "es");
afterAll(() => run[Symbol.dispose]());
const ladder = await ladderOf(run.capture);
const view: View = { language: "en", width: 1200, isOpen: true, detail: "story", segment: 0 };
const tshark = peer("tshark");

describe("the ladder of a run", () => {
  test.skipIf(!tshark)(
    "goes from whom to whom tshark's flow graph does, frame by frame [no tshark]",
    async () => {
      const addresses = new Map(ladder.hosts.map(({ name, address = "" }) => [name, address]));
      const fields = ["frame.number", "eth.src", "ip.src"].flatMap(one => ["-e", one]);
      const frames = (await lines([tshark!, "-r", run.capture, "-T", "fields", ...fields])).map(line =>
        line.split("\t"),
      );
      expect(ladder.messages.map(({ number }) => number)).toEqual(frames.map(([number]) => Number(number)));
      // Whose a MAC address is, shows in the IP packets that come from there.
      const macs = new Map(frames.map(([, mac = "", address = ""]) => [address, mac]));
      const owners = new Map([...addresses].map(([name, address]) => [macs.get(address)!, name]));
      const [first] = ladder.messages;
      const called = (node: string, isTarget: boolean): string => {
        if (node === "255.255.255.255" || node === "ff:ff:ff:ff:ff:ff") return everybody;
        return node === "0.0.0.0" && !isTarget ? first!.from : (owners.get(node) ?? node);
      };
      const graph = await lines([tshark!, "-N", "n", "-r", run.capture, "-q", "-z", "flow,any,network"]);
      const drawn = arrowsOf(graph).map(({ from, to }) => `${called(from, false)} → ${called(to, true)}`);
      expect(drawn).toHaveLength(ladder.messages.length);
      expect(ladder.messages.map(({ from, to }) => `${from} → ${to}`)).toEqual(drawn);
    },
  );

  test("tells each message in both languages, whatever the run spoke", () => {
    for (const { open } of ladder.messages) {
      expect(open.says.en).not.toBe("");
      expect(open.says.es).not.toBe("");
    }
    expect(ladder.messages[0]!.open.says.en).toContain("asks everybody who can lease it one");
  });

  test("keeps what a board did by itself with the message that brought it about", () => {
    const own = ladder.messages.flatMap(message => message.own.map(({ to }) => to));
    expect(own).toContain("LED 1 encendido");
    expect(own.some(one => String(one).startsWith("reloj "))).toBe(true);
  });

  test("has the handshake as a chapter, which a view can be of", () => {
    const place = ladder.chapters.findIndex(({ title }) => title.en.startsWith("TLS handshake"));
    const { rows } = layoutOf(ladder, { ...view, chapter: place });
    const labels = rows.flatMap(row => (row.kind === "message" ? row.sight.label : []));
    expect(labels[0]).toStartWith("Client Hello");
    expect(labels.join()).toContain("Finished");
    expect(labels.join()).not.toContain("Connect Command");
    expect(rows.filter(({ kind }) => kind === "heading")).toHaveLength(1);
  });

  test("shows a listener no message that TLS carried, and no LED", () => {
    const seen = JSON.stringify(ladder.messages.map(message => sightOf(message, false)));
    const opened = JSON.stringify(ladder.messages.map(message => sightOf(message, true)));
    for (const secret of ["Hola XD", "TEMA_SECRETO", "CONNECT"]) {
      expect(opened).toContain(secret);
      expect(seen).not.toContain(secret);
    }
    const svg = ladderSvg(ladder, { ...view, isOpen: false }, "");
    expect(svg).not.toContain("LED");
    expect(svg).not.toContain("MQTT");
    expect(svg).toContain("enciphered octets");
  });

  test("knows at each moment what every host has come to know, the newest last", () => {
    const offered = ladder.messages.findIndex(({ open }) => open.label.startsWith("DHCP Offer")) + 1;
    const known = (until: number, host: string) => {
      const facts = knowledgeAfter(ladder.messages, until, true).get(host) ?? [];
      return facts.map(fact => (typeof fact === "string" ? fact : fact.en));
    };
    expect(known(offered, "router")).toEqual(["192.168.1.101 offered"]);
    expect(known(ladder.messages.length, "router")).toContain("192.168.1.101 leased");
    expect(known(ladder.messages.length, "router")).not.toContain("192.168.1.101 offered");
  });

  test("nothing of a row reaches into the next one, at any width and detail", () => {
    for (const width of [320, 390, 760, 1200])
      for (const detail of ["overview", "messages", "story"] as const) {
        let end = 0;
        for (const row of layoutOf(ladder, { ...view, width, detail }).rows) {
          expect(row.top).toBeGreaterThanOrEqual(end);
          end = row.top + row.height;
          if (row.kind !== "message") continue;
          const last = Math.max(...row.marks.map(mark => mark.y + mark.lines.length * 13 + 4), row.y);
          expect(last).toBeLessThanOrEqual(end);
          if (row.text.lines.length > 0)
            expect(row.text.y + (row.text.lines.length - 1) * 17).toBeLessThanOrEqual(end);
        }
      }
  });
});

test("a name that is markup is text in the drawing", () => {
  const hostile: Ladder = {
    ...ladder,
    messages: ladder.messages.slice(0, 1).map(message => ({
      ...message,
      open: { ...message.open, label: "</text><script>alert(1)</script>", says: { en: "<b>&\0", es: "" } },
    })),
  };
  const svg = ladderSvg(hostile, view, ".drawing .x{fill:var(--draw-ink, #1b2530)}");
  expect(svg).not.toContain("<script");
  expect(svg).not.toContain("<b>");
  expect(svg).not.toContain("\0");
  expect(svg).toContain("fill:#1b2530");
});

test("a ladder ends where no picture is left, and says so", async () => {
  const short = await ladderOf(run.capture, {}, 10);
  expect(short.messages).toHaveLength(10);
  expect(short.more).toBe(true);
});

/**
 * The arrows of tshark's flow graph: columns are twenty characters wide behind the time, their names stand in two lines by
 * turns; of an arrow the ports in brackets stand at its ends.
 */
function arrowsOf(graph: readonly string[]): { from: string; to: string }[] {
  const [even = "", odd = ""] = graph;
  const nameOf = (column: number): string => {
    const start = 11 + 20 * column;
    return (column % 2 === 0 ? even : odd)
      .slice(start, start + 39)
      .split("|")[0]!
      .trim();
  };
  return graph.slice(2).flatMap(line => {
    if (!/^\| {9}\|.*(->|<-)/.test(line)) return [];
    const [left, right] = [line.indexOf("("), line.lastIndexOf(")")].map(at =>
      nameOf(Math.floor((at - 11) / 20)),
    );
    return line.includes(">") ? { from: left!, to: right! } : { from: right!, to: left! };
  });
}
