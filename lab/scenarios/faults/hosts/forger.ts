// Answers ARP in the router's place, and the questions to DNS that come to it so before the router does (RFC 826, RFC 5452 §4).
import { type Message as ArpMessage, format as arp, Operation } from "../../../../protocols/arp/index.ts";
import { Authority, answerTo } from "../../../../protocols/dns/server.ts";
import type { Link } from "../../../../protocols/endpoint/index.ts";
import * as ethernet from "../../../../protocols/ethernet/index.ts";
import * as ipv4 from "../../../../protocols/ipv4/index.ts";
import * as udp from "../../../../protocols/udp/index.ts";
import { Malformed, Reader } from "../../../../protocols/wire/index.ts";
import type { Host } from "../../../network/contract.ts";

export interface ForgerPlan {
  /** Whose place it takes, and where that really is. */
  readonly router: string;
  readonly mac: string;
  /** The name that is lied about, and the address that it is to have. */
  readonly name: string;
  readonly pretended: string;
}

export async function run(host: Host, plan: ForgerPlan): Promise<void> {
  const link = await host.link();
  const forger = new Forger(link, plan, line => host.tell({ kind: "log", service: "forger", line }));
  host.stopping.addEventListener("abort", () => link.close());
  host.tell({ kind: "ready" });
  for (let frame = await link.receive(); frame; frame = await link.receive()) await forger.hear(frame);
}

class Forger {
  readonly #router: number;
  readonly #lies: Authority;

  constructor(
    readonly link: Link,
    readonly plan: ForgerPlan,
    readonly log: (line: string) => void,
  ) {
    this.#router = ipv4.parseIpv4(plan.router);
    this.#lies = new Authority({ origin: ".", names: { [plan.name]: { A: [plan.pretended] } } });
  }

  async hear(frame: Uint8Array): Promise<void> {
    try {
      const from = Reader.over(frame);
      const header = ethernet.format.read(from);
      if (header.type === ethernet.EtherType.ARP) await this.#claim(arp.read(from));
      if (header.type === ethernet.EtherType.IPv4 && isFor(header.destination, this.link.mac))
        await this.#overtake(frame, from, header.source);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  }

  /** "The router is me", to whoever asks. */
  async #claim({ operation, senderHardware, senderProtocol, targetProtocol }: ArpMessage): Promise<void> {
    const isAsked = operation === Operation.request && targetProtocol === this.#router;
    if (!isAsked || isFor(senderHardware, this.link.mac)) return;
    const reply = arp.encode({
      operation: Operation.reply,
      senderHardware: this.link.mac,
      senderProtocol: this.#router,
      targetHardware: senderHardware,
      targetProtocol: senderProtocol,
    });
    await this.#send(senderHardware, ethernet.EtherType.ARP, reply);
    this.log(`says to ${ethernet.colons(senderHardware)} that ${this.plan.router} is here`);
  }

  /** A lie to the board at once, and the question to the router, whose answer comes too late. */
  async #overtake(frame: Uint8Array, from: Reader, board: Uint8Array): Promise<void> {
    const packet = ipv4.format.read(from);
    if (packet.destination !== this.#router || packet.protocol !== ipv4.IpProtocol.UDP) return;
    const { sourcePort, destinationPort } = udp.format.read(from);
    const answer =
      destinationPort === 53 && (await answerTo(frame.slice(from.at), this.#lies, { transport: "udp" }));
    if (answer) {
      const ends = { source: this.plan.router, destination: ipv4.dotted(packet.source) };
      const datagram = udp.enclose({ sourcePort: 53, destinationPort: sourcePort }, answer, ends);
      const { source: destination, destination: source } = packet;
      const lie = ipv4.enclose({ protocol: ipv4.IpProtocol.UDP, source, destination }, datagram);
      await this.#send(board, ethernet.EtherType.IPv4, lie);
      this.log(`answers ${ends.destination} for the router: ${this.plan.name} is ${this.plan.pretended}`);
    }
    const on = Uint8Array.from(frame);
    on.set(ethernet.parseMac(this.plan.mac), 0);
    on.set(this.link.mac, 6);
    await this.link.send(on);
  }

  #send(destination: Uint8Array, type: number, payload: Uint8Array): Promise<void> {
    return this.link.send(ethernet.enclose({ destination, source: this.link.mac, type }, payload));
  }
}

const isFor = (address: Uint8Array, mac: Uint8Array): boolean => Buffer.compare(address, mac) === 0;
