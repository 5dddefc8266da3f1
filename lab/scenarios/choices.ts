// What a person's choices make of a run: its boards, their broker's TLS version, and what people do.
import { usage } from "../failure.ts";
import { type Act, readActs, visit } from "./acts.ts";
import { type Chosen, chooseBoards } from "./boards.ts";
import type { ScenarioOptions } from "./options.ts";
import { isTesting } from "./scenario.ts";

export interface Choices {
  readonly boards: readonly Chosen[];
  /** That of all boards. */
  readonly version: "1.2" | "1.3";
  readonly acts: readonly Act[];
}

/**
 * `place`: settings of the boards that differ in this scenario from those on the bench, `table.key=value`; a person's
 * own come after them. @throws Failure (usage)
 */
export async function choose(options: ScenarioOptions, place: readonly string[] = []): Promise<Choices> {
  const byHand = options.play === true;
  const boards = await chooseBoards(options, options.pace ?? (byHand ? "real" : "fast"), place);
  const versions = new Set(boards.map(({ settings }) => settings.tls.version));
  if (versions.size > 1)
    throw usage("the boards' tls.version differ, and the broker speaks one of them: give all the same.");
  const acts = typeof options.play === "string" ? readActs(options.play) : undefined;
  if (acts?.some(({ does }) => does === "publish") && boards.every(isTesting))
    throw usage(`--play "${options.play}": in test mode no board listens; --no-hold plays normal mode.`);
  return { boards, version: [...versions][0]!, acts: acts ?? (options.story === "visit" ? visit : []) };
}
