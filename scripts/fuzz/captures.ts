// Whole packets fuzzed: those of public captures, each after the ones before it, dissected and told by Wireshark's names.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { protocols } from "../../lab/protocols.ts";
import { vocabulary } from "../../lab/wireshark.ts";
import { type Dissector, dissector, type Source } from "../../protocols/packet/index.ts";
import type { Item } from "../../protocols/packet/wireshark.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import type { Reading } from "../../protocols/wireshark/index.ts";
import { root } from "../imports.ts";
import type { Subject } from "./fuzz.ts";

const folder = join(root, "../shared/corpus/captures");
/** What is remembered of so many packets; then it begins anew, as another capture does. */
const mostPackets = 20_000;
/** Items of a packet: beyond these, and so many for each of its octets, somebody goes round in circles. */
const mostItems = 2000;
const itemsAnOctet = 20;

/** @throws Error where there are no captures */
export function captures(): Subject[] {
  if (!existsSync(folder)) throw new Error("there is no corpus of captures beside the project");
  const subjects: Subject[] = [];
  for (const name of readdirSync(folder).sort()) {
    const session = new Session();
    try {
      for (const { number, view, start, end, linkType } of fileFrames(join(folder, name), () => {})) {
        const octets = new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
        const read = (mutant: Uint8Array) => session.read(mutant, linkType);
        subjects.push({ name: `${name} packet ${number}`, octets, read, turn: 20 });
      }
    } catch {
      // Compressed, or damaged: others read those.
    }
  }
  return subjects;
}

/** One capture being read. */
class Session {
  #number = 0;
  #dissect: Dissector["packet"] | undefined;
  #reading: Reading | undefined;

  read(octets: Uint8Array, linkType: number): void {
    if (!this.#dissect || !this.#reading || this.#number === mostPackets) {
      this.#dissect = dissector(protocols()).packet;
      this.#reading = vocabulary().reading();
      this.#number = 0;
    }
    const number = ++this.#number;
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    const { length } = octets;
    const frame = { view, start: 0, end: length, originalLength: length, linkType, interface: 0 };
    try {
      const packet = this.#dissect({ ...frame, number, time: BigInt(number) * 1_000_000n, comments: [] });
      const items = this.#reading.all(this.#reading.observe(packet));
      const count = held(items, { title: "frame", view, pieces: [] });
      const most = packet.layers.reduce(
        (sum, { start, end }) => sum + (end - start) * itemsAnOctet,
        mostItems,
      );
      if (count > most) throw new Error(`${count} items of ${length} octets`);
    } catch (error) {
      if (error instanceof Error) error.message += `\nof the octets ${octets.toHex()}`;
      throw error;
    }
  }
}

/** Counts items; each has to lie in its source. @throws Error */
function held(items: readonly Item[], around: Source): number {
  let count = 0;
  for (const { name, start, size = 0, source = around, items: inner } of items) {
    count++;
    if (start !== undefined && (start < 0 || size < 0 || start + size > source.view.byteLength))
      throw new Error(
        `${name || "a label"} at ${start}+${size} of a source of ${source.view.byteLength} octets`,
      );
    if (inner) count += held(inner, source);
  }
  return count;
}
