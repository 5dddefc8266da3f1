// The protocol that CONTRIBUTING.md adds as an example: it is as small as it says, and it works.
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { protocols } from "../lab/protocols.ts";
import { type AnyProtocol, dissector, infoOf } from "../protocols/packet/index.ts";
import { datagram, pc, router } from "./bench/hosts.ts";
import { root } from "./imports.ts";

test("a new protocol is one folder and one name in one list", async () => {
  const text = await Bun.file(join(root, "CONTRIBUTING.md")).text();
  const files = [...text.matchAll(/^```ts\n\/\/ protocols\/echo\/(\S+):([\s\S]*?)^```$/gm)];
  expect(files.map(([, name]) => name)).toEqual(["format.ts", "decoder.ts"]);
  const folder = mkdtempSync(join(tmpdir(), "echo-"));
  try {
    for (const [, name, source] of files)
      await Bun.write(join(folder, name!), `//${source!.replaceAll('"../', `"${root}/protocols/`)}`);
    const { echo } = (await import(join(folder, "decoder.ts"))) as { echo: AnyProtocol };
    const octets = datagram({ host: pc, port: 50_000 }, { host: router, port: 7 }, Uint8Array.of(1, 2, 3));
    const view = new DataView(octets.buffer);
    const frame = { number: 1, time: 0n, view, start: 0, end: octets.length, originalLength: octets.length };
    const packet = dissector([...protocols(), echo]).packet({
      ...frame,
      linkType: 1,
      interface: 0,
      comments: [],
    });
    expect(infoOf(packet)).toBe("Echo, 3 octets");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
