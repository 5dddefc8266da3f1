// By which interface this machine's own traffic goes, as /proc/net/route has it (proc_pid_net(5)).
import { readFileSync } from "node:fs";
import { dotted } from "../../../protocols/ipv4/address.ts";
import { ownAddresses } from "./netlink.ts";

export interface DefaultRoute {
  readonly device: string;
  /** This machine's, there. */
  readonly address: string;
  readonly prefix: number;
  /** Itself, where everybody is a neighbour. */
  readonly gateway: string;
}

/** The one of the least metric whose interface has an address. */
export function defaultRoute(): DefaultRoute | undefined {
  const [best] = defaultRoutes().sort((a, b) => a.metric - b.metric);
  const own = best && ownAddresses().find(one => one.interface === best.device);
  if (!best || !own) return undefined;
  const gateway = best.gateway === 0 ? own.address : dotted(best.gateway);
  return { device: best.device, address: own.address, prefix: own.prefix, gateway };
}

export const isOnDefaultRoute = (device: string): boolean =>
  defaultRoutes().some(route => route.device === device);

function defaultRoutes() {
  const [, ...lines] = readFileSync("/proc/self/net/route", "utf8").trim().split("\n");
  return lines.flatMap(line => {
    const [device = "", destination, gateway, , , , metric, mask] = line.split(/\s+/);
    if (Number(`0x${destination}`) !== 0 || Number(`0x${mask}`) !== 0) return [];
    return [{ device, gateway: swapped(Number(`0x${gateway}`)), metric: Number(metric) }];
  });
}

/** The kernel prints the number as it lies in its memory. */
function swapped(number: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, number, true);
  return view.getUint32(0);
}
