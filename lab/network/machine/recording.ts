// The recording of an interface of this machine, through libpcap, on the lab's own thread.
import { RecordedFiles } from "../../libpcap/files.ts";
import { type Captured, LiveCapture } from "../../libpcap/libpcap.ts";
import type { Recording } from "../contract.ts";

/** A frame as it was recorded: its number from 1, and octets that are good only while it is being heard. */
export interface Recorded extends Captured {
  readonly number: number;
  readonly linkType: number;
}

/** Milliseconds between two looks; at the end the kernel is given longer than it gathers frames for. */
const pause = 20;
const gathering = 150;
/** At most so many frames before anybody else gets a turn. */
const atOnce = 1000;
const snapLength = 262_144;
const buffer = 16 * 2 ** 20;

export class MachineRecording implements Recording {
  readonly #live: LiveCapture;
  readonly #files: RecordedFiles;
  readonly #timer: Timer;
  #frames = 0;
  #failure: unknown;
  #stopped: Promise<{ frames: number; dropped: number }> | undefined;

  /** @throws Failure: no libpcap, no such interface, not permitted, a filter that can't be read */
  constructor(
    readonly file: string,
    device: string,
    filter: string,
    readonly heard: (frame: Recorded) => void = () => {},
  ) {
    this.#live = new LiveCapture(device, { snapLength, promiscuous: false, filter, buffer });
    try {
      this.#files = new RecordedFiles(file, this.#live.linkType, device, snapLength, filter);
    } catch (error) {
      this.#live[Symbol.dispose]();
      throw error;
    }
    this.#timer = setInterval(() => this.#take(), pause);
  }

  /** Why it ended by itself, if it did: an interface that is gone. */
  get failure(): unknown {
    return this.#failure;
  }

  stop(): Promise<{ frames: number; dropped: number }> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #take(): void {
    if (this.#failure !== undefined) return;
    try {
      for (let taken = 0; taken < atOnce; taken++) {
        const frame = this.#live.next();
        if (!frame) break;
        this.#files.packet(frame.time, frame.octets, frame.originalLength);
        this.heard({ ...frame, number: ++this.#frames, linkType: this.#live.linkType });
      }
      this.#files.flush();
    } catch (error) {
      this.#failure = error;
    }
  }

  async #stop(): Promise<{ frames: number; dropped: number }> {
    await Bun.sleep(gathering);
    clearInterval(this.#timer);
    for (let before = -1; before !== this.#frames; ) {
      before = this.#frames;
      this.#take();
    }
    const { dropped } = this.#live.counts();
    this.#live[Symbol.dispose]();
    this.#files[Symbol.dispose]();
    if (this.#failure !== undefined) throw this.#failure;
    return { frames: this.#frames, dropped };
  }
}
