import { expect, test } from "bun:test";
import { join } from "node:path";
import { UNSHARE_OPTIONS } from "./enter.ts";
import { probe, refusalOf } from "./probe.ts";

const { namespaces } = await probe();

test("what this machine permits is told, or why not and what would help", () => {
  if (namespaces.ok) expect(["root", "user"]).toContain(namespaces.how);
  else expect(namespaces.reason).not.toBe("");
});

const refusals = [
  { complaint: "unshare: unshare failed: Operation not permitted", settings: {}, hint: "container" },
  {
    complaint: "unshare: unshare failed: No space left on device",
    settings: {},
    hint: "max_user_namespaces",
  },
  {
    complaint: "unshare: unshare failed: No space left on device",
    settings: { "user/max_user_namespaces": "0" },
    hint: "max_user_namespaces",
  },
  {
    complaint: "unshare: write failed /proc/self/uid_map: Operation not permitted",
    settings: { "kernel/apparmor_restrict_unprivileged_userns": "1" },
    hint: "AppArmor",
  },
  {
    complaint: "unshare: unshare failed: Operation not permitted",
    settings: { "kernel/unprivileged_userns_clone": "0" },
    hint: "unprivileged_userns_clone=1",
  },
  {
    complaint: "unshare: unrecognized option: map-current-user\nBusyBox v1.36.1",
    settings: {},
    hint: "util-linux",
  },
] satisfies { complaint: string; settings: Record<string, string>; hint: string }[];

for (const { complaint, settings, hint } of refusals) {
  const where = Object.entries(settings).map(([name, value]) => `, ${name} is ${value}`);
  test(`"${complaint.split("\n")[0]}"${where} is explained`, () => {
    const refusal = refusalOf(complaint, path => (settings as Record<string, string>)[path]);
    expect(refusal).toMatchObject({
      ok: false,
      reason: complaint.split("\n")[0],
      hint: expect.stringContaining(hint),
    });
  });
}

const tools = Bun.which("unshare") && Bun.which("setpriv");

test.skipIf(!namespaces.ok || !tools)(
  "a machine without user namespaces is recognised by trying",
  async () => {
    const script = `
    const { probe } = await import(${JSON.stringify(join(import.meta.dir, "probe.ts"))});
    console.log(JSON.stringify((await probe()).namespaces));
  `;
    // Inside a user namespace of its own, no further one is allowed.
    const forbid =
      'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -all --inh-caps -all --ambient-caps -all "$@"';
    const command = ["unshare", ...UNSHARE_OPTIONS, "sh", "-c", forbid, "sh", process.execPath, "-e", script];
    const refusal = JSON.parse(Bun.spawnSync(command).stdout.toString());
    expect(refusal).toMatchObject({ ok: false, reason: expect.stringContaining("No space left on device") });
    expect(refusal.hint).toContain("user.max_user_namespaces");
  },
);
