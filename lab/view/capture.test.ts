// The capture behind the page: what it lists, shows, selects and follows is what the rest of the lab says of the same file.
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import { shownOf } from "../inspect/shown.ts";
import { Embedded } from "../page/embedded.ts";
import { Capture } from "./capture.ts";
import { open } from "./opening.ts";
import { Selections } from "./selections.ts";
import { record } from "./testing.ts";
import { wholeOf } from "./whole.ts";

const run = record();
const folder = mkdtempSync(join(tmpdir(), "lab-view-"));
const capture = new Capture(run.capture);
await capture.read;
afterAll(async () => {
  await capture[Symbol.asyncDispose]();
  run[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const corpus = join(import.meta.dir, "../../../shared/corpus/captures");
/** With fragments, lost segments, other link types, nested streams. */
const samples = existsSync(corpus)
  ? readdirSync(corpus).filter(file =>
      /dns_fragmented|malformed-fragments-9|tls_missing|mqtt.*tls|iodine|fuzz-2006|dlt_/.test(file),
    )
  : [];

const lab = (...words: string[]): string[] => {
  const command = [process.execPath, join(import.meta.dir, "../index.ts"), ...words];
  const { stdout } = Bun.spawnSync(command, { env: { ...process.env, LAB_LANG: "en" } });
  return stdout.toString().trim().split("\n");
};

const finished = async (selections: Selections, text: string): Promise<number> => {
  const { selection } = selections.filter(text);
  while (!selections.selected(selection).done) await Bun.sleep(5);
  return selection;
};

test("the list is the one of inspect", () => {
  const { packets } = capture.state();
  const listed = capture
    .window(0, 1000)
    .map(({ number, time, source, destination, protocol, length, info }) => ({
      ...{ number, time, source, destination, protocol, length, info },
    }));
  const told = lab("inspect", run.capture, "--json").map(line => {
    const { layers, ...row } = JSON.parse(line);
    return row;
  });
  expect(packets).toBe(told.length);
  expect(listed).toEqual(told);
});

test("a window holds what there is of it, and no more", () => {
  const { packets } = capture.state();
  expect(capture.window(packets - 2, 256).map(({ number }) => number)).toEqual([packets - 1, packets]);
  expect(capture.window(packets, 10)).toEqual([]);
  expect(capture.window(10, 3).map(({ number }) => number)).toEqual([11, 12, 13]);
});

test("a packet dissected again, in any order, shows what it showed in the capture's order", async () => {
  for (const one of [capture, ...samples.map(file => new Capture(join(corpus, file)))]) {
    await one.read;
    const inOrder: string[] = [];
    await one.each(packet => {
      inOrder.push(JSON.stringify(shownOf(packet, packet.conversation?.index).tree));
    });
    const numbers = inOrder
      .map((_, i) => i + 1)
      .sort((a, b) => ((a * 7919) % 104_729) - ((b * 7919) % 104_729));
    for (const number of numbers.slice(0, 60))
      expect(JSON.stringify((await one.packet(number)).tree), `${one.name}, packet ${number}`).toBe(
        inOrder[number - 1]!,
      );
    if (one !== capture) await one[Symbol.asyncDispose]();
  }
}, 30_000);

test("every field of a packet has its octets in a source, and most of them a sentence", async () => {
  let [fields, explained] = [0, 0];
  for (const { number } of capture.window(0, 1000)) {
    const { tree, sources } = await capture.packet(number);
    const walk = (nodes: typeof tree): void => {
      for (const node of nodes) {
        if (node.start !== undefined) {
          const size = sources[node.source!]!.octets.length / 2;
          expect(node.start).toBeGreaterThanOrEqual(0);
          expect(node.start + node.size!).toBeLessThanOrEqual(size);
        }
        if (node.start !== undefined && node.kind === undefined) fields++;
        if (node.says) explained++;
        walk(node.inner ?? []);
      }
    };
    walk(tree);
  }
  expect(fields).toBeGreaterThan(1000);
  expect(explained / fields).toBeGreaterThan(0.8);
});

test("a field's own filter selects its packet", async () => {
  using selections = new Selections(capture);
  const [row] = capture.window(0, 100).filter(({ info }) => info.startsWith("Publish"));
  const { tree } = await capture.packet(row!.number);
  const filters: string[] = [];
  const walk = (nodes: typeof tree): void => {
    for (const { filter, inner } of nodes) {
      if (filter) filters.push(filter);
      walk(inner ?? []);
    }
  };
  walk(tree);
  expect(filters).toContain("mqtt");
  expect(filters.length).toBeGreaterThan(25);
  // Two fields that the filter itself does not find, in inspect neither.
  const known = filters.filter(filter => !/^(ip\.version|mqtt\.len) /.test(filter));
  const selection = await finished(selections, known.map(filter => `(${filter})`).join(" && "));
  expect(selections.numbers(selection, 0, 1000)).toContain(row!.number);
});

test("a filter selects what inspect selects, and says where a packet stands among those", async () => {
  using selections = new Selections(capture);
  for (const text of [
    "mqtt",
    "tcp.flags.syn == 1 || dns",
    "frame.number in {3..9}",
    "ip.src == 10.0.0.0/8",
  ]) {
    const selection = await finished(selections, text);
    const { count } = selections.selected(selection);
    const numbers = lab("inspect", run.capture, "-Y", text, "--json").flatMap(line =>
      line === "" ? [] : JSON.parse(line).number,
    );
    expect(selections.numbers(selection, 0, 1000), text).toEqual(numbers);
    expect(count).toBe(numbers.length);
  }
  const some = await finished(selections, "frame.number in {3..9}");
  expect([1, 3, 5, 9, 40].map(number => selections.place(some, number))).toEqual([0, 0, 2, 6, 7]);
});

test("what is wrong with a filter is told with its place and the name that was meant", () => {
  using selections = new Selections(capture);
  const refused = (text: string) => {
    try {
      selections.filter(text);
    } catch (error) {
      return error;
    }
  };
  expect(refused('dns && dns.qry.nam == "x"')).toMatchObject({
    column: 7,
    length: 11,
    meant: "dns.qry.name",
  });
  expect(refused("tcp.port ==")).toMatchObject({ name: "Wrong" });
  expect(refused("x".repeat(3000))).toMatchObject({ name: "Failure" });
});

test("a filter that goes round in circles is stopped, and the next one works", async () => {
  const writer: Uint8Array[] = [];
  const made = new CaptureWriter(octets => writer.push(octets.slice()));
  const lan = made.interface({ name: "lan", linkType: 1 });
  made.packet(lan, 1n, new Uint8Array(1400).fill(0x61), {});
  made.flush();
  const path = join(folder, "evil.pcapng");
  writeFileSync(path, Buffer.concat(writer));
  await using evil = new Capture(path);
  await evil.read;
  using selections = new Selections(evil, 300);
  const selection = await finished(selections, 'frame matches "a*a*a*a*a*a*a*b"');
  expect(selections.selected(selection).failed).toContain("took too long");
  expect(selections.numbers(await finished(selections, "frame"), 0, 9)).toEqual([1]);
});

test("what was said over TLS is what inspect follows", async () => {
  const [row] = capture.window(0, 100).filter(({ protocol }) => protocol === "MQTT");
  const index = Number(row!.stream!.split(" ")[1]);
  for (const protocol of ["tcp", "tls", "mqtt"] as const) {
    const [line] = lab("inspect", run.capture, "--json", "-z", `follow,${protocol},raw,${index}`);
    expect(await capture.follow(protocol, index), protocol).toEqual(JSON.parse(line!).values);
  }
  expect(capture.follow("udp", 4711)).rejects.toThrow("There is no UDP stream 4711");
});

test("secrets that are handed over decipher the capture, which is read anew", async () => {
  using closed = record("--no-secrets", "--keylog", join(folder, "keys"));
  await using one = new Capture(closed.capture);
  await one.read;
  const hasMqtt = () => one.window(0, 1000).some(({ protocol }) => protocol === "MQTT");
  expect(hasMqtt()).toBe(false);
  expect(() => one.take("hola", "hola.txt")).toThrow("hola.txt holds no line of a key log");
  expect(one.state().generation).toBe(0);
  const { secrets } = one.take(await Bun.file(join(folder, "keys")).text(), "keys");
  expect(secrets).toBeGreaterThan(0);
  expect(one.state().generation).toBe(1);
  await one.read;
  expect(hasMqtt()).toBe(true);
  using selections = new Selections(one);
  const selection = await finished(selections, "mqtt.msgtype == 3");
  expect(selections.selected(selection).count).toBeGreaterThan(0);
});

test("a run's folder opens with its name, and a compressed capture as it is; what is neither is refused", async () => {
  {
    await using opened = await open(run.folder);
    await opened.capture.read;
    expect(opened.capture.name).toBe(run.folder.split("/").at(-1)!);
    expect(opened.capture.state().packets).toBe(capture.state().packets);
  }
  const packed = join(folder, "run.pcapng.zst");
  writeFileSync(packed, Bun.zstdCompressSync(await Bun.file(run.capture).bytes()));
  {
    await using opened = await open(packed);
    await opened.capture.read;
    expect(opened.capture.name).toBe("run.pcapng.zst");
    expect(opened.capture.state().packets).toBe(capture.state().packets);
  }
  expect(open("-")).rejects.toThrow("standard input can be read once");
  expect(open(join(folder, "none"))).rejects.toThrow("there is no");
  expect(open(folder)).rejects.toThrow("is no run's folder");
});

test("a file that is cut short shows its whole packets, and says so", async () => {
  const octets = await Bun.file(run.capture).bytes();
  const path = join(folder, "cut.pcapng");
  writeFileSync(path, octets.subarray(0, octets.length - 500));
  await using cut = new Capture(path);
  await cut.read;
  const whole = [...fileFrames(path, () => {})].length;
  expect(cut.state().packets).toBe(whole);
  expect(cut.state().damages).toHaveLength(1);
  expect(cut.state().damages[0]).toContain("cut short");
  writeFileSync(path, "hola");
  await using text = new Capture(path);
  expect(text.read).rejects.toThrow("not a capture");
});

test("what a page carries inside answers as the server does", async () => {
  const embedded = new Embedded(JSON.parse(JSON.stringify(await wholeOf(capture, "en"))));
  const { packets } = await embedded.state();
  expect(packets).toBe(capture.state().packets);
  expect(await embedded.window(3, 5)).toEqual([...capture.window(3, 5)]);
  expect(await embedded.packet(20)).toEqual(JSON.parse(JSON.stringify(await capture.packet(20))));
  using selections = new Selections(capture);
  for (const text of [
    "mqtt",
    "tcp.flags.syn == 1 || dns",
    'dns.qry.name contains "PC"',
    "ip.src == 192.168.1.20",
    "frame.len > 300",
  ]) {
    const { selection, count } = await embedded.filter(text);
    const rows = await embedded.window(0, 1000, selection);
    const numbers = selections.numbers(await finished(selections, text), 0, 1000);
    expect(
      rows.map(({ number }) => number),
      text,
    ).toEqual([...numbers]);
    expect(count).toBe(numbers.length);
  }
  expect(embedded.check("dns.qry.nam")).rejects.toMatchObject({ meant: "dns.qry.name" });
});
