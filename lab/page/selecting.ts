// What is chosen of a capture: the packets that a filter selects, the packet that is shown, and those looked at before.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Captured, Selected, Shown } from "./captured.ts";

/** Milliseconds between two questions of how far a filter is. */
const every = 100;

/** The filter that is applied, if one is, and what applies another. @throws Refused, where that can't be read */
export function useSelection(
  captured: Captured,
  generation: number,
): readonly [Selected | undefined, (text: string) => Promise<Selected | undefined>] {
  const [selected, tell] = useState<Selected>();
  const apply = useCallback(
    async (text: string) => {
      const next = text === "" ? undefined : await captured.filter(text);
      tell(next);
      return next;
    },
    [captured],
  );
  useEffect(() => {
    if (!selected || selected.done) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      captured.selected(selected.selection).then(
        next => isCurrent && tell(next),
        () => isCurrent && tell({ ...selected, done: true }),
      );
    }, every);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [captured, selected]);
  // The capture was read anew: so is what the filter selects.
  const text = useRef<string | undefined>(undefined);
  text.current = selected?.text;
  const before = useRef(generation);
  useEffect(() => {
    if (generation !== before.current && text.current !== undefined)
      apply(text.current).catch(() => tell(undefined));
    before.current = generation;
  }, [generation, apply]);
  return [selected, apply];
}

/** The packet as it is shown; while another one comes, the one before. Of those passed by, none is asked for. */
export function useShown(
  captured: Captured,
  packet: number | undefined,
  generation: number,
): Shown | undefined {
  const [shown, tell] = useState<Shown>();
  const wanted = useRef(packet);
  const isAsking = useRef(false);
  wanted.current = packet;
  useEffect(() => {
    const ask = (): void => {
      const number = wanted.current;
      if (number === undefined || isAsking.current) return;
      isAsking.current = true;
      captured
        .packet(number)
        .then(tell, () => tell(undefined))
        .finally(() => {
          isAsking.current = false;
          if (wanted.current !== number) ask();
        });
    };
    ask();
  }, [captured, packet, generation]);
  return packet === undefined ? undefined : shown;
}

const mostRemembered = 200;

/** Packets looked at, back and forth, as the pages of a browser. */
export function useHistory(
  packet: number | undefined,
  go: (packet: number) => Promise<void>,
): { back(): void; forward(): void } {
  const past = useRef<{ packets: number[]; at: number }>({ packets: [], at: -1 });
  useEffect(() => {
    const { current } = past;
    if (packet === undefined || current.packets[current.at] === packet) return;
    current.packets = [...current.packets.slice(0, current.at + 1), packet].slice(-mostRemembered);
    current.at = current.packets.length - 1;
  }, [packet]);
  const move = (by: number): void => {
    const { current } = past;
    const next = current.packets[current.at + by];
    if (next === undefined) return;
    current.at += by;
    void go(next);
  };
  return { back: () => move(-1), forward: () => move(1) };
}
