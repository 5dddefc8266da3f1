// A board's console by its UART: a serial device, a pipe, or a file that a terminal program writes; each line with its time.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { isatty } from "node:tty";
import { Failure, usage } from "../failure.ts";
import { machineTime } from "../network/clock.ts";
import type { Undoing } from "./undoing.ts";

export interface UartLine {
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly text: string;
}

/** Octets of a line; what is longer comes in parts. */
const mostOctets = 4096;
const atOnce = 65_536;

export class Uart implements Disposable {
  /** Lines that were in a file before, and don't say when: they have no place in time. */
  timeless = 0;
  readonly #decoder = new TextDecoder();
  #text = "";
  #isBegun = false;

  private constructor(
    readonly path: string,
    readonly descriptor: number,
    /** Whether what stands there already was written before now. */
    readonly isFile: boolean,
  ) {}

  /** Opens it; a terminal is set to that many bits a second, and set back at the end. @throws Failure */
  static async open(path: string, baud: number, undoing: Undoing): Promise<Uart> {
    let descriptor: number;
    try {
      descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (error) {
      throw usage(
        `--uart ${path}: can't be read (${(error as NodeJS.ErrnoException).code}); name the board's serial device, such as /dev/ttyACM0, or a log of it.`,
      );
    }
    if (isatty(descriptor)) await setTerminal(path, baud, undoing);
    return new Uart(path, descriptor, fstatSync(descriptor).isFile());
  }

  /** The lines that have come since the last time. */
  lines(): UartLine[] {
    const now = machineTime();
    const found: UartLine[] = [];
    for (let text = this.#read(); text !== undefined; text = this.#read()) {
      this.#text += text;
      const lines = this.#text.split(/\r\n|\n|\r/);
      this.#text = lines.pop()!;
      if (this.#text.length > mostOctets) {
        lines.push(this.#text);
        this.#text = "";
      }
      for (const line of lines) {
        const told = stamped(line);
        if (told) found.push(told);
        else if (this.isFile && !this.#isBegun) this.timeless++;
        else if (line !== "") found.push({ time: now, text: line });
      }
    }
    this.#isBegun = true;
    return found;
  }

  #read(): string | undefined {
    const octets = new Uint8Array(atOnce);
    try {
      const count = readSync(this.descriptor, octets);
      return count === 0 ? undefined : this.#decoder.decode(octets.subarray(0, count), { stream: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Nothing there now, or the device was unplugged: the recording goes on without it.
      if (code === "EAGAIN" || code === "EIO" || code === "ENXIO") return undefined;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}

/** "2026-11-22T14:05:09.123Z text", also in brackets or with a space: a line that says itself when it was. */
function stamped(line: string): UartLine | undefined {
  const [, day, time, zone, text] =
    /^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)(Z|[+-]\d\d:?\d\d)?\]?\s+(.*)$/.exec(line) ?? [];
  if (day === undefined || time === undefined || text === undefined) return undefined;
  const milliseconds = Date.parse(`${day}T${time.replace(",", ".")}${zone ?? ""}`);
  return Number.isNaN(milliseconds)
    ? undefined
    : { time: BigInt(Math.round(milliseconds * 1000)) * 1000n, text };
}

async function setTerminal(path: string, baud: number, undoing: Undoing): Promise<void> {
  const stty = (...words: readonly string[]) => Bun.spawnSync(["stty", "-F", path, ...words]);
  const before = stty("-g");
  if (before.success) {
    await undoing.before({ undo: "terminal", path, settings: before.stdout.toString().trim() });
    if (stty("raw", "-echo", String(baud)).success) return;
  }
  throw new Failure(`--uart ${path}: it can't be set to ${baud} bits a second; set another by --baud.`);
}
