// An answer together with the packet that shows it: where few answers are possible, a neighbour's is not right here.
import type { Said } from "../../words.ts";
import { Illegible, type Kind } from "../exercise.ts";
import { numberOf } from "./packets.ts";

export interface Placed<V> {
  readonly value: V;
  readonly packet: number;
}

/** `at("RATE", 8)`; none where there is no such answer. */
export const at = <V>(value: V | undefined, packet: number): Placed<V> | undefined =>
  value === undefined ? undefined : { value, packet };

/** `named`: which packet is meant. A listed wrong answer stands for its value, whatever packet was named. */
export function inPacket<V>(
  kind: Kind<V> & Required<Pick<Kind<V>, "spelling">>,
  named: Said,
): Kind<Placed<V>> {
  const spelling = ({ value, packet }: Placed<V>): string => `${kind.spelling(value)} ${packet}`;
  return {
    name: "choice",
    expects(run) {
      const { en, es } = kind.expects(run);
      return {
        en: `${en}; behind it ${numberOf(named).en}`,
        es: `${es}; detrás, ${numberOf(named).es}`,
      };
    },
    read(typed, run) {
      const [, value, packet] = /^(.*?)[\s,;]+(?:packet|paquete)?\s*#?(\d{1,9})\s*$/isu.exec(typed) ?? [];
      if (value === undefined) throw new Illegible(this.expects(run));
      return { value: kind.read(value, run), packet: Number(packet) };
    },
    show: ({ value, packet }) => `${kind.show(value)} ${packet}`,
    spelling,
    isAlike: (typed, wrong) => kind.spelling(typed.value) === kind.spelling(wrong.value),
  };
}
