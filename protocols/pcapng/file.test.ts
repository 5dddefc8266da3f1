// Files and pipes of this machine: large ones, short ones, and what is neither.
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unreadable } from "./capture.ts";
import { CaptureFile, openCapture, replaceFile } from "./file.ts";
import { frames } from "./reader.ts";
import { described, packet, read, smallCapture, spoiled } from "./samples.ts";

const folder = mkdtempSync(join(tmpdir(), "pcapng-"));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (name: string, octets: Uint8Array | string = ""): string => {
  const path = join(folder, name);
  writeFileSync(path, octets);
  return path;
};

async function numbersOf(path: string): Promise<{ numbers: number[]; damage: string[] }> {
  const numbers: number[] = [];
  const damage: string[] = [];
  const meet = (met: { kind: string }) => void (met.kind === "damage" && damage.push(String(met)));
  for await (const { number } of openCapture(path, meet)) numbers.push(number);
  return { numbers, damage };
}

test("a file is read from start to end, and what is cut off is told", async () => {
  const octets = smallCapture(true);
  expect(await numbersOf(place("whole", octets))).toEqual({ numbers: [1, 2, 3, 4], damage: [] });
  const { numbers, damage } = await numbersOf(place("cut", octets.slice(0, -101)));
  expect(numbers).toEqual([1, 2, 3]);
  expect(damage).toEqual([expect.stringContaining("cut short in enhanced packet block 9")] as never);
});

describe("a compressed capture is read as it is", () => {
  const compressions = { gzip: Bun.gzipSync, Zstandard: Bun.zstdCompressSync };
  for (const [name, compress] of Object.entries(compressions))
    test(name, async () => {
      const path = place(name, compress(new Uint8Array(smallCapture(true))));
      expect(await numbersOf(path)).toEqual({ numbers: [1, 2, 3, 4], damage: [] });
    });

  test("several gzip members are one capture", async () => {
    const octets = new Uint8Array(smallCapture(true));
    const members = [octets.subarray(0, 300), octets.subarray(300)].map(part => Bun.gzipSync(part));
    const path = place("members.gz", Buffer.concat(members));
    expect(await numbersOf(path)).toEqual({ numbers: [1, 2, 3, 4], damage: [] });
  });
});

/** Half a gibibyte of large packets, in a few kilobytes. */
function bomb(): Uint8Array {
  const header = Uint8Array.fromHex("d4c3b2a1020004000000000000000000ffffff0001000000");
  const record = new Uint8Array(2 ** 24);
  const size = record.length - 16;
  const view = new DataView(record.buffer);
  view.setUint32(8, size, true);
  view.setUint32(12, size, true);
  const part = Bun.zstdCompressSync(record);
  return Buffer.concat([Bun.zstdCompressSync(header), ...Array.from({ length: 32 }, () => part)]);
}

describe("a sparse file of 5 GiB", () => {
  const path = join(folder, "sparse");
  const size = 5 * 2 ** 30;
  const filler = 60 * 2 ** 20;
  const windowEnd = 256 * 2 ** 20;
  const places: number[] = [];
  const one = described(packet()).slice(48);

  test("is made of packets with large blocks of zeros between", () => {
    const file = openSync(path, "w");
    const head = described();
    writeSync(file, head, 0, head.length, 0);
    let at = head.length;
    const skip = (length: number) => {
      const [begin, end] = [new Uint8Array(8), new Uint8Array(4)];
      new DataView(begin.buffer).setUint32(0, 0x80000001, true);
      for (const [octets, offset] of [[begin, 4] as const, [end, 0] as const])
        new DataView(octets.buffer).setUint32(offset, length, true);
      writeSync(file, begin, 0, 8, at);
      writeSync(file, end, 0, 4, at + length - 4);
      at += length;
    };
    const put = () => {
      places.push(at);
      writeSync(file, one, 0, one.length, at);
      at += one.length;
    };
    while (at + filler < windowEnd) skip(filler);
    // This one lies across the end of the first window.
    skip(windowEnd - at - 20);
    put();
    while (at + filler + one.length < size) {
      skip(filler);
      put();
      put();
    }
    skip(size - at);
    ftruncateSync(file, size);
    closeSync(file);
    expect(at).toBe(size);
    expect(places.length).toBeGreaterThan(150);
  });

  const offsets = (capture: CaptureFile) => {
    const found: number[] = [];
    const contents = new Set<string>();
    for (const { at, view, start, end } of frames(capture, met => expect(met.kind).not.toBe("damage"))) {
      found.push(at);
      contents.add(new Uint8Array(view.buffer, view.byteOffset + start, end - start).toHex());
    }
    expect([...contents]).toEqual(["010203"]);
    return found;
  };

  test("is read through windows of 256 MiB, with the packet across their edge", () => {
    using capture = new CaptureFile(path);
    expect(capture.size).toBe(size);
    expect(offsets(capture)).toEqual(places);
  });

  test("is read through smaller windows", () => {
    using capture = new CaptureFile(path, 70 * 2 ** 20);
    expect(offsets(capture)).toEqual(places);
  });

  test("cut in its last packet, gives the others and tells where, beyond 4 GiB", async () => {
    const last = places.at(-1)!;
    const file = openSync(path, "r+");
    ftruncateSync(file, last + 30);
    closeSync(file);
    const { numbers, damage } = await numbersOf(path);
    expect(numbers.length).toBe(places.length - 1);
    expect(damage).toEqual([
      expect.stringContaining(`at octet ${last}: 36 octets wanted, 30 left.`),
    ] as never);
    rmSync(path);
  });
});

