// Which faults a person has chosen: names, values, and no two that decide about the same.
import { usage } from "../../failure.ts";
import { meant } from "../../words.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./index.ts";

/** A fault, with what stands behind `=`. */
export interface Chosen {
  readonly name: string;
  readonly fault: Fault;
  readonly value: string;
}

/** One by its name, with its usual value. */
export const usual = (name: string, fault: Fault): Chosen => ({
  name,
  fault,
  value: fault.value?.usual ?? "",
});

/** "loss=20,delay=300" and others like it. @throws Failure (usage) for a name, a value or a combination that can't be */
export function readFaults(words: readonly string[], beside: readonly Chosen[] = []): Chosen[] {
  const chosen = words.flatMap(word => word.split(",")).map(word => readFault(word.trim()));
  refuseTogether([...beside, ...chosen]);
  return chosen;
}

function readFault(word: string): Chosen {
  const [name = "", value] = word.split("=", 2);
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (!fault) {
    const close = meant(name, Object.keys(faults));
    const hint = close ? `did you mean ${close}?` : `there are ${Object.keys(faults).join(", ")}.`;
    throw usage(`--fault ${word}: there is no fault "${name}"; ${hint}`);
  }
  if (value === undefined) return usual(name, fault);
  if (!fault.value) throw usage(`--fault ${word}: ${name} takes no value; leave out "=${value}".`);
  if (!fault.value.fits(value)) throw usage(`--fault ${word}: ${name} takes ${fault.value.what}.`);
  return { name, fault, value };
}

function refuseTogether(chosen: readonly Chosen[]): void {
  for (const [i, one] of chosen.entries())
    for (const other of chosen.slice(i + 1)) {
      if (one.fault === other.fault) throw usage(`${one.name} is there twice; once is enough.`);
      const shared = one.fault.changes.find(part => other.fault.changes.includes(part));
      if (shared)
        throw usage(
          `${one.name} and ${other.name} can't be together: each decides about the ${shared}; leave one out.`,
        );
    }
}
