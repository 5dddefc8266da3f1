// What a recording holds and where: its first reading, before it is rewritten.
import { Reader } from "../wire/index.ts";
import { spanOf } from "./block.ts";
import {
  type Damage,
  type Interface,
  type Met,
  type NameEntry,
  type Section,
  Unreadable,
} from "./capture.ts";
import { type Block, BlockType, block } from "./format.ts";
import { TimeOrder } from "./order.ts";
import { frames, type WindowedCapture } from "./reader.ts";

/** A block as it lies in the file. */
export interface Placed {
  readonly block: Block;
  /** All of it. */
  readonly octets: Uint8Array;
  readonly view: DataView;
  /** Where it begins in the view. */
  readonly start: number;
  readonly little: boolean;
  /** What interface numbers of its section count from, over all sections. */
  readonly firstInterface: number;
}

/** The first reading of a pcapng file. @throws Unreadable if it is none, or is damaged otherwise than at its end */
export class Survey {
  readonly order = new TimeOrder();
  readonly sections: { readonly met: Section; readonly firstInterface: number }[] = [];
  readonly interfaces: Interface[] = [];
  /** Offsets of the blocks. */
  readonly secrets: number[] = [];
  readonly names: number[] = [];
  readonly statistics: number[] = [];
  readonly others: number[] = [];
  readonly keylogs = new Set<string>();
  /** Set if the file is cut short. */
  damage: Damage | undefined;
  readonly #named = new Set<string>();

  constructor(readonly capture: WindowedCapture) {
    for (const { time, at } of frames(capture, met => this.#meet(met))) this.order.add(time, at);
  }

  /** Those of the names that the file doesn't hold yet. */
  unnamed(entries: readonly NameEntry[]): NameEntry[] {
    return entries
      .map(({ address, names }) => ({
        address,
        names: names.filter(name => !this.#named.has(`${address} ${name}`)),
      }))
      .filter(({ names }) => names.length > 0);
  }

  /** Reads a block again. */
  blockAt(at: number): Placed {
    const { met, firstInterface } = this.sections.findLast(({ met }) => met.at <= at)!;
    const head = this.capture.window(at, 8);
    const span = spanOf(head.view.getUint32(at - head.base + 4, met.little));
    const { view, base } = this.capture.window(at, span);
    const start = at - base;
    const from = new Reader(view, start, start + span);
    from.little = met.little;
    const octets = new Uint8Array(view.buffer, view.byteOffset + start, span);
    return { block: block.read(from), octets, view, start, little: met.little, firstInterface };
  }

  #meet(met: Met): void {
    const { name } = this.capture;
    if (met.kind === "section") {
      if (met.format !== "pcapng")
        throw new Unreadable(name, "is a classic capture", "convert it first (editcap -F pcapng)");
      this.sections.push({ met, firstInterface: this.interfaces.length });
    } else if (met.kind === "interface") this.interfaces.push(met);
    else if (met.kind === "secrets") {
      this.secrets.push(met.at);
      if (met.keylog !== undefined) this.keylogs.add(met.keylog);
    } else if (met.kind === "names") {
      this.names.push(met.at);
      for (const { address, names } of met.entries)
        for (const name of names) this.#named.add(`${address} ${name}`);
    } else if (met.kind === "statistics") this.statistics.push(met.at);
    else if (met.kind === "other") {
      if (met.type !== BlockType["custom, not to be copied"]) this.others.push(met.at);
    } else if (met.truncated) this.damage = met;
    else throw new Unreadable(name, "is damaged and stays as it is", String(met).replace(/\.$/, ""));
  }
}
