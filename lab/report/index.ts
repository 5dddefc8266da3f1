// `bun lab report`: one file to hand in, HTML or Markdown, or the ladder alone as SVG.
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import drawings from "../drawings/drawings.css" with { type: "text" };
import { ladderSvg } from "../drawings/ladder/file.tsx";
import { ladderOf } from "../drawings/reading.ts";
import { exit, Failure, usage } from "../failure.ts";
import { decodeAs } from "../inspect/decode-as.ts";
import { protocols } from "../protocols.ts";
import { openRunOf, type Run } from "../runs/kept.ts";
import type { Language } from "../words.ts";
import type { Inside } from "./document.tsx";
import type { Told } from "./told.ts";

export interface ReportOptions {
  readonly output?: string;
  readonly format?: "html" | "md";
  /** Where the ladder goes, as SVG: then nothing else is written. */
  readonly ladder?: string;
  /** Whether the keys of TLS sessions are told. */
  readonly secrets: boolean;
  readonly decode: readonly string[];
  readonly keylog?: string;
  readonly lang: Language;
}

/** Writes the report of a run or a capture, and says where. @throws Failure */
export async function report(path: string | undefined, options: ReportOptions): Promise<number> {
  const run = openRunOf(path);
  const { lang, secrets, decode, keylog } = options;
  const sources = { decode, ...(keylog !== undefined && { keylog }) };
  if (options.ladder !== undefined) {
    writable(options.ladder, "--ladder");
    const ladder = await ladderOf(run.capture, sources);
    const views = ladder.segments.map((_, segment) =>
      ladderSvg(ladder, { language: lang, width: 1200, isOpen: true, detail: "story", segment }, drawings),
    );
    for (const [i, svg] of views.entries()) {
      const file =
        i === 0 ? options.ladder : options.ladder.replace(/(\.svg)?$/, `-${ladder.segments[i]}.svg`);
      await written(file, svg, "--ladder");
    }
    return exit.done;
  }
  const format = options.format ?? (options.output?.endsWith(".md") ? "md" : "html");
  const beside = run.folder
    ? join(run.folder, `report.${format}`)
    : `${run.capture.replace(/\.(pcapng|pcap)$/, "")}.report.${format}`;
  const file = options.output ?? beside;
  writable(file, "-o");
  const { tell } = await import("./told.ts");
  const told = await tell(run, sources, secrets);
  const text =
    format === "md"
      ? (await import("./markdown.ts")).markdownOf(told, lang)
      : (await import("./document.tsx")).htmlOf(told, lang, secrets, await insideOf(run, told, options));
  await written(file, text, "-o");
  return exit.done;
}

/** The page with the capture inside. */
async function insideOf(
  run: Run,
  { ladder, walks, plots }: Told,
  { lang, decode, keylog }: ReportOptions,
): Promise<Inside> {
  const { open } = await import("../view/opening.ts");
  const { wholeOf } = await import("../view/whole.ts");
  const { bundle } = await import("../view/bundle.ts");
  await using opened = await open(run.folder ?? run.capture, {
    keylog,
    decode: decodeAs(decode, protocols()),
  });
  const whole = await wholeOf(opened.capture, lang, { ladder, walk: walks, plots });
  return { ...(await bundle("inside")), whole };
}

/** Told before anything is read. @throws Failure */
function writable(file: string, flag: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw usage(`${flag} ${file}: there is no folder ${folder}; name another file.`);
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw usage(`${flag} ${file}: is a folder, where a file is expected; name another file.`);
}

async function written(file: string, text: string, flag: string): Promise<void> {
  try {
    await Bun.write(file, text);
  } catch (error) {
    throw new Failure(
      `${flag} ${file}: can't be written (${(error as NodeJS.ErrnoException).code}); name another file.`,
    );
  }
  console.log(file);
}
