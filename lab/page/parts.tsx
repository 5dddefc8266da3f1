// The page's tabs: one line each. What stands behind a tab is a component in panels/.
//
// A panel asks the capture for what it draws, `useAnswer(captured, "ladder", { from: 0 })`, by a name of the table in
// lab/view/answers.ts, and hands the answer to a drawing (lab/drawings), which is pure: data in, SVG out. In a report
// the same question is answered by what the report carries inside (`Whole.answers`, keyed as `keyOf` writes it). A click
// on anything that stands for a packet calls `select(number)`: the packet list comes to the front, with that packet.
//
//   panels/ladder.tsx      export function LadderPanel({ captured, language, generation, select }: PanelProps) { … }
//   here                   { id: "ladder", title: { en: "Ladder", es: "Escalera" }, panel: LadderPanel },
//   lab/view/answers.ts    ladder: async (capture, query) => { …; await capture.each(packet => ladder.observe(packet)); return ladder.values(); },
//
// Styles of a panel: a file of its own in panels/, imported by the panel (`import "./ladder.css"`); colours only by the
// variables of page.css (--text, --faint, --line, --accent, --protocol-dns …), which follow dark and light. No inline
// <style>, no HTML from strings, nothing from elsewhere: the policy of the page refuses them.
import type { ComponentType } from "preact";
import type { Language, Said } from "../words.ts";
import type { Captured } from "./captured.ts";
import { FindingsPanel } from "./panels/findings.tsx";
import { LadderPanel } from "./panels/ladder.tsx";
import { PlotsPanel } from "./panels/plots.tsx";
import { WalkPanel } from "./panels/walk.tsx";

/** What every panel is handed. */
export interface PanelProps {
  readonly captured: Captured;
  readonly language: Language;
  /** `State.generation`: when it grows, what was asked before is void; `useAnswer` asks anew. */
  readonly generation: number;
  /** The packet that is selected, if one is. */
  readonly selected: number | undefined;
  /** Shows this packet in the list. `path`: the field to light, as in `Node.path`. */
  select(packet: number, path?: string): void;
}

export interface Part {
  /** In the address behind #: letters. */
  readonly id: string;
  readonly title: Said;
  readonly panel: ComponentType<PanelProps>;
}

/** In the order of the tabs, behind the packet list, which is always the first. */
export const parts: readonly Part[] = [
  { id: "findings", title: { en: "Findings", es: "Hallazgos" }, panel: FindingsPanel },
  { id: "ladder", title: { en: "Ladder", es: "Diagrama" }, panel: LadderPanel },
  { id: "walk", title: { en: "Handshake", es: "Negociación" }, panel: WalkPanel },
  { id: "plots", title: { en: "Plots", es: "Gráficas" }, panel: PlotsPanel },
];
