// A hierarchy's folder: several commands at once, a command killed, modes, names that are no paths.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extensionOf } from "../protocols/x509/extension.ts";
import { hostsOf } from "../protocols/x509/facts.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { readHierarchy } from "./hierarchy.ts";
import { issue, makeRoot, renewHolder, type Wanted } from "./issuance.ts";
import { relist, revoke } from "./revoking.ts";
import { Unusable } from "./store.ts";

const place = mkdtempSync(join(tmpdir(), "pki-"));
let made = 0;

afterAll(() => rmSync(place, { recursive: true }));

async function root(): Promise<string> {
  const folder = join(place, `own-${++made}`);
  await makeRoot(folder, { name: "Own Root", keys: "P-256" }, {});
  return folder;
}
const client: Wanted = { use: "client" };
const key = (name: string) => ({ name, keys: "P-256" }) as const;

describe("several at once", () => {
  const script = (folder: string, work: string) => `
    const { issue } = await import(${JSON.stringify(join(import.meta.dir, "issuance.ts"))});
    const { revoke } = await import(${JSON.stringify(join(import.meta.dir, "revoking.ts"))});
    const folder = ${JSON.stringify(folder)};
    try { await ${work}; console.log("done"); } catch (error) { console.log(error.message); }`;
  const start = (folder: string, work: string) =>
    new Response(
      Bun.spawn([process.execPath, "-e", script(folder, work)], { stderr: "inherit" }).stdout,
    ).text();

  test("of six processes that revoke at once none undoes another's work", async () => {
    const folder = await root();
    const serials = [1, 2, 3, 4, 5, 6];
    await Promise.all(
      serials.map(n => start(folder, `revoke(folder, "Own Root", { serial: ${n}n, date: new Date() })`)),
    );
    const { revoked } = readHierarchy(folder).lists[0]!;
    expect([...revoked.keys()].sort()).toEqual(serials.map(BigInt));
  });

  test("of three that issue for one name, one does, and the others say so", async () => {
    const folder = await root();
    const work = `issue(folder, { name: "lamp", keys: "P-256" }, { use: "client" })`;
    const said = await Promise.all([start(folder, work), start(folder, work), start(folder, work)]);
    expect(said.filter(line => line === "done\n")).toHaveLength(1);
    expect(said.filter(line => line.includes("lamp is in the hierarchy"))).toHaveLength(2);
    expect(readHierarchy(folder).holder("lamp").certificate!.issuer).toBe("CN=Own Root");
    expect(readdirSync(folder).filter(name => name.includes("making"))).toEqual([]);
  });

  test("within one process too", async () => {
    const folder = await root();
    await Promise.all([1n, 2n, 3n].map(serial => revoke(folder, "Own Root", { serial, date: new Date() })));
    expect(readHierarchy(folder).lists[0]!.revoked.size).toBe(3);
  });

  test("one that is killed while it holds the lock holds up nobody", async () => {
    const folder = await root();
    const holding = Bun.spawn(
      [
        process.execPath,
        "-e",
        `const { locked } = await import(${JSON.stringify(join(import.meta.dir, "lock.ts"))});
         await locked(${JSON.stringify(folder)}, async () => { console.log("held"); await Bun.sleep(60_000); });`,
      ],
      { stdout: "pipe" },
    );
    await holding.stdout.getReader().read();
    holding.kill("SIGKILL");
    await holding.exited;
    await relist(folder, "Own Root");
  });
});

describe("the folder", () => {
  test("is its owner's alone, and so is each key", async () => {
    const folder = await root();
    await issue(folder, key("lamp"), client);
    const mode = (...path: string[]) => statSync(join(folder, ...path)).mode & 0o777;
    expect([mode(), mode("lamp"), mode("Own-Root")]).toEqual([0o700, 0o700, 0o700]);
    for (const form of ["pem", "der"]) expect(mode("lamp", `key.${form}`)).toBe(0o600);
  });

  test("holds one hierarchy: another root in it is refused, and names are no paths", async () => {
    const folder = await root();
    await expect(makeRoot(folder, key("Other"), {})).rejects.toThrow("holds something already");
    for (const name of ["../lamp", "a/b", ".hidden", "", "x".repeat(65)])
      await expect(issue(folder, key(name), client)).rejects.toThrow(Unusable);
  });

  test("that can't be written to is named", async () => {
    const folder = await root();
    // Root may write anywhere, but not to a folder as if it were a file.
    mkdirSync(join(folder, ".lock"));
    await expect(issue(folder, key("lamp"), client)).rejects.toThrow(`${folder} can't be written to`);
  });

  test("a certificate renewed is for the same key and the same names", async () => {
    const folder = await root();
    await issue(folder, key("web"), { use: "server", hosts: ["web.lab"] });
    const before = readHierarchy(folder).holder("web").certificate!;
    const { certificate: after } = await renewHolder(folder, "web", {});
    expect(after!.x509.publicKey.equals(before.x509.publicKey)).toBe(true);
    expect(after!.x509.serialNumber).not.toBe(before.x509.serialNumber);
    expect(hostsOf(after!.extensions)).toEqual(["web.lab"]);

    await issue(folder, key("Sub CA"), { use: "authority", pathLength: 3 });
    const { certificate: authority } = await renewHolder(folder, "Sub CA", {});
    expect(extensionOf(authority!.extensions, Oid.basicConstraints)).toEqual({ ca: true, pathLength: 3 });
  });
});
