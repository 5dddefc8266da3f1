// The page put in its place.
import "./page.css";
import { render } from "preact";
import { App } from "./app.tsx";
import type { Captured } from "./captured.ts";

/** `onLost` takes what is to be called when the server has ended. */
export function mount(
  captured: Captured,
  place: HTMLElement,
  onLost: (tell: () => void) => void = () => {},
): void {
  place.classList.add("view");
  render(<App captured={captured} onLost={onLost} />, place);
}
