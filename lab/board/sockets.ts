// What the board has open: closed all at once when its link is lost, as a reset does.
import {
  type Datagrams,
  type Endpoint,
  type Link,
  Refused,
  type Stream,
} from "../../protocols/endpoint/index.ts";
import type { Host } from "../network/contract.ts";

export class Sockets {
  readonly #open = new Set<() => void>();
  #isCut = false;

  constructor(readonly host: Host) {}

  async datagrams(options?: Parameters<Host["datagrams"]>[0]): Promise<Datagrams> {
    const datagrams = await this.host.datagrams(options);
    return this.#kept(datagrams, () => datagrams.close());
  }

  async link(): Promise<Link> {
    const link = await this.host.link();
    return this.#kept(link, () => link.close());
  }

  async connect(to: Endpoint, milliseconds: number): Promise<Stream> {
    const stream = await this.host.connect(to, milliseconds);
    return this.#kept(stream, () => void stream.duplex.destroy());
  }

  /** Nobody is told: there is no link to tell it over. */
  cut(): void {
    this.#isCut = true;
    for (const close of this.#open) close();
    this.#open.clear();
  }

  /** What is opened too late, by a start of the board that is over, is closed at once. @throws Refused */
  #kept<T>(opened: T, close: () => void): T {
    if (this.#isCut) {
      close();
      throw new Refused("the link was lost before this was open");
    }
    this.#open.add(close);
    return opened;
  }
}
