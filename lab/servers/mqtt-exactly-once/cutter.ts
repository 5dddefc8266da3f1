// Cuts connections right behind PUBLISH of QoS 2, PUBREC, PUBREL and PUBCOMP, each as often as the others.
import { Frames } from "../../../protocols/mqtt/frames.ts";
import { Type, typeName } from "../../../protocols/mqtt/types.ts";
import type { Watch } from "../../network/faulty.ts";

/** So many packets pass before the next cut: a retransmission must come through now and then. */
export interface Cutting {
  readonly every: number;
  /** Behind each kind of packet of each side; by default without a limit. */
  readonly most?: number;
}

const exchange: readonly number[] = [Type.PUBLISH, Type.PUBREC, Type.PUBREL, Type.PUBCOMP];
/** Some packets seldom come last: they are waited for, but not all the time. */
const mostAhead = 10;
const mostOctets = 1 << 20;

export function cutter({ every, most = Number.POSITIVE_INFINITY }: Cutting) {
  const cuts = new Map(exchange.flatMap(type => [`${type} client`, `${type} server`].map(key => [key, 0])));
  let passed = 0;
  return (): Watch => {
    const ways = { client: new Frames(mostOctets), server: new Frames(mostOctets) };
    return (octets, from) => {
      let last: number | undefined;
      for (const packet of ways[from].feed(octets)) {
        passed++;
        last = packet[0]!;
      }
      // Behind a packet, and behind none of another kind that came with it.
      if (last === undefined || passed < every) return false;
      const type = last >>> 4;
      const count = cuts.get(`${type} ${from}`);
      if (count === undefined || (type === Type.PUBLISH && ((last >>> 1) & 3) !== 2)) return false;
      if (count >= Math.min(most, Math.min(...cuts.values()) + mostAhead)) return false;
      cuts.set(`${type} ${from}`, count + 1);
      passed = 0;
      return `${typeName(type)} from the ${from}`;
    };
  };
}
