// The board's stopwatch, which also notes when it was handed the octets, and when the call into the runtime came back.
import { Stopwatch } from "../board/stopwatch.ts";

export class Probe extends Stopwatch {
  /** When the last write began, and when its call returned; when the last reading began. By the clock's `elapsed`. */
  handedOver = 0n;
  returned = 0n;
  released = 0n;

  override write(octets: Uint8Array): Promise<void> {
    this.handedOver = this.clock.elapsed();
    const taken = super.write(octets);
    this.returned = this.clock.elapsed();
    return taken;
  }

  override release(): void {
    this.released = this.clock.elapsed();
    super.release();
  }
}
