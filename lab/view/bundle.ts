// The page's program and style, built by Bun from lab/page: once, in memory.
import { join } from "node:path";

export interface Bundle {
  readonly script: string;
  readonly style: string;
}

/** `main`: the page that asks its server; `inside`: the page within a report; `live`: a run as it happens. */
export type Entry = "main" | "inside" | "live";

const built = new Map<Entry, Promise<Bundle>>();

/** Self-contained, for a `<script type="module">` and a `<style>`: nothing in it is loaded from elsewhere. */
export function bundle(entry: Entry): Promise<Bundle> {
  const known = built.get(entry) ?? build(entry);
  built.set(entry, known);
  return known;
}

async function build(entry: Entry): Promise<Bundle> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, `../page/${entry}.tsx`)],
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
  });
  const text = async (ending: string) =>
    (await outputs.find(({ path }) => path.endsWith(ending))?.text()) ?? "";
  return { script: await text(".js"), style: await text(".css") };
}
