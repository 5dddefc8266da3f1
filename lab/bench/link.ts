// One connection of the bench: TCP, TLS where there is some, and the session that hears what it publishes.
import { type Stream, Unanswered } from "../../protocols/endpoint/index.ts";
import { connect, type Session } from "../../protocols/mqtt/client.ts";
import { secure } from "../../protocols/tls/client.ts";
import { ports } from "../board/broker.ts";
import type { Host } from "../network/contract.ts";
import type { Connection } from "./plan.ts";
import { Probe } from "./probe.ts";

/** What every program of the board is given. */
export interface BoardPlan {
  readonly broker: { readonly name: string; readonly address: string };
  readonly connections: readonly Connection[];
  /** PEM. Without TLS there are none. */
  readonly root?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface Reached {
  readonly stream: Stream;
  /** Milliseconds. */
  readonly tcp: number;
  readonly tls?: number;
  /** "TLS_AES_128_GCM_SHA256" */
  readonly suite?: string;
}

/** What an answer may take, in milliseconds. */
export const patience = 10_000;

/** `onSecret`: takes the lines of an NSS key log, where the session is recorded. @throws Refused, Unanswered */
export async function reach(
  host: Host,
  plan: BoardPlan,
  { mode, version }: Connection,
  onSecret?: (line: string) => void,
): Promise<Reached> {
  const { elapsed } = host.clock;
  const begun = elapsed();
  const port = ports[mode === "plain" ? "off" : mode];
  const stream = await host.connect({ address: plan.broker.address, port }, patience);
  const connected = elapsed();
  const tcp = Number(connected - begun) / 1e6;
  if (mode === "plain") return { stream, tcp };
  const { root, certificate, key } = plan;
  const secured = await secure(stream, {
    serverName: plan.broker.name,
    roots: [root!],
    version,
    clock: host.clock,
    onSecret,
    ...(mode === "mutual" && { certificate, key }),
  });
  return { stream: secured, tcp, tls: Number(elapsed() - connected) / 1e6, suite: secured.suite };
}

export class Link {
  private constructor(
    readonly host: Host,
    readonly stream: Probe,
    readonly session: Session,
    readonly topic: string,
  ) {}

  /** `number` tells connections apart: each hears itself alone, and all topics are of one length. @throws Refused, Unanswered */
  static async over(host: Host, stream: Stream, number: number): Promise<Link> {
    const probe = new Probe(stream, host.clock);
    const name = String(number).padStart(3, "0");
    const session = await connect(probe, host.clock, {
      clientId: `[JORGE]-${name}`,
      keepAlive: 0,
      cleanStart: true,
    });
    const topic = `[TEMA_SECRETO]/${name}`;
    await session.subscribe(topic);
    return new Link(host, probe, session, topic);
  }

  /** Takes the next message. @throws Unanswered; Error if it is another one than `sent` */
  async receive(sent: Uint8Array): Promise<void> {
    const back = await this.session.receive(patience);
    if (!back) throw new Unanswered("a message that should have come back", 1, patience);
    if (Buffer.compare(back.payload, sent) !== 0)
      throw new Error(
        `a message of ${sent.length} octets came back as one of ${back.payload.length} octets that is another; the times would be worth nothing.`,
      );
  }

  async publish(payload: Uint8Array): Promise<void> {
    await this.session.publish({ topic: this.topic, payload });
  }

  async close(): Promise<void> {
    await this.session.disconnect();
  }
}
