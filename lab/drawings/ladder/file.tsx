// The ladder as a file of its own: SVG that any program shows, so without variables.
import { escaped, markup } from "../markup.ts";
import { LadderDrawing } from "./drawing.tsx";
import type { Ladder } from "./ladder.ts";
import type { View } from "./layout.ts";

/** `style`: drawings.css. */
export function ladderSvg(ladder: Ladder, view: View, style: string): string {
  const plain = style.replaceAll(/var\(--[a-z-]+,\s*(#[0-9a-f]+)\)/gi, "$1");
  const drawn = markup(<LadderDrawing ladder={ladder} view={view} />);
  // A style is no markup: it goes in as it is, and holds no end of itself.
  return `${drawn.replace(/>/, `><style>${escaped(plain).replaceAll("&#62;", ">")}</style>`)}\n`;
}
