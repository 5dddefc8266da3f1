// The board opens a crowd of sessions, and tells what memory each of them takes of its process.
import { heapStats } from "bun:jsc";
import { readFileSync } from "node:fs";
import type { Host } from "../network/contract.ts";
import { type BoardPlan, Link, reach } from "./link.ts";
import { summaryOf } from "./summary.ts";

export interface MemoryPlan extends BoardPlan {
  /** How many sessions are counted. */
  readonly crowd: number;
}

export interface MemoryTaken {
  readonly kind: "memory";
  /**
   * Octets a session (connection, TLS and MQTT): of pages that the process holds; and what the engine counts for live
   * objects, with buffers that were never written to and so have no pages.
   */
  readonly resident: number;
  readonly heap: number;
}

/** The first sessions also load and compile what all of them need. */
const firstSessions = 100;

/** So often the memory is looked at, while sessions are added. */
const mostSteps = 6;

interface Point {
  readonly sessions: number;
  readonly resident: number;
  readonly heap: number;
}

/** Octets a session: the median of the slopes between any two points (Theil and Sen), which one step too many hardly moves. */
export function slope(points: readonly Point[], part: "resident" | "heap"): number {
  const slopes = points.flatMap((one, i) =>
    points
      .slice(i + 1)
      .filter(({ sessions }) => sessions > one.sessions)
      .map(other => (other[part] - one[part]) / (other.sessions - one.sessions)),
  );
  return summaryOf(slopes).median;
}

/** In a process of its own, and with one kind of connection: what was freed before would be taken again unseen. */
export async function run(host: Host, plan: MemoryPlan): Promise<void> {
  const [connection] = plan.connections;
  const links: Link[] = [];
  const steps = Math.min(mostSteps, plan.crowd);
  const before = Math.min(firstSessions, plan.crowd);
  const open = async (count: number) => {
    for (let i = 0; i < count; i++) {
      links.push(await Link.over(host, (await reach(host, plan, connection!)).stream, links.length));
      if (links.length % 25 === 0)
        host.tell({ kind: "progress", done: links.length, of: before + plan.crowd });
    }
  };
  await open(before);
  const points = [{ sessions: links.length, ...(await inUse(host)) }];
  for (let step = 1; step <= steps; step++) {
    await open(Math.round((plan.crowd * step) / steps) + before - links.length);
    points.push({ sessions: links.length, ...(await inUse(host)) });
  }
  host.tell({ kind: "memory", resident: slope(points, "resident"), heap: slope(points, "heap") });
  for (const link of links) void link.close();
}

/** Octets of this process that are its own, once garbage is given back to the system and no more of it comes. */
async function inUse(host: Host): Promise<{ readonly resident: number; readonly heap: number }> {
  let least = Number.POSITIVE_INFINITY;
  for (let unchanged = 0, round = 0; unchanged < 3 && round < mostRounds; round++) {
    Bun.gc(true);
    Bun.shrink();
    await host.clock.sleep(50);
    const now = resident();
    unchanged = now < least * 0.998 ? 0 : unchanged + 1;
    least = Math.min(least, now);
  }
  return { resident: least, heap: heapStats().heapSize };
}

const mostRounds = 60;

function resident(): number {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  // Anonymous pages: programs and libraries that are mapped in belong to no session.
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "latin1"))![1]) * 1024;
}
