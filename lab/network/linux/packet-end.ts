// One interface as a forwarder has it: whole frames that came in are taken, and others are sent, without ever waiting.
import { listenTo, packetSocket, SOL_PACKET } from "./packet.ts";
import { closeDescriptor, option, receiveIfAny, SOL_SOCKET, SystemError, send, setOption } from "./system.ts";

const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const PACKET_STATISTICS = 6;
/** More than a burst that TCP's windows let happen. Only root gets it all; others what the kernel gives (rmem_max). */
const bufferOctets = 32 << 20;
/** Larger than any frame: the offloads are off. */
const mostOctets = 65_536;

export class PacketEnd implements Disposable {
  readonly descriptor = packetSocket(false);
  readonly #octets = new Uint8Array(mostOctets);
  #isOpen = true;

  constructor(interfaceIndex: number) {
    try {
      enlargeBuffer(this.descriptor);
      listenTo(this.descriptor, interfaceIndex);
    } catch (error) {
      closeDescriptor(this.descriptor);
      throw error;
    }
  }

  /** The next frame that came in, if there is one. */
  take(): Uint8Array | undefined {
    const length = receiveIfAny(this.descriptor, this.#octets);
    return length === undefined ? undefined : this.#octets.slice(0, length);
  }

  /** What the interface does not take, because it is down or its queue is full, is lost, as on any cable. */
  send(frame: Uint8Array): void {
    // Its number may be another socket's by now.
    if (!this.#isOpen) return;
    try {
      send(this.descriptor, frame);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }

  /** Frames for which there was no room, since the last time this was asked. */
  dropped(): number {
    return option(this.descriptor, SOL_PACKET, PACKET_STATISTICS, 8).getUint32(4, true);
  }

  [Symbol.dispose](): void {
    this.#isOpen = false;
    closeDescriptor(this.descriptor);
  }
}

function enlargeBuffer(descriptor: number): void {
  const what = "a larger receive buffer";
  try {
    setOption(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, bufferOctets, what);
  } catch {
    setOption(descriptor, SOL_SOCKET, SO_RCVBUF, bufferOctets, what);
  }
}
