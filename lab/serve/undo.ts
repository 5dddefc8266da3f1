// The process behind undoing.ts: reads what is to be undone until its input ends, then undoes it.
import { indexOf, switchOffload } from "../network/linux/interface.ts";
import { applyConfiguration } from "../network/linux/netlink.ts";
import { SystemError } from "../network/linux/system.ts";
import type { Undo } from "./undoing.ts";

const text = await Bun.stdin.text();
// A line that is cut short was not acted upon.
const told = text.split("\n").slice(0, -1);
for (const line of told.reverse()) {
  const undo = JSON.parse(line) as Undo;
  try {
    perform(undo);
  } catch (error) {
    // An interface that is gone, or an address that is, leaves nothing to undo.
    if (!(error instanceof SystemError))
      console.error(`lab: can't undo ${line}: ${(error as Error).message}`);
  }
}

function perform(undo: Undo): void {
  switch (undo.undo) {
    case "address":
      return applyConfiguration(indexOf(undo.device), undo, undefined);
    case "offload":
      return switchOffload(undo.device, undo.feature, true);
    case "terminal":
      Bun.spawnSync(["stty", "-F", undo.path, undo.settings]);
  }
}
