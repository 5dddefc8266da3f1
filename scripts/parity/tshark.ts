// What tshark says of a capture: its PDML, read leniently, and kept.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cut, judged, type Row, type Rows, rowsOf, wrappedIn } from "./rows.ts";

/** tshark's fields of a capture, from the cache if they are there; `undefined`: they are not, and there is no tshark. */
export async function tsharkRows(
  file: string,
  { cache, passes, tshark }: { cache: string; passes: 1 | 2; tshark: string | undefined },
): Promise<Rows | undefined> {
  const { size, lastModified } = Bun.file(file);
  const name = file.split("/").at(-1);
  const kept = join(
    cache,
    `${name}.${Bun.hash(`${file} ${size} ${lastModified}`).toString(36)}.${passes}.zst`,
  );
  if (existsSync(kept))
    return readRows(new TextDecoder().decode(Bun.zstdDecompressSync(await Bun.file(kept).bytes())));
  if (tshark === undefined) return undefined;
  const lines = await pdmlLines(file, passes, tshark);
  mkdirSync(cache, { recursive: true });
  const text = lines.join("\n");
  await Bun.write(kept, Bun.zstdCompressSync(text, { level: 3 }));
  return readRows(text);
}

/** One line a field; a line `# packet protocol` before those of each protocol. */
async function pdmlLines(file: string, passes: 1 | 2, tshark: string): Promise<string[]> {
  const process = Bun.spawn([tshark, "-n", ...(passes === 2 ? ["-2"] : []), "-r", file, "-T", "pdml"], {
    stdout: "pipe",
    stderr: "ignore",
    env: { ...Bun.env, TZ: "UTC" },
  });
  const lines: string[] = [];
  let packet = 0;
  let protocol = "";
  let wrapped = false;
  const decoder = new TextDecoder();
  let left = "";
  const take = (line: string): void => {
    if (line.startsWith("<packet>")) packet++;
    else if (line.startsWith("  <proto ")) {
      const name = attribute(line, "name");
      wrapped = name === "fake-field-wrapper";
      protocol = wrapped ? "" : name;
      if (judged.has(protocol)) lines.push(`# ${packet} ${protocol}`, lineOf(line, ""));
    } else if (/^ {4}/.test(line) && line.includes("<")) {
      if (line.includes("</")) return;
      if (wrapped && line.startsWith("    <field")) {
        protocol = wrappedIn(attribute(line, "name"));
        if (judged.has(protocol)) lines.push(`# ${packet} ${protocol}`);
      }
      if (judged.has(protocol)) lines.push(lineOf(line, attribute(line, "show")));
    }
  };
  for await (const chunk of process.stdout) {
    const parts = (left + decoder.decode(chunk, { stream: true })).split("\n");
    left = parts.pop()!;
    for (const line of parts) take(line);
  }
  await process.exited;
  return lines;
}

const lineOf = (line: string, show: string): string =>
  [
    attribute(line, "name"),
    attribute(line, "pos"),
    attribute(line, "size"),
    line.includes(' hide="yes"') ? "h" : "",
    cut(show),
  ].join("\t");

/** An attribute's text; what stands in it may be no XML. */
function attribute(line: string, name: string): string {
  const at = line.indexOf(` ${name}="`);
  if (at < 0) return "";
  const start = at + name.length + 3;
  return unescaped(line.slice(start, line.indexOf('"', start)));
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
export const unescaped = (text: string): string =>
  text.includes("&") ? text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => entities[name]!) : text;

function readRows(text: string): Rows {
  const rows: Rows = new Map();
  let own: Row[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("# ")) {
      const [, packet, protocol] = line.split(" ");
      own = rowsOf(rows, Number(packet), protocol!);
      continue;
    }
    const parts = line.split("\t");
    const [name, pos, size, hidden] = parts;
    if (size === undefined) continue;
    own.push({
      name: name!,
      pos: Number(pos),
      size: Number(size),
      hidden: hidden === "h",
      show: parts.slice(4).join("\t"),
    });
  }
  return rows;
}
