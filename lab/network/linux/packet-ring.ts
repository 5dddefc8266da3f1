// A ring of memory that the kernel fills with frames and stamps to the nanosecond: TPACKET_V3
// (Documentation/networking/packet_mmap.rst, linux/if_packet.h).
import { listenTo, packetSocket, SOL_PACKET, stopListening } from "./packet.ts";
import { closeDescriptor, option, setOption, share, waitReadable } from "./system.ts";

const PACKET_RX_RING = 5;
const PACKET_STATISTICS = 6;
const PACKET_VERSION = 10;
const TPACKET_V3 = 2;
const TP_STATUS_KERNEL = 0;
const TP_STATUS_USER = 1;
const TP_STATUS_VLAN_VALID = 1 << 4;
const TP_STATUS_VLAN_TPID_VALID = 1 << 6;
const TPID_8021Q = 0x8100;

/** 16 MB: a tenth of a second of the fastest traffic that was ever measured here. */
const BLOCKS = 64;
const BLOCK_SIZE = 1 << 18;
/** Only a divisor of the block in version 3; the largest frame is a block. */
const FRAME_SIZE = 2048;

/** One frame that came in. Its octets lie in the ring: they are good until the call that hands them over returns. */
export interface Frame {
  /** The number of the interface at which it came in. */
  readonly interfaceIndex: number;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly octets: Uint8Array;
}

export class PacketRing implements Disposable {
  readonly #descriptor = packetSocket(true);
  readonly #shared: ReturnType<typeof share>;
  readonly #octets: Uint8Array;
  readonly #view: DataView;
  readonly #words: Int32Array;
  #block = 0;

  /** Hears all interfaces of the calling thread's namespace; a frame is to be read `milliseconds` later at most. */
  constructor(readonly milliseconds: number) {
    const frames = (BLOCK_SIZE / FRAME_SIZE) * BLOCKS;
    const request = Uint32Array.of(BLOCK_SIZE, BLOCKS, FRAME_SIZE, frames, milliseconds, 0, 0);
    try {
      setOption(this.#descriptor, SOL_PACKET, PACKET_VERSION, TPACKET_V3, "packet version 3");
      setOption(this.#descriptor, SOL_PACKET, PACKET_RX_RING, new Uint8Array(request.buffer), "packet ring");
      this.#shared = share(this.#descriptor, BLOCK_SIZE * BLOCKS);
      listenTo(this.#descriptor, 0);
    } catch (error) {
      closeDescriptor(this.#descriptor);
      throw error;
    }
    this.#octets = new Uint8Array(this.#shared.memory);
    this.#view = new DataView(this.#shared.memory);
    this.#words = new Int32Array(this.#shared.memory);
  }

  /** Hands over every frame that is ready, in the order in which they came; how many there were. */
  drain(take: (frame: Frame) => void): number {
    let taken = 0;
    for (;;) {
      const block = this.#block * BLOCK_SIZE;
      const status = (block + 8) >> 2;
      if ((Atomics.load(this.#words, status) & TP_STATUS_USER) === 0) return taken;
      const frames = this.#view.getUint32(block + 12, true);
      let at = block + this.#view.getUint32(block + 16, true);
      for (let i = 0; i < frames; i++) {
        take(this.#frame(at));
        at += this.#view.getUint32(at, true);
      }
      taken += frames;
      Atomics.store(this.#words, status, TP_STATUS_KERNEL);
      this.#block = (this.#block + 1) % BLOCKS;
    }
  }

  /** Blocks the thread until a frame is ready, or for `milliseconds`. */
  wait(milliseconds: number): void {
    waitReadable(this.#descriptor, milliseconds);
  }

  /** No more frames; those that came before are still to be drained, `milliseconds` of the ring later at the latest. */
  stop(): void {
    stopListening(this.#descriptor);
  }

  /** How many frames there was no room for, since the last time this was asked. */
  dropped(): number {
    return option(this.#descriptor, SOL_PACKET, PACKET_STATISTICS, 12).getUint32(4, true);
  }

  [Symbol.dispose](): void {
    this.#shared.release();
    closeDescriptor(this.#descriptor);
  }

  /** struct tpacket3_hdr at `at`, and struct sockaddr_ll behind it. */
  #frame(at: number): Frame {
    const view = this.#view;
    const status = view.getUint32(at + 20, true);
    const start = at + view.getUint16(at + 24, true);
    const octets = this.#octets.subarray(start, start + view.getUint32(at + 12, true));
    const seconds = BigInt(view.getUint32(at + 4, true));
    return {
      interfaceIndex: view.getInt32(at + 52, true),
      time: seconds * 1_000_000_000n + BigInt(view.getUint32(at + 8, true)),
      octets: (status & TP_STATUS_VLAN_VALID) === 0 ? octets : this.#tagged(at, status, octets),
    };
  }

  /** The kernel takes the VLAN tag out of the frame and hands it over beside it: back to where it was on the wire. */
  #tagged(at: number, status: number, octets: Uint8Array): Uint8Array {
    const whole = new Uint8Array(octets.length + 4);
    const view = new DataView(whole.buffer);
    const named = (status & TP_STATUS_VLAN_TPID_VALID) !== 0;
    whole.set(octets.subarray(0, 12));
    view.setUint16(12, named ? this.#view.getUint16(at + 36, true) : TPID_8021Q);
    view.setUint16(14, this.#view.getUint32(at + 32, true));
    whole.set(octets.subarray(12), 16);
    return whole;
  }
}
