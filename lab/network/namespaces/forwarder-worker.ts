// The thread that forwards: it lives in the switch's namespace, takes the frames of each cable with faults at one end,
// and lets them out at the other when, and as often as, the cable's faults say.
import { machineTime } from "../clock.ts";
import { Agenda } from "../faults/agenda.ts";
import { loadCutter } from "../faults/cutting.ts";
import { type CableFaults, type FaultReport, frameHash } from "../faults/faults.ts";
import { Ledger } from "../faults/ledger.ts";
import { Path } from "../faults/path.ts";
import { PacketEnd } from "../linux/packet-end.ts";
import { enterNetwork, waitReadable } from "../linux/system.ts";
import { detour, portInterface } from "../linux/wiring.ts";
import { Connections } from "./connections.ts";
import type { ForwarderNews, ForwarderOrder } from "./forwarder.ts";

declare const self: Worker;

/** Orders are heard between two waits. */
const idleMilliseconds = 5;
/** Frames taken from one end before the others have their turn. */
const framesAtOnce = 64;
const ethernetHeader = 14;

type Way = "up" | "down";

const agenda = new Agenda();
const ledger = new Ledger();
const cables = new Map<number, Cable>();
let orders: Promise<void> = Promise.resolve();
let isStopped = false;

self.onmessage = ({ data }: MessageEvent<ForwarderOrder>) => {
  orders = orders.then(() => obey(data)).catch(error => tell({ failed: (error as Error).message }));
};

async function obey(order: ForwarderOrder): Promise<void> {
  if ("start" in order) {
    enterNetwork(order.start.namespace);
    tell({ forwarding: true });
    void forward().catch(error => tell({ failed: (error as Error).message }));
  } else if ("report" in order) tell({ report: report() });
  else if ("gone" in order) remove(order.gone);
  else if ("stop" in order) {
    isStopped = true;
    for (const port of cables.keys()) remove(port);
    tell({ stopped: true });
  } else {
    const refused = await lay(order.cable).catch((error: Error) => error);
    tell(refused ? { refused: refused.message } : { laid: true });
  }
}

/** @throws Error if there is nobody to cut its connections */
async function lay({
  port,
  host,
  faults,
}: Extract<ForwarderOrder, { cable: unknown }>["cable"]): Promise<void> {
  const cuts = faults.cuts && new Connections(await loadCutter(faults.cuts));
  cables.set(port, new Cable(host, cables.get(port)?.ends ?? openEnds(port), faults, cuts));
}

function remove(port: number): void {
  const cable = cables.get(port);
  cables.delete(port);
  if (cable) for (const end of Object.values(cable.ends)) end[Symbol.dispose]();
}

/** With what came faster than it could be forwarded, which happens to a machine that is too busy. */
function report(): FaultReport {
  for (const { host, ends } of cables.values())
    for (const way of ["up", "down"] as const) ledger.missed(host, way, ends[way].dropped());
  return ledger.report();
}

const openEnds = (port: number) => ({
  up: new PacketEnd(portInterface(port).index),
  down: new PacketEnd(detour(port).inner.index),
});

async function forward(): Promise<void> {
  while (!isStopped) {
    const descriptors = [...cables.values()].flatMap(({ ends }) => [
      ends.up.descriptor,
      ends.down.descriptor,
    ]);
    waitReadable(descriptors, Math.min(idleMilliseconds, agenda.left(performance.now())));
    for (const cable of cables.values()) cable.forward();
    agenda.run(performance.now());
    // The thread hears its orders.
    await new Promise(setImmediate);
  }
}

class Cable {
  readonly #paths: Record<Way, Path>;

  constructor(
    readonly host: string,
    /** Where frames of each way come in. */
    readonly ends: Record<Way, PacketEnd>,
    readonly faults: CableFaults,
    readonly connections: Connections | undefined,
  ) {
    const { seed = 0, up = {}, down = {} } = faults;
    this.#paths = { up: new Path(up, `${seed} ${host} up`), down: new Path(down, `${seed} ${host} down`) };
  }

  /** Takes what has come in at both ends. */
  forward(): void {
    for (const way of ["up", "down"] as const)
      for (let taken = 0; taken < framesAtOnce; taken++) {
        const frame = this.ends[way].take();
        if (!frame) break;
        this.#carry(way, frame);
      }
  }

  #carry(way: Way, frame: Uint8Array): void {
    ledger.met(this.host, way);
    const now = performance.now();
    const found = this.connections?.see(frame);
    if (found?.is === "gone") return this.#letOut(back(way), found.reset, now);
    const fate = this.#fate(way, frame, now, found?.is === "cut");
    if (fate.faults.length > 0) ledger.befell(this.host, way, fate.faults, machineTime(), frameHash(frame));
    for (const arrival of fate.arrivals) this.#letOut(way, frame, arrival);
    if (found?.is !== "cut") return;
    ledger.cut(this.host, way, machineTime(), frameHash(frame), found.name);
    // A moment for the program to read what arrived, before its kernel is told.
    const end = (fate.arrivals[0] ?? now) + 2;
    this.#letOut(way, found.forward, end);
    this.#letOut(back(way), found.back, end);
  }

  #fate(way: Way, frame: Uint8Array, now: number, spared: boolean) {
    const { mtu = 1500 } = this.faults;
    if (frame.length - ethernetHeader > mtu) return { arrivals: [], faults: ["too large" as const] };
    return this.#paths[way].frame(frame.length, now, spared);
  }

  #letOut(way: Way, frame: Uint8Array, at: number): void {
    const out = this.ends[back(way)];
    if (at <= performance.now()) out.send(frame);
    else agenda.add(at, () => out.send(frame));
  }
}

const back = (way: Way): Way => (way === "up" ? "down" : "up");

function tell(news: ForwarderNews): void {
  self.postMessage(news);
}
