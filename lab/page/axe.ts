// What axe finds of a page that is serious or worse.
import { join } from "node:path";
import type { Page } from "playwright-core";

const program = join(import.meta.dir, "../../node_modules/axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The rule, and the first places where it is broken. `without`: selectors of what is not looked at. */
export async function axeOf(page: Page, without: readonly string[] = []): Promise<string[]> {
  await page.evaluate(await Bun.file(program).text());
  const violations = await page.evaluate(async exclude => {
    const { axe } = globalThis as never as {
      axe: { run(context: unknown): Promise<{ violations: Violation[] }> };
    };
    return (await axe.run({ exclude })).violations;
  }, without);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 200))
          .join(" | ")}`,
    );
}
