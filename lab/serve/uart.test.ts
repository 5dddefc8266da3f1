// A board's console: lines with the time of their arrival or their own, from a file, a pipe and a terminal.
import { afterAll, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uart } from "./uart.ts";
import type { Undo, Undoing } from "./undoing.ts";

const folder = mkdtempSync(join(tmpdir(), "uart-"));
afterAll(() => rmSync(folder, { recursive: true }));

const learned: Undo[] = [];
const undoing = { before: async (undo: Undo) => void learned.push(undo) } as unknown as Undoing;

test("a file is followed; what stood there has a place only if it says when it was", async () => {
  const file = join(folder, "log.txt");
  writeFileSync(file, "before\n2026-01-02T03:04:05.5Z booted\n[2026-01-02 03:04:06,25Z] LED 1 on\nhal");
  using uart = await Uart.open(file, 115_200, undoing);
  expect(uart.lines()).toEqual([
    { time: 1_767_323_045_500_000_000n, text: "booted" },
    { time: 1_767_323_046_250_000_000n, text: "LED 1 on" },
  ]);
  expect(uart.timeless).toBe(1);
  appendFileSync(file, "f a line\r\n\r\nañ");
  const [line, ...more] = uart.lines();
  expect([line?.text, more]).toEqual(["half a line", []]);
  expect(line!.time).toBeGreaterThan(1_767_323_046_250_000_000n);
  appendFileSync(file, "o\n");
  expect(uart.lines().map(({ text }) => text)).toEqual(["año"]);
});

test("a line without an end comes in parts, and is not kept for ever", async () => {
  const file = join(folder, "endless.txt");
  writeFileSync(file, "");
  using uart = await Uart.open(file, 115_200, undoing);
  uart.lines();
  appendFileSync(file, "x".repeat(10_000));
  expect(uart.lines().map(({ text }) => text.length)).toEqual([10_000]);
});

test.skipIf(!Bun.which("mkfifo"))("a pipe into which nobody writes is waited for by nobody", async () => {
  const pipe = join(folder, "pipe");
  await Bun.spawn(["mkfifo", pipe]).exited;
  using uart = await Uart.open(pipe, 115_200, undoing);
  expect(uart.lines()).toEqual([]);
  await Bun.spawn(["sh", "-c", `echo "LED 2 on" >"$0"`, pipe]).exited;
  expect(uart.lines().map(({ text }) => text)).toEqual(["LED 2 on"]);
});

test.skipIf(process.platform !== "linux" || !Bun.which("stty"))(
  "a terminal is set to raw, and how to set it back is learned before",
  async () => {
    let path = "";
    const named = Promise.withResolvers<void>();
    const board = Bun.spawn(["sh", "-c", "tty; read -r _ <&-; sleep 60"], {
      terminal: {
        data(_, octets) {
          path += new TextDecoder().decode(octets);
          if (path.includes("\n")) named.resolve();
        },
      },
    });
    try {
      await named.promise;
      path = path.trim().split(/\s/)[0]!;
      using uart = await Uart.open(path, 115_200, undoing);
      expect(learned).toEqual([{ undo: "terminal", path, settings: expect.stringContaining(":") as never }]);
      board.terminal!.write("Conectando…\n");
      let lines = uart.lines();
      for (let tries = 0; lines.length === 0 && tries < 100; tries++) {
        await Bun.sleep(10);
        lines = uart.lines();
      }
      expect(lines.map(({ text }) => text)).toEqual(["Conectando…"]);
      expect(Bun.spawnSync(["stty", "-F", path, "-a"]).stdout.toString()).toContain("-icanon");
    } finally {
      board.kill();
      board.terminal!.close();
    }
  },
);

test("what can't be read is refused with what to name", async () => {
  expect(Uart.open(join(folder, "nothing"), 115_200, undoing)).rejects.toThrow(
    /--uart .*nothing: can't be read \(ENOENT\); name the board's serial device/,
  );
});
