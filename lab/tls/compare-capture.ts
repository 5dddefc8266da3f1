// Tapes as a capture: what passed over the streams, in frames that stand for the connections, with the secrets that open it.
import { CaptureWriter } from "../../protocols/pcapng/index.ts";
import { Failure } from "../failure.ts";
import type { Row } from "./compare.ts";
import { framesOf } from "./compare-tape.ts";

/** A connection each, in the order of the rows. @throws Failure if the file can't be written */
export async function writeTapes(file: string, rows: readonly Row[]): Promise<void> {
  const tapes = rows.flatMap(({ suite, certificate, server, outcome }) => {
    if ("objection" in outcome) return [];
    const { full, resumed } = outcome;
    const about = `${server}, ${suite}, ${certificate}`;
    const again = "objection" in resumed ? [] : [{ ...resumed.tape, about: `${about}, resumed` }];
    return [{ ...full.tape, about }, ...again];
  });
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()), { application: "protocol-lab" });
  writer.secrets(tapes.flatMap(({ secrets }) => secrets.map(line => `${line}\n`)).join(""));
  const on = writer.interface({ name: "lo", description: "frames that stand for what passed", linkType: 1 });
  for (const [i, tape] of tapes.entries())
    for (const [n, { at, octets }] of [...framesOf(tape.pieces, 49_152 + (i % 16_384))].entries())
      writer.packet(on, timeOf(at), octets, n === 0 ? { comments: [tape.about] } : {});
  writer.flush();
  try {
    await Bun.write(file, Buffer.concat(parts));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`-w ${file} can't be written (${code}); name another file.`);
  }
}

/** Nanoseconds since the Unix epoch. */
const timeOf = (at: number): bigint => BigInt(Math.round((performance.timeOrigin + at) * 1e6));
