// What people do in a run, in order: the words of --play.
import { usage } from "../failure.ts";

export type Act =
  /** The PC publishes a text to the secret topic. */
  { readonly does: "publish"; readonly text: string } | { readonly does: "pull" | "plug" };

/** Somebody greets the board and commands a LED. */
export const visit: readonly Act[] = [
  { does: "publish", text: "Hola XD" },
  { does: "publish", text: "LD2OFF" },
];

/**
 * "Hola XD,LD1OFF,pull,plug": `pull` and `plug` are the boards' cables, anything else is published to the secret topic.
 * @throws Failure (usage)
 */
export function readActs(text: string): Act[] {
  const words = text.split(",").map(word => word.trim());
  let plugged = true;
  return words.map((word): Act => {
    if (word === "") throw usage(`--play "${text}": an act is missing between two commas.`);
    if (word === "plug" && plugged) throw usage(`--play "${text}": the cable is in; it can be pulled first.`);
    if (word !== "plug" && !plugged)
      throw usage(`--play "${text}": "${word}" comes while the cable is out; put it back first with plug.`);
    plugged = word !== "pull";
    return word === "pull" || word === "plug" ? { does: word } : { does: "publish", text: word };
  });
}
