// What grows at its end: the end stays in sight, unless somebody has scrolled up to read.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Pixels from the end that still count as being there. */
const near = 60;

/** For the element that scrolls: its `ref` and its `onScroll`. `grown`: whatever changes when it has grown. */
export function useTail<E extends HTMLElement>(
  grown: unknown,
  isWanted: boolean,
): readonly [RefObject<E | null>, () => void] {
  const place = useRef<E | null>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const element = place.current;
    if (grown !== undefined && element && isWanted && follows.current)
      element.scrollTop = element.scrollHeight;
  }, [grown, isWanted]);
  const scrolled = (): void => {
    const element = place.current;
    if (element) follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < near;
  };
  return [place, scrolled];
}
