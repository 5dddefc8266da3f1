// What tshark deciphers of a capture, for tests.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { captureOfAll } from "./frames.ts";
import type { Recording } from "./recording.ts";

export interface Followed {
  /** The port of the side whose data are the first. */
  readonly first: number;
  readonly data: [string, string];
}

/** What `follow` shows of each of the first TCP streams of a capture (pcapng), with that key log. */
export async function followed(octets: Uint8Array, log: string, streams: number): Promise<Followed[]> {
  const folder = mkdtempSync(join(tmpdir(), "tls-followed-"));
  try {
    const [capture, keyLog] = [join(folder, "all.pcapng"), join(folder, "keys")];
    writeFileSync(capture, octets);
    writeFileSync(keyLog, log);
    const wanted = Array.from({ length: streams }, (_, i) => ["-z", `follow,tls,raw,${i}`]).flat();
    const shark = Bun.spawn(
      [peer("tshark")!, "-n", "-q", "-r", capture, "-o", `tls.keylog_file:${keyLog}`, ...wanted],
      {
        stderr: "ignore",
      },
    );
    const text = await new Response(shark.stdout).text();
    const told: Followed[] = [];
    const one = /tcp\.stream eq (\d+)\nNode 0:.*:(\d+)\nNode 1:.*\n([^=]*)/g;
    for (const [, index = "", first = "", lines = ""] of text.matchAll(one)) {
      const data: [string, string] = ["", ""];
      for (const line of lines.split("\n")) data[line.startsWith("\t") ? 1 : 0] += line.trim();
      told[Number(index)] = { first: Number(first), data };
    }
    return told;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Recordings, each with its secrets, as tshark hears them: what the client and what the server said, as text. */
export async function heardByTshark(
  kept: readonly { readonly pieces: Recording["pieces"]; readonly log: string }[],
): Promise<[client: string, server: string][]> {
  const log = kept.map(one => one.log).join("\n");
  const told = await followed(captureOfAll(kept, log, serverPort), log, kept.length);
  const text = (hex: string): string => new TextDecoder().decode(Uint8Array.fromHex(hex));
  return told.map(({ first, data: [a, b] }) =>
    first === serverPort ? [text(b), text(a)] : [text(a), text(b)],
  );
}

const serverPort = 8883;
