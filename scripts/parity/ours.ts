// What we say of a capture, as rows.

import { printed, showOf } from "../../lab/inspect/pdml.ts";
import { protocols } from "../../lab/protocols.ts";
import { vocabulary } from "../../lab/wireshark.ts";
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import type { Item } from "../../protocols/packet/wireshark.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import type { Reading } from "../../protocols/wireshark/index.ts";
import { cut, judged, type Row, type Rows, rowsOf, wrappedIn } from "./rows.ts";

/** A port that we know and tshark does not: it is left to nobody, as tshark has it. */
const unknownToTshark = new Set([8884]);

export async function ourRows(file: string, passes: 1 | 2): Promise<Rows> {
  const keyLog = new KeyLog();
  const known = protocols(keyLog).map(protocol => ({
    ...protocol,
    over: protocol.over.filter(({ key }) => !unknownToTshark.has(key)),
  }));
  const reading = vocabulary().reading(passes);
  const rows: Rows = new Map();
  for (let pass = 1; pass <= passes; pass++) {
    if (pass === 2) reading.again();
    const { packet: dissect } = dissector(known);
    const frames = openCapture(file, met => {
      if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
    });
    for await (const frame of frames) {
      const observed = reading.observe(dissect(frame));
      if (pass < passes) continue;
      for (const item of reading.items(observed)) addRows(item, observed.packet, reading, rows);
    }
  }
  return rows;
}

function addRows(item: Item, packet: Packet, reading: Reading, rows: Rows): void {
  const isProtocol = reading.vocabulary.typeOf(item.name) === "protocol";
  const protocol = isProtocol ? item.name : wrappedIn(item.name);
  if (!judged.has(protocol)) return;
  const own = rowsOf(rows, packet.number, protocol);
  const add = (one: Item, source: Item["source"], top: boolean): void => {
    const from = one.source ?? source;
    const base = !from || from.view === packet.frame.view ? packet.frame.start : 0;
    const { name, start, size = 0, hidden = false } = one;
    const show = top && isProtocol ? "" : cut(printed(showOf(one, reading)));
    const row: Row = { name, show, pos: start === undefined ? 0 : start - base, size, hidden };
    own.push(row);
    for (const inner of one.items ?? []) add(inner, from, false);
  };
  add(item, undefined, true);
}
