// Who is who: real sockets of 127.0.0.1 are told apart by the port they come from.
import type { Socket } from "node:net";

/** A connection from a port that nobody has announced by then is none of the lab's. */
const strangerMilliseconds = 2000;

/** Brings accepted sockets together with those who expect them; either may be first. */
export class Meeting {
  readonly #expected = new Map<number, (socket: Socket) => void>();
  readonly #arrived = new Map<number, Socket>();

  /** `take` gets the socket that comes from this port of 127.0.0.1. */
  expect(port: number, take: (socket: Socket) => void): void {
    const socket = this.#arrived.get(port);
    if (!socket) {
      this.#expected.set(port, take);
      return;
    }
    this.#arrived.delete(port);
    take(socket);
  }

  /** A socket was accepted. */
  arrive(socket: Socket): void {
    const port = socket.remotePort;
    if (port === undefined) return void socket.destroy();
    const take = this.#expected.get(port);
    if (take) {
      this.#expected.delete(port);
      take(socket);
      return;
    }
    this.#arrived.set(port, socket);
    setTimeout(() => this.#refuse(port, socket), strangerMilliseconds).unref();
  }

  #refuse(port: number, socket: Socket): void {
    if (this.#arrived.get(port) !== socket) return;
    this.#arrived.delete(port);
    socket.destroy();
  }
}
