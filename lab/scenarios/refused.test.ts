// A container without privileges: no capability, and `unshare` refused. The relay stands in, and the story is the same.
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { lab } from "./lab.ts";

const setpriv = peer("setpriv");
const folder = mkdtempSync(join(tmpdir(), "refused-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is said of each message, without what differs from run to run; TCP's own segments are the relay's business. */
async function told(by: readonly string[], environment: Record<string, string> = {}) {
  const words = ["scenario", "intranet", "--json", "-w", join(folder, "capture.pcapng"), "-o", folder];
  const { code, stdout, stderr } = await lab(words, environment, by);
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}`);
  const objects = stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  const messages = objects
    .filter(one => one.kind === "packet" && one.protocol !== "TCP" && one.protocol !== "ARP")
    // Several messages may share a packet, or not.
    .flatMap(one =>
      String(one.label)
        .replace(/^\[.*?\] /, "")
        .split(", "),
    )
    .map(label => label.replace(/0x[0-9a-f]+/g, "0x…"));
  return { network: objects.find(one => one.kind === "network"), messages };
}

// As root the capabilities are given up, and never come back; an ordinary user has none to begin with.
const powerless =
  process.getuid?.() === 0 ? [setpriv ?? "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--"] : [];

test.skipIf(process.platform !== "linux" || (powerless.length > 0 && !setpriv))(
  "where namespaces are refused, the relay gives the same sequence",
  async () => {
    const refusing = join(folder, "unshare");
    writeFileSync(
      refusing,
      "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n",
    );
    chmodSync(refusing, 0o755);
    const PATH = `${folder}:${process.env.PATH}`;
    const refused = await told(powerless, { PATH });
    expect(refused.network).toMatchObject({ network: "relay" });
    expect(refused.network.why).toContain("Operation not permitted");
    const permitted = await told([]);
    expect(refused.messages).toEqual(permitted.messages);
  },
);
