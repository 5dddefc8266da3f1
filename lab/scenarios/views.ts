// What a router divides: the side where the boards are, and the ladder of each side.
import type { Rung } from "../ladder.ts";
import type { View } from "../runs/reporter.ts";
import type { Cast } from "./scenario.ts";

/** The boards' own segment. */
export interface Home {
  readonly name: string;
  readonly hosts: ReadonlySet<string>;
  /** Of the switch: the capture's interfaces. */
  readonly ports: ReadonlySet<number>;
  /** The segment beyond the router. */
  readonly beyond: string;
}

/** None, where all are on one segment. `segments`: that of each port. */
export function homeOf({ boards, hosts }: Cast, segments: ReadonlyMap<number, string>): Home | undefined {
  const router = hosts.find(({ uplink }) => uplink);
  const name = boards[0]?.segment;
  if (!router?.uplink || name === undefined) return undefined;
  const members = [...boards, ...hosts].filter(({ segment }) => segment === name);
  const ports = [...segments].filter(([, segment]) => segment === name).map(([port]) => port);
  return {
    name,
    hosts: new Set(members.map(({ name }) => name)),
    ports: new Set(ports),
    beyond: router.uplink.segment,
  };
}

/** At home all others share a column; beyond the router only those have one who say or hear something. */
export function viewsOf(home: Home, hosts: readonly string[], rungs: readonly Rung[]): View[] {
  const isInside = ({ port }: Rung): boolean => port !== undefined && home.ports.has(port);
  const outside = rungs.filter(rung => !isInside(rung));
  const column = (host: string): string =>
    home.hosts.has(host) || !hosts.includes(host) ? host : home.beyond;
  const speaking = new Set(outside.flatMap(({ from, to }) => [from, to]));
  return [
    {
      title: home.name,
      hosts: [...hosts.filter(host => home.hosts.has(host)), home.beyond],
      rungs: rungs.filter(isInside).map(rung => ({ ...rung, from: column(rung.from), to: column(rung.to) })),
    },
    { title: home.beyond, hosts: hosts.filter(host => speaking.has(host)), rungs: outside },
  ];
}
