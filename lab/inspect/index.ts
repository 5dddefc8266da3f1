// `bun lab inspect`: the packets of a capture, as a list, as trees, as octets, or as JSON.
import { dissector, type Packet, type Source } from "../../protocols/packet/index.ts";
import { type Damage, type Met, Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { protocols } from "../protocols.ts";
import { paint, printable } from "../terminal.ts";
import type { Language } from "../words.ts";
import { decodeAs } from "./decode-as.ts";
import { selectionOf, wantedBy } from "./filter.ts";
import { hexOf } from "./hex.ts";
import { lineOf, Rows, type TimeFormat } from "./list.ts";
import { Output } from "./output.ts";
import { addSecrets } from "./secrets.ts";
import { type Explain, treeOf } from "./tree.ts";

export interface InspectOptions {
  /** Only this packet. */
  readonly number?: number;
  /** Stop after so many. */
  readonly count?: number;
  readonly details?: boolean;
  /** With details: what each field means, and the standard that says so. */
  readonly explain?: boolean;
  readonly lang?: Language;
  readonly octets?: boolean;
  readonly time: TimeFormat;
  readonly decode: readonly string[];
  readonly keylog?: string;
  readonly names?: boolean;
  readonly comments?: boolean;
  readonly json?: boolean;
  /** A display filter: only packets that it selects. */
  readonly filter?: string;
}

/** Returns the exit code: 1 where the capture could not be read to its end. */
export async function inspect(file: string, options: InspectOptions): Promise<number> {
  if (options.json && (options.details || options.octets || options.comments))
    throw usage(
      "--json prints a row a packet; -V, -x and --comments are for people: leave one or the other out.",
    );
  const keyLog = new KeyLog();
  await addSecrets(keyLog, options.keylog);
  const names = new Map<string, string>();
  const damages: Damage[] = [];
  const meet = (met: Met): void => {
    if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
    if (met.kind === "names" && options.names)
      for (const { address, names: known } of met.entries) if (known[0]) names.set(address, known[0]);
    if (met.kind === "damage") damages.push(met);
  };

  const known = protocols(keyLog);
  const rules = decodeAs(options.decode, known);
  const { packet: dissect } = dissector(known, rules);
  const rows = new Rows(options.time, names);
  const selection = options.filter === undefined ? undefined : selectionOf(options.filter);
  const explain = options.explain ? await explainedIn(options.lang ?? "en") : undefined;
  const out = new Output();
  let shown = 0;
  try {
    const wants = selection && wantedBy(selection, file, known, rules, opensTls(keyLog));
    for await (const frame of openCapture(file, meet, wants)) {
      const packet = dissect(frame);
      const selected = selection?.selects(packet) ?? true;
      const row = rows.of(packet, selected);
      if (!selected) continue;
      if (options.number !== undefined && packet.number !== options.number) continue;
      if (options.json)
        out.line(JSON.stringify({ ...row, layers: packet.layers.map(layer => layer.protocol.name) }));
      else {
        out.line(lineOf(row));
        for (const line of below(packet, options, explain)) out.line(line);
      }
      shown++;
      if (packet.number === options.number || shown === options.count) break;
      if (out.full) await out.flush();
    }
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  } finally {
    await out.flush();
  }
  for (const damage of damages) console.error(`lab: ${file}: ${damage}`);
  if (options.number !== undefined && shown === 0)
    throw new Failure(`${file} has no packet ${options.number}; bun lab inspect ${file} lists them.`);
  return damages.length > 0 ? exit.failed : exit.done;
}

const opensTls = ({ size, opensKeyExchanges }: KeyLog): boolean => size > 0 || opensKeyExchanges;

async function explainedIn(language: Language): Promise<Explain> {
  const { explanationOf } = await import("./explanations.ts");
  return (protocol, path) => {
    const said = explanationOf(protocol, path);
    return said && `${said[language]} (${said.reference})`;
  };
}

/** What stands under a packet's line. */
function* below(
  packet: Packet,
  { details, octets, comments }: InspectOptions,
  explain?: Explain,
): Generator<string> {
  if (comments && !details)
    for (const comment of packet.frame.comments)
      for (const line of comment.split("\n")) yield paint(`       ${printable(line)}`, "green");
  if (details) yield* treeOf(packet, explain);
  if (octets) yield* octetsOf(packet);
  if (details || octets) yield "";
}

/** The frame's octets, and those of every other source that was made from it. */
function* octetsOf(packet: Packet): Generator<string> {
  const { frame } = packet;
  yield paint(`Frame (${frame.end - frame.start} octets):`, "bold");
  yield* hexOf(
    new Uint8Array(frame.view.buffer, frame.view.byteOffset + frame.start, frame.end - frame.start),
  );
  const shown = new Set<Source>();
  for (const { source } of packet.layers) {
    if (source.view === frame.view || shown.has(source)) continue;
    shown.add(source);
    yield paint(`${source.title}:`, "bold");
    yield* hexOf(new Uint8Array(source.view.buffer, source.view.byteOffset, source.view.byteLength));
  }
}
