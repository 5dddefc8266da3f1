// The thread that records: it lives in the switch's namespace and does nothing else.
import { writeSync } from "node:fs";
import { CaptureWriter } from "../../../protocols/pcapng/writer.ts";
import { machineTime } from "../clock.ts";
import { type Frame, PacketRing } from "../linux/packet-ring.ts";
import { enterNetwork } from "../linux/system.ts";
import { portOf } from "../linux/wiring.ts";
import { PortList } from "./port-list.ts";
import type { RecorderNews, RecorderStart } from "./recorder.ts";

declare const self: Worker;

/** A frame can be read a millisecond after it came in: the ring hands over blocks, full or not. */
const RING_MILLISECONDS = 1;
const IDLE_MILLISECONDS = 5;
/** A lab that is killed loses the last moments of its recording: these. */
const FLUSH_MILLISECONDS = 50;
/** After the last frame: the ring's own delay, and one turn of the kernel's timer beyond it. */
const TAIL_MILLISECONDS = RING_MILLISECONDS + 12;

self.onmessage = ({ data }: MessageEvent<RecorderStart>) => {
  try {
    record(data);
  } catch (error) {
    tell({ failed: (error as Error).message });
  }
};

function tell(news: RecorderNews): void {
  self.postMessage(news);
}

function record({ namespace, descriptor, ports }: RecorderStart): void {
  const recording = new SwitchRecording(descriptor, new PortList(ports));
  enterNetwork(namespace);
  using ring = new PacketRing(RING_MILLISECONDS);
  recording.flush();
  tell({ recording: true });
  const take = (frame: Frame) => recording.take(frame);
  while (!recording.ports.closed) {
    if (ring.drain(take) === 0) ring.wait(IDLE_MILLISECONDS);
    recording.flushNowAndThen();
  }
  ring.stop();
  for (const end = performance.now() + TAIL_MILLISECONDS; performance.now() < end; ) {
    if (ring.drain(take) === 0) ring.wait(RING_MILLISECONDS);
  }
  // Told before the ring is closed, for which the kernel takes its time.
  tell(recording.finish(ring.dropped()));
}

/** The file being written: an interface a port, in the order of the ports. */
class SwitchRecording {
  readonly #writer: CaptureWriter;
  readonly #received: number[] = [];
  #flushed = performance.now();

  constructor(
    descriptor: number,
    readonly ports: PortList,
  ) {
    this.#writer = new CaptureWriter(octets => writeWhole(descriptor, octets), {
      application: "protocol-lab",
    });
    this.#declare();
  }

  /** Keeps a frame that came in at a port; the switch's own interfaces see the same frames again. */
  take({ interfaceIndex, time, octets }: Frame): void {
    const port = portOf(interfaceIndex);
    if (port === undefined) return;
    if (port >= this.#received.length) this.#declare();
    this.#writer.packet(port, time, octets);
    this.#received[port]!++;
  }

  flushNowAndThen(): void {
    if (performance.now() - this.#flushed >= FLUSH_MILLISECONDS) this.flush();
  }

  flush(): void {
    this.#declare();
    this.#writer.flush();
    this.#flushed = performance.now();
  }

  /** What was dropped has no port any more: it is told with the first. */
  finish(dropped: number): { frames: number; dropped: number } {
    this.#declare();
    const time = machineTime();
    for (const [port, received] of this.#received.entries())
      this.#writer.statistics(port, { time, received, dropped: port === 0 ? dropped : 0 });
    this.#writer.flush();
    return { frames: this.#received.reduce((sum, received) => sum + received, 0), dropped };
  }

  #declare(): void {
    for (let port = this.#received.length; port < this.ports.count; port++) {
      const name = this.ports.name(port);
      this.#writer.interface({ name, description: `switch port ${port}: what ${name} sends`, linkType: 1 });
      this.#received.push(0);
    }
  }
}

function writeWhole(descriptor: number, octets: Uint8Array): void {
  for (let written = 0; written < octets.length; ) written += writeSync(descriptor, octets, written);
}
