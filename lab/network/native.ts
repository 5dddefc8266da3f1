// Datagrams and streams of the system's own UDP and TCP, on whichever network namespace the process is in.
import net from "node:net";
import {
  type Datagram,
  type Datagrams,
  type Endpoint,
  Refused,
  type Stream,
  Unanswered,
} from "../../protocols/endpoint/index.ts";
import { Queue } from "./queue.ts";
import { DuplexStream } from "./stream.ts";

const ANY_ADDRESS = "0.0.0.0";
/** As much as a socket of Linux holds by default, about. */
const WAITING_OCTETS = 1 << 20;

export interface DatagramOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The local address; by default any. */
  readonly address?: string;
  readonly broadcast?: boolean;
  /** Ties the socket to this interface, so that it works with no address and no route (Linux). */
  readonly device?: string;
  /** What stamps the datagrams that arrive; it may ask the kernel about the last one of this socket (Linux). */
  readonly now: (descriptor: number) => bigint;
  /** Told that nothing listens where a datagram went: the host there says so (ICMP; Linux). */
  readonly refused?: () => void;
}

/** Opens a UDP socket. @throws Refused if the port is taken or may not be had */
export async function openDatagrams(options: DatagramOptions): Promise<Datagrams> {
  const arrived = new Queue<Datagram>({ limit: WAITING_OCTETS, weigh: ({ octets }) => octets.length + 64 });
  let closed = false;
  let room = Promise.withResolvers<void>();
  const makeRoom = () => {
    room.resolve();
    room = Promise.withResolvers();
  };
  const port = options.port ?? 0;
  const socket = await opened(port, options.address ?? ANY_ADDRESS, {
    data(socket, octets, port, address) {
      arrived.put({ octets, from: { address, port }, at: options.now(descriptorOf(socket)) });
    },
    drain: makeRoom,
    // An ICMP "port unreachable": one peer that is gone must not end a server that has others.
    // Bun calls this with the error alone, unlike its type.
    error(error: unknown) {
      if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") options.refused?.();
    },
  });
  try {
    if (options.broadcast) socket.setBroadcast(true);
    if (options.device) await bindTo(socket, options.device);
  } catch (error) {
    socket.close();
    throw error;
  }
  return {
    local: { address: socket.address.address, port: socket.port },
    async send(octets, to) {
      if (closed) throw new Refused(`UDP ${to.address}:${to.port}: this socket is closed`);
      const send = () => socket.send(octets, to.port, to.address);
      try {
        while (!closed && !sentDespiteOthers(send)) await room.promise;
      } catch (error) {
        throw failure(error, `UDP ${to.address}:${to.port}`);
      }
    },
    receive: milliseconds => arrived.take(milliseconds),
    close() {
      closed = true;
      socket.close();
      arrived.close();
      makeRoom();
    },
  };
}

/**
 * A kernel hands a socket what became of an earlier datagram when it sends the next one, which is then not sent,
 * whomever it was for (Linux: `sock_error`). The socket is not connected, so the error says nothing about that one.
 */
function sentDespiteOthers(send: () => boolean): boolean {
  try {
    return send();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
    return send();
  }
}

async function opened(port: number, hostname: string, handlers: Bun.udp.SocketHandler<"uint8array">) {
  try {
    return await Bun.udpSocket({ port, hostname, binaryType: "uint8array", socket: handlers });
  } catch (error) {
    throw failure(error, `UDP port ${port}`);
  }
}

/** Opens a TCP connection, from this address of ours if one is given. @throws Refused, or Unanswered after `milliseconds` */
export function connect(to: Endpoint, milliseconds = 10_000, localAddress?: string): Promise<Stream> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const way = { host: to.address, port: to.port, localAddress };
    const socket = net.connect({ ...way, allowHalfOpen: true, noDelay: true });
    const failed = (error: Error | undefined) => {
      clearTimeout(timer);
      socket.on("error", () => {});
      socket.destroy();
      connectFailure(to, error, performance.now() - begun).then(reject);
    };
    const timer = setTimeout(failed, milliseconds);
    socket.once("error", failed);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", failed);
      resolve(streamOf(socket));
    });
  });
}

