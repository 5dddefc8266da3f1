// Captures from public sources, where there are any: every packet of every file is read, and no field leaves its source.
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dissector } from "../../protocols/packet/index.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { leaves } from "../../protocols/wire/index.ts";
import { protocols } from "../protocols.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus/captures");
const files = existsSync(corpus) ? readdirSync(corpus) : [];

test.skipIf(files.length === 0)(
  "every packet is dissected, and its tree partitions the octets it was read from [no corpus here]",
  async () => {
    let packets = 0;
    for (const file of files) {
      const keyLog = new KeyLog();
      const { packet: dissect } = dissector(protocols(keyLog));
      const meet = (met: { kind: string; keylog?: string }): void => {
        if (met.keylog !== undefined) keyLog.add(met.keylog);
      };
      for await (const frame of openCapture(join(corpus, file), meet)) {
        packets++;
        for (const layer of dissect(frame).layers) {
          // Trees are four to six times as dear as reading: every malformed message's, and one of eight others.
          if (!layer.malformed && packets % 8 !== 0) continue;
          let at = layer.start;
          for (const leaf of leaves(layer.tree())) {
            if (leaf.bits ? leaf.start > at : leaf.start !== at)
              throw new Error(`${file}, packet ${packets}: ${leaf.key} begins at ${leaf.start}, not ${at}`);
            at = leaf.end;
          }
          if (at !== layer.headerEnd)
            throw new Error(
              `${file}, packet ${packets}: ${layer.protocol.name} ends at ${at}, not ${layer.headerEnd}`,
            );
        }
      }
    }
    expect(packets).toBeGreaterThan(50_000);
  },
);