test("a file that was replaced while it is read is still the one that was opened", () => {
  const path = place("before", smallCapture(true));
  using capture = new CaptureFile(path);
  renameSync(place("after", "something else"), path);
  expect(read(capture).frames.length).toBe(4);
});

test("a file that may only be read is read all the same", async () => {
  const path = place("for reading", smallCapture(true));
  chmodSync(path, 0o444);
  expect((await numbersOf(path)).numbers).toEqual([1, 2, 3, 4]);
});

describe("pipes", () => {
  test("a named pipe is read as it flows", async () => {
    const path = join(folder, "fifo");
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    const source = place("flowing", smallCapture(false));
    const writer = Bun.spawn(["sh", "-c", `cat "${source}" > "${path}"`]);
    expect(await numbersOf(path)).toEqual({ numbers: [1, 2, 3, 4], damage: [] });
    expect(await writer.exited).toBe(0);
  });

  const script = `import { openCapture } from "${join(import.meta.dir, "file.ts")}";
    let all = "";
    for await (const { number } of openCapture(process.argv[1], met => { if (met.kind === "damage") all += met; }))
      all += number;
    console.log(all);`;
  const piped = (path: string, stdin: Uint8Array) => {
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script, path], { stdin });
    return String(stdout).trim();
  };

  test("standard input is read, by its dash or by its path", () => {
    const octets = smallCapture(true);
    expect(piped("-", octets)).toBe("1234");
    expect(piped("/dev/stdin", octets.slice(0, -101))).toStartWith("123The file is cut short");
  });
});

describe("what can't be read is refused in one sentence", () => {
  const cases: Record<string, { path: () => string; says: RegExp }> = {
    "a file that does not exist": {
      path: () => join(folder, "none"),
      says: /none does not exist; check the path\.$/,
    },
    "a path through a file": {
      path: () => join(place("file"), "below"),
      says: /below does not exist; check the path\.$/,
    },
    "a folder": {
      path: () => {
        mkdirSync(join(folder, "sub"));
        return join(folder, "sub");
      },
      says: /sub is a directory; name a capture file in it\.$/,
    },
    "an empty file": { path: () => place("empty"), says: /empty is empty; record again/ },
    "a text": {
      path: () => place("notes", "1 0.000 DHCP Discover"),
      says: /notes is a text, not a capture; text2pcap/,
    },
    "a file compressed with what is not known here": {
      path: () => place("x.xz", Uint8Array.fromHex("fd377a585a000004")),
      says: /x\.xz is compressed with xz; decompress it first \(unxz\)\.$/,
    },
    "a compressed text": {
      path: () => place("notes.gz", Bun.gzipSync("1 0.000 DHCP Discover")),
      says: /notes\.gz is a text, not a capture; text2pcap/,
    },
    "a file that is compressed and cut short": {
      path: () => place("cut.gz", Bun.gzipSync(new Uint8Array(smallCapture(true))).slice(0, -20)),
      says: /cut\.gz is damaged: its gzip data can't be decompressed beyond octet \d+ of the capture/,
    },
    "a decompression bomb": {
      path: () => place("bomb.zst", bomb()),
      says: /bomb\.zst grows to \d+ times its size and more, as no capture does; if you trust it/,
    },
  };
  for (const [name, { path, says }] of Object.entries(cases))
    test(name, async () => {
      const refused = await numbersOf(path()).then(
        () => undefined,
        error => error,
      );
      expect(refused).toBeInstanceOf(Unreadable);
      expect(refused.message).toMatch(says);
    });

  test("a device, where a file is needed", () => {
    expect(() => new CaptureFile("/dev/null")).toThrow(
      /is a pipe or a device; copy what it gives into a file first\.$/,
    );
  });
});

describe("a file that is written anew", () => {
  test("takes the old one's place, also behind a link, and keeps its mode", async () => {
    const path = place("old", "old");
    chmodSync(path, 0o640);
    const link = join(folder, "link");
    symlinkSync(path, link);
    await replaceFile(link, async sink => sink(Buffer.from("new")));
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test("leaves the old one and nothing else where writing fails", async () => {
    const path = place("kept", "kept");
    const before = readdirSync(folder);
    const failing = replaceFile(path, async sink => {
      sink(Buffer.from("half"));
      throw new Error("no more");
    });
    await expect(failing).rejects.toThrow("no more");
    expect(readFileSync(path, "utf8")).toBe("kept");
    expect(readdirSync(folder)).toEqual(before);
  });
});

test("a window holds at least the longest block that is read", () => {
  expect(() => new CaptureFile(place("x", spoiled(packet(), 0, 1)), 1024)).toThrow(RangeError);
});