/** A peer that is there refuses at once; the kernel gives up asking for a MAC address (ARP) after three seconds. */
const SLOWEST_REFUSAL_MILLISECONDS = 2500;

/**
 * Why a connection came to nothing; no error means that its time was over. Bun reports most failures as refused
 * (oven-sh/bun#37093), so it is found out here which of them were.
 */
async function connectFailure(to: Endpoint, error: Error | undefined, milliseconds: number): Promise<Error> {
  const what = `TCP ${to.address}:${to.port}`;
  const silent = !error || milliseconds > SLOWEST_REFUSAL_MILLISECONDS;
  if (silent) return new Unanswered(what, 1, Math.round(milliseconds));
  return failure((await routeFailure(to)) ?? error, what);
}

/** What the kernel says of the way to an address. Nothing is sent for that: UDP has no handshake. */
async function routeFailure(to: Endpoint): Promise<Error | undefined> {
  try {
    const connect = { hostname: to.address, port: to.port };
    const hostname = to.address.includes(":") ? "::" : ANY_ADDRESS;
    (await Bun.udpSocket({ hostname, connect, socket: { error() {} } })).close();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/**
 * Takes TCP connections on `port`, until closed; those that were taken live on. With a `device`, only those that come in
 * by that interface (Linux). @throws Refused
 */
export async function listen(
  port: number,
  accept: (stream: Stream) => void,
  address = ANY_ADDRESS,
  device?: string,
): Promise<{ readonly local: Endpoint; close(): Promise<void> }> {
  const bind = device === undefined ? undefined : (await import("./linux/interface.ts")).bindToInterface;
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, socket =>
      accept(streamOf(socket)),
    );
    const refused = (error: Error) => reject(failure(error, `TCP port ${port}`));
    server.once("error", refused);
    server.listen(port, address, () => {
      server.off("error", refused);
      try {
        // The types of Node.js leave out what Bun keeps there.
        bind?.((server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd, device!);
      } catch (error) {
        server.close();
        return refused(error as Error);
      }
      const local = server.address() as net.AddressInfo;
      resolve({
        local: { address: local.address, port: local.port },
        close: async () => void server.close(),
      });
    });
  });
}

function streamOf(socket: net.Socket): Stream {
  const local = { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
  const remote = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  return new DuplexStream(socket, local, remote);
}

async function bindTo(socket: Bun.udp.Socket<"uint8array">, device: string): Promise<void> {
  const { bindToInterface } = await import("./linux/interface.ts");
  bindToInterface(descriptorOf(socket), device);
}

/** Bun's type of a UDP socket leaves it out. */
const descriptorOf = (socket: Bun.udp.Socket<"uint8array">): number =>
  (socket as typeof socket & { readonly fd: number }).fd;

/** What the kernel says, in the words of a dialogue; anything unknown stays as it is. */
function failure(error: unknown, what: string): Error {
  const { code } = error as { code?: string };
  const reason = code && reasons[code];
  return reason ? new Refused(`${what}: ${reason}`) : (error as Error);
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "refused, nothing listens there",
  ECONNRESET: "reset by the peer",
  ENETUNREACH: "no route: this host has no address, or no gateway, for that network",
  EHOSTUNREACH: "no such host: nobody answers to that address on this network",
  ENETDOWN: "the interface is down",
  EADDRINUSE: "taken by another program",
  EAFNOSUPPORT: "no such addresses here: this socket, or this host, has those of the other IP only",
  EADDRNOTAVAIL: "not an address of this host",
  EACCES: "not permitted: a port below 1024 needs root, a broadcast a socket that is opened for it",
  EPERM: "not permitted to this user",
  EMSGSIZE: "larger than a datagram can be",
};
