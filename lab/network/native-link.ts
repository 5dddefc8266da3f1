// Whole Ethernet frames on one interface, through a packet socket on Bun's event loop. Linux only.
import type { Link } from "../../protocols/endpoint/index.ts";
import { indexOf, macOf } from "./linux/interface.ts";
import { listenTo, packetSocket } from "./linux/packet.ts";
import { closeDescriptor, SystemError, send } from "./linux/system.ts";
import { Queue } from "./queue.ts";

const WAITING_OCTETS = 4 << 20;
const EAGAIN = 11;
const ENOBUFS = 105;

/** Opens an interface by its name. @throws SystemError where that is not permitted, or there is no such interface */
export async function openLink(device: string): Promise<Link> {
  const arrived = new Queue<Uint8Array>({ limit: WAITING_OCTETS, weigh: frame => frame.length + 64 });
  const descriptor = packetSocket(false);
  try {
    listenTo(descriptor, indexOf(device));
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
  const options: Bun.FdSocketOptions = {
    fd: descriptor,
    socket: {
      // Each read of a packet socket is one frame.
      data: (_, frame) => arrived.put(Uint8Array.from(frame)),
      error: () => arrived.close(),
      close: () => arrived.close(),
    },
  };
  // Bun's types know the options with a descriptor, but not the call.
  const socket = await Bun.connect(options as unknown as Bun.TCPSocketConnectOptions);
  return {
    mac: macOf(device),
    async send(frame) {
      while (!taken(descriptor, frame)) await Bun.sleep(1);
    },
    receive: milliseconds => arrived.take(milliseconds),
    close() {
      socket.terminate();
      arrived.close();
    },
  };
}

/** Hands a frame to the interface; false while its queue is full. */
function taken(descriptor: number, frame: Uint8Array): boolean {
  try {
    send(descriptor, frame);
    return true;
  } catch (error) {
    if (error instanceof SystemError && (error.errno === EAGAIN || error.errno === ENOBUFS)) return false;
    throw error;
  }
}
