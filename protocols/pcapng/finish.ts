// The last step of a recording: the file is rewritten once, in the order of time, with all that its readers need in front.
import { optionOf } from "../wire/index.ts";
import { type Damage, type NameEntry, type RecordedFrame, Unreadable } from "./capture.ts";
import { CaptureFile, replaceFile } from "./file.ts";
import { type Block, BlockType, isOf } from "./format.ts";
import { commentsOf, directionOf } from "./metadata.ts";
import { type Placed, Survey } from "./survey.ts";
import { CaptureWriter } from "./writer.ts";

export interface Finishing {
  /** TLS secrets, in the key log format. */
  readonly secrets?: string;
  readonly names?: readonly NameEntry[];
  /** Comments for a frame, besides those it has. Frames come in their final order, under their final numbers. */
  readonly comment?: (frame: RecordedFrame) => readonly string[];
  readonly sectionComment?: string;
}

export interface Finished {
  readonly frames: number;
  /** Set if the recording was cut short: what came after its last whole block is not in the new file. */
  readonly damage: Damage | undefined;
}

/**
 * Rewrites a pcapng file: one section; secrets right behind its header, then interfaces, names and whatever else it
 * holds, except what its maker forbids to copy (draft-ietf-opsawg-pcapng §5.2); packets by time, the first recorded
 * first where times are equal; statistics at the end. The new file takes the place of the old one when it is
 * complete; if anything fails the old one stays as it is. Finishing twice changes nothing more. Memory: 16 octets a
 * frame, and a window of the file.
 * @throws Unreadable if the file is no pcapng with times, or is damaged otherwise than at its end
 */
export async function finish(file: string, finishing: Finishing = {}): Promise<Finished> {
  using recording = new CaptureFile(file);
  const survey = new Survey(recording);
  await replaceFile(file, sink => rewrite(survey, finishing, sink));
  return { frames: survey.order.size, damage: survey.damage };
}

/** Frames between two looks at whatever else the process has to do. */
const framesAtOnce = 2048;

async function rewrite(
  survey: Survey,
  finishing: Finishing,
  sink: (octets: Uint8Array) => void,
): Promise<void> {
  const writer = begin(survey, finishing, sink);
  const copy = (at: number) => writer.block(renumbered(survey.blockAt(at)));
  for (const at of survey.secrets) copy(at);
  const { secrets = "", names = [], comment } = finishing;
  if (secrets !== "" && !survey.keylogs.has(secrets)) writer.secrets(secrets);
  for (const { at } of survey.interfaces) copy(at);
  for (const at of survey.names) copy(at);
  const unnamed = survey.unnamed(names);
  if (unnamed.length > 0) writer.names(unnamed);
  for (const at of survey.others) copy(at);
  let number = 0;
  for (const { time, offset } of survey.order.sorted()) {
    if (++number % framesAtOnce === 0) await new Promise(setImmediate);
    packet(writer, survey, { time, offset, number }, comment);
  }
  for (const at of survey.statistics) copy(at);
  writer.flush();
}

/** The section: what the first one said, and the comments of those that become one with it. */
function begin(
  survey: Survey,
  { sectionComment }: Finishing,
  sink: (octets: Uint8Array) => void,
): CaptureWriter {
  const [first, ...others] = survey.sections.map(({ met }) => met);
  const said = new Set(first!.comments);
  const added = [...others.flatMap(({ comments }) => comments), ...(sectionComment ? [sectionComment] : [])];
  const comments = [...new Set(added)].filter(one => !said.has(one));
  return new CaptureWriter(sink, {
    little: first!.little,
    options: [...first!.options, ...comments.map(value => ({ code: 1 as const, value }))],
  });
}

function packet(
  writer: CaptureWriter,
  survey: Survey,
  { time, offset, number }: { time: bigint; offset: number; number: number },
  comment: Finishing["comment"],
): void {
  const placed = survey.blockAt(offset);
  const one = renumbered(placed);
  if (!isOf(one, BlockType["enhanced packet"]))
    throw new Unreadable(
      survey.capture.name,
      "holds packets without a time, which have no place in its order",
      "give them one (editcap -F pcap)",
    );
  const start = placed.start + 28;
  const had = commentsOf(one.options);
  const added = comment?.({
    number,
    time,
    view: placed.view,
    start,
    end: start + one.octets.length,
    originalLength: one.originalLength,
    linkType: survey.interfaces[one.interface]!.linkType,
    interface: one.interface,
    comments: had,
    direction: directionOf(optionOf(one.options, 2)?.direction),
    at: offset,
  }).filter(text => !had.includes(text));
  if (!added?.length && placed.block === one && placed.little === writer.little) {
    writer.copy(placed.octets);
    return;
  }
  const comments = (added ?? []).map(value => ({ code: 1 as const, value }));
  writer.block({ ...one, options: [...one.options, ...comments] });
}

/** A block under the interface numbers of the one section to be; packets of the obsolete kind as what took their place. */
function renumbered({ block, firstInterface }: Placed): Block {
  if (isOf(block, BlockType.packet)) {
    const { dropped, options, ...same } = block;
    const lost = dropped === 0xffff ? [] : [{ code: 4 as const, value: BigInt(dropped) }];
    return {
      ...same,
      type: BlockType["enhanced packet"],
      interface: block.interface + firstInterface,
      options: [...options, ...lost] as Extract<Block, { type: 6 }>["options"],
    };
  }
  const counted = isOf(block, BlockType["enhanced packet"]) || isOf(block, BlockType["interface statistics"]);
  if (!counted || firstInterface === 0) return block;
  return { ...block, interface: block.interface + firstInterface };
}
