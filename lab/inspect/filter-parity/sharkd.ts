// Which frames Wireshark selects: one sharkd answers many filters, and what it said is kept.
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** By filter the frames it selects, or why it is none. `undefined`: there is no sharkd, and nothing was kept. */
export async function framesOf(
  file: string,
  filters: readonly string[],
): Promise<Map<string, readonly number[] | string> | undefined> {
  const { size, lastModified } = Bun.file(file);
  const folder = join(tmpdir(), "lab-parity");
  const kept = join(folder, `filters.${Bun.hash(`${file} ${size} ${lastModified}`).toString(36)}.json`);
  const known: Record<string, readonly number[] | string> = existsSync(kept)
    ? await Bun.file(kept).json()
    : {};
  const asked = filters.filter(filter => known[filter] === undefined);
  if (asked.length > 0) {
    const sharkd = Bun.which("sharkd");
    if (!sharkd) return undefined;
    Object.assign(known, await answers(sharkd, file, asked));
    mkdirSync(folder, { recursive: true });
    await Bun.write(kept, JSON.stringify(known));
  }
  return new Map(filters.map(filter => [filter, known[filter]!]));
}

interface Answer {
  readonly id: number;
  readonly result?: readonly { readonly num: number }[];
  readonly error?: { readonly message: string };
}

async function answers(
  sharkd: string,
  file: string,
  filters: readonly string[],
): Promise<Record<string, readonly number[] | string>> {
  const request = (id: number, method: string, params: object): string =>
    `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
  const asked = [
    request(1, "load", { file }),
    ...filters.map((filter, i) => request(i + 2, "frames", { filter })),
  ];
  const process = Bun.spawn([sharkd, "-"], {
    stdin: new TextEncoder().encode(asked.join("")),
    stdout: "pipe",
    stderr: "ignore",
    env: { ...Bun.env, TZ: "UTC" },
  });
  const said: Record<string, readonly number[] | string> = {};
  for (const line of (await new Response(process.stdout).text()).split("\n")) {
    if (!line.startsWith("{")) continue;
    const { id, result, error } = JSON.parse(line) as Answer;
    if (id === 1 && error) throw new Error(`sharkd can't read ${file}: ${error.message}`);
    const filter = filters[id - 2];
    if (filter === undefined) continue;
    said[filter] = error ? error.message : (result ?? []).map(({ num }) => num);
  }
  return said;
}
