// What divides two panes: dragged, or moved by the arrow keys.
import { useRef } from "preact/hooks";

const [least, most] = [12, 85];

/** `share`: percent of the first pane. */
export function Divider({
  direction,
  share,
  set,
  label,
}: {
  /** "rows": one above the other. */
  readonly direction: "rows" | "columns";
  readonly share: number;
  readonly set: (share: number) => void;
  readonly label: string;
}) {
  const bar = useRef<HTMLHRElement>(null);
  const to = (value: number) => set(Math.round(Math.min(Math.max(value, least), most) * 10) / 10);
  const drag = (event: PointerEvent): void => {
    const element = bar.current!;
    element.setPointerCapture(event.pointerId);
    const { left, top, width, height } = element.parentElement!.getBoundingClientRect();
    element.onpointermove = ({ clientX, clientY }) =>
      to(direction === "rows" ? ((clientY - top) / height) * 100 : ((clientX - left) / width) * 100);
    element.onpointerup = () => {
      element.onpointermove = null;
    };
  };
  return (
    <hr
      ref={bar}
      class={`divider between-${direction}`}
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction === "rows" ? "horizontal" : "vertical"}
      aria-valuenow={Math.round(share)}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={drag}
      onKeyDown={event => {
        const step = { ArrowUp: -3, ArrowLeft: -3, ArrowDown: 3, ArrowRight: 3 }[event.key];
        if (step === undefined || event.ctrlKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        to(share + step);
      }}
    />
  );
}
