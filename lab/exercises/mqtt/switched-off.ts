// The scene of a board that is switched off in the middle of a QoS 2 delivery, and on again: what it sends then tells what it had kept.

import type { Stream } from "../../../protocols/endpoint/index.ts";
import { connect } from "../../../protocols/mqtt/client.ts";
import { Frames } from "../../../protocols/mqtt/frames.ts";
import { type Packet, type PacketDraft, packet, Type } from "../../../protocols/mqtt/index.ts";
import type { Host, Program } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

/**
 * What the board had kept when it lost its power: "message" — PUBREC came, and it did not get as far as to keep that;
 * "release" — it kept that PUBREC came, and sent no PUBREL; "complete" — it sent PUBREL, and did not keep that PUBCOMP came.
 */
export type Kept = "message" | "release" | "complete";

export interface SwitchedOff {
  readonly begins: number;
  readonly kept: Kept;
  readonly broker: string;
  readonly board: { readonly clientId: string; readonly address: string; readonly mac: string };
  readonly panel: { readonly clientId: string; readonly address: string; readonly mac: string };
  readonly topic: string;
  readonly text: string;
  /** Of the message whose delivery is cut. */
  readonly identifier: number;
  /** Messages that came through before it, QoS 2 too. */
  readonly before: readonly string[];
  /** Milliseconds without power. */
  readonly off: number;
  /** How often the panel looks for the broker first: packet numbers differ. */
  readonly pings: number;
}

const port = 1883;
const doses = ["open", "close", "start", "stop", "up", "down"];
const things = ["valve", "gate", "pump", "crane", "belt", "oven"];

export const switchedOff: Scene<SwitchedOff> = { id: "mqtt-switched-off", version: 1, task, play };

function task(draws: Draws): SwitchedOff {
  const network = draws.network();
  const [one, other] = draws.some(
    2,
    Array.from({ length: 80 }, (_, i) => `${network}${i + 100}`),
  ) as [string, string];
  const texts = draws.some(
    4,
    Array.from({ length: 60 }, (_, i) => `${draws.pick(doses)} ${i + 11}`),
  );
  const count = draws.whole(1, 3);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    kept: draws.pick<Kept>(["message", "release", "complete"]),
    broker: `${network}${draws.whole(2, 30)}`,
    board: { clientId: `board-${draws.whole(10, 99)}`, address: one, mac: draws.mac() },
    panel: { clientId: `panel-${draws.whole(10, 99)}`, address: other, mac: draws.mac() },
    topic: `plant/${draws.pick(things)}`,
    text: texts[3]!,
    identifier: draws.whole(1, 900) * 7,
    before: texts.slice(0, count),
    off: draws.whole(12, 40) * 100,
    pings: draws.whole(0, 24),
  };
}

async function play(task: SwitchedOff, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  await room.host({
    name: "broker",
    configuration: { address: task.broker, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/mqtt.ts"),
  });
  const plug = ({ clientId, address, mac }: SwitchedOff["board"], program: (host: Host) => Promise<void>) =>
    room.host({ name: clientId, mac, configuration: { address, prefix: 24 }, program: program as Program });
  await plug(task.panel, async host => {
    const stream = await host.connect({ address: task.broker, port });
    const session = await connect(stream, host.clock, {
      clientId: task.panel.clientId,
      version: 4,
      beat: false,
    });
    for (let i = 0; i < task.pings; i++) await session.ping();
    await session.subscribe("plant/#", { qos: 0 });
    for (let i = 0; i <= task.before.length; i++) await session.receive(20_000);
    await host.clock.sleep(task.off + 2000);
    await session.disconnect();
  });
  await plug(task.board, async host => {
    await host.clock.sleep(500);
    const publish = (text: string, packetIdentifier: number, dup = 0): PacketDraft => ({
      type: Type.PUBLISH,
      dup,
      qos: 2,
      topic: task.topic,
      packetIdentifier,
      payload: new TextEncoder().encode(text),
    });
    const first = await opened(host, task);
    for (const [i, text] of task.before.entries()) {
      const packetIdentifier = task.identifier - task.before.length + i;
      await first.send(publish(text, packetIdentifier));
      await first.hear();
      await first.send({ type: Type.PUBREL, packetIdentifier });
      await first.hear();
      await host.clock.sleep(300);
    }
    const packetIdentifier = task.identifier;
    await first.send(publish(task.text, packetIdentifier));
    await first.hear();
    if (task.kept === "complete") {
      await first.send({ type: Type.PUBREL, packetIdentifier });
      await first.hear();
    }
    first.stream.duplex.destroy();

    await host.clock.sleep(task.off);
    const again = await opened(host, task);
    if (task.kept === "message") {
      await again.send(publish(task.text, packetIdentifier, 1));
      await again.hear();
    }
    await again.send({ type: Type.PUBREL, packetIdentifier });
    await again.hear();
    await host.clock.sleep(200);
    await again.send({ type: Type.DISCONNECT });
    await again.stream.close();
  });
  await room.run(Promise.all([task.board, task.panel].map(({ clientId }) => room.done(clientId))));
  await room.close();
  return { capture: room.capture(), told: room.told };
}

/** A connection whose session outlives it (MQTT 3.1.1 §3.1.2.4). */
async function opened(host: Host, { broker, board }: SwitchedOff): Promise<Script> {
  const script = new Script(await host.connect({ address: broker, port }));
  await script.send({
    type: Type.CONNECT,
    protocolName: "MQTT",
    protocolVersion: 4,
    flags: { cleanStart: 0 },
    keepAlive: 600,
    clientIdentifier: board.clientId,
  });
  await script.hear();
  return script;
}

/** A client that does just what is written, packet by packet: no store of its own stands in its way. */
class Script {
  readonly #frames = new Frames(65_536);
  readonly #heard: Packet[] = [];

  constructor(readonly stream: Stream) {}

  send(draft: PacketDraft): Promise<void> {
    return this.stream.write(packet.encode(draft, { version: 4 }));
  }

  /** The next packet. @throws Error if the connection ends first */
  async hear(): Promise<Packet> {
    for (;;) {
      const next = this.#heard.shift();
      if (next) return next;
      const octets = await this.stream.read(20_000);
      if (!octets) throw new Error("the broker has closed the connection");
      for (const whole of this.#frames.feed(octets)) this.#heard.push(packet.decode(whole, { version: 4 }));
    }
  }
}
