// A list of any length under one scrollbar: browsers cap the height of an element (Firefox at 17.9 million pixels,
// Chromium at 33.5), so beyond `tallest` the scrollbar is scaled, and wheel and finger are taken by the row, not by the scale.

import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

export const tallest = 2_000_000;
/** Rows drawn beyond what is in sight, so that a scroll shows no gap before the next frame. */
const beyond = 8;

export interface Scrolling {
  /** The rows to draw: `first` up to, not with, `end`. */
  readonly first: number;
  readonly end: number;
  /** Height of the whole, as the scrollbar sees it, and where the first drawn row stands in it; pixels. */
  readonly height: number;
  readonly offset: number;
  /** Scrolls as little as needed for this row to be in sight, or to the middle if it is far. */
  reveal(row: number): void;
  /** Whole rows in sight: a page. */
  readonly page: number;
}

/** `header`: pixels at the top of the view that do not scroll. */
export function useScrolling(
  view: RefObject<HTMLElement | null>,
  rows: number,
  rowHeight: number,
  header = 0,
): Scrolling {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  /** Where the view stands in the list as it would be without a cap, and where the scrollbar was put for it. */
  const at = useRef({ top: 0, scrollbar: 0, sight: 0 });
  const whole = rows * rowHeight;
  const height = Math.min(whole, tallest);
  const { current } = at;
  const scale = (sight: number) => (height > sight ? (whole - sight) / (height - sight) : 1);
  const isScaled = whole > height;

  const put = (element: HTMLElement, top: number): void => {
    current.top = Math.max(0, Math.min(top, whole - current.sight));
    element.scrollTop = current.top / scale(current.sight);
    current.scrollbar = element.scrollTop;
    redraw(0);
  };

  useLayoutEffect(() => {
    const element = view.current!;
    const measure = () => {
      current.sight = Math.max(element.clientHeight - header, 0);
      redraw(0);
    };
    const scrolled = () => {
      if (Math.abs(element.scrollTop - current.scrollbar) < 1 && isScaled) return;
      current.scrollbar = element.scrollTop;
      current.top = element.scrollTop * scale(current.sight);
      redraw(0);
    };
    const wheeled = (event: WheelEvent) => {
      if (!isScaled || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? rowHeight : event.deltaMode === 2 ? current.sight : 1;
      put(element, current.top + event.deltaY * unit);
    };
    let finger: number | undefined;
    const touched = ({ touches }: TouchEvent) => {
      finger = touches.length === 1 ? touches[0]!.clientY : undefined;
    };
    const dragged = (event: TouchEvent) => {
      if (!isScaled || finger === undefined) return;
      event.preventDefault();
      const { clientY } = event.touches[0]!;
      put(element, current.top + finger - clientY);
      finger = clientY;
    };
    measure();
    // A list that grew, or shrank, under a scrollbar that stays where it is.
    if (isScaled || current.top > whole - current.sight) put(element, current.top);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    element.addEventListener("wheel", wheeled, { passive: false });
    element.addEventListener("touchstart", touched, { passive: true });
    element.addEventListener("touchmove", dragged, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("touchstart", touched);
      element.removeEventListener("touchmove", dragged);
      element.removeEventListener("scroll", scrolled);
      element.removeEventListener("wheel", wheeled);
    };
  }, [rows, rowHeight, header]);

  const first = Math.max(0, Math.floor(current.top / rowHeight) - beyond);
  const end = Math.min(rows, Math.ceil((current.top + current.sight) / rowHeight) + beyond);
  return {
    ...{ first, end, height },
    offset: (isScaled ? current.scrollbar - current.top : 0) + first * rowHeight,
    page: Math.max(1, Math.floor(current.sight / rowHeight) - 1),
    reveal(row) {
      const element = view.current;
      if (!element) return;
      current.sight = Math.max(element.clientHeight - header, 0);
      const { top, sight } = current;
      const [above, below] = [row * rowHeight, (row + 1) * rowHeight - sight];
      if (top <= above && top >= below) return;
      const isFar = above < top - sight || below > top + sight;
      put(element, isFar ? above - sight / 2 : above < top ? above : below);
    },
  };
}
