import { expect, test } from "bun:test";
import { join } from "node:path";
import { linesOf } from "./namespaces/host-lines.ts";

const cleanup = JSON.stringify(join(import.meta.dir, "cleanup.ts"));

/** A process that runs `script` with `beforeEnd` at hand, and prints "ready" when it is through. */
async function started(script: string) {
  const whole = `import { beforeEnd, ending } from ${cleanup}; ${script}; console.log("ready"); setInterval(() => {}, 1000)`;
  const child = Bun.spawn([process.execPath, "-e", whole], { stdout: "pipe", stderr: "inherit" });
  const lines = linesOf(child.stdout);
  expect((await lines.next()).value).toBe("ready");
  return { child, rest: async () => Array.fromAsync(lines) };
}

test("the tasks are done one after another, the last one first, and the process ends as by its signal", async () => {
  const { child, rest } = await started(`
    for (const name of ["first", "second"])
      beforeEnd(async () => { await Bun.sleep(1); console.log(name, ending.aborted); });
  `);
  child.kill("SIGTERM");
  expect(await rest()).toEqual(["second true", "first true"]);
  expect(await child.exited).toBe(143);
});

test("a task that fails does not keep the others from being done", async () => {
  const { child, rest } = await started(`
    beforeEnd(async () => console.log("done"));
    beforeEnd(async () => { throw new Error("no space left"); });
    console.error = text => console.log(text);
  `);
  child.kill("SIGINT");
  expect(await rest()).toEqual(["while ending: no space left", "done"]);
  expect(await child.exited).toBe(130);
});

test("a second signal does not wait for the tasks", async () => {
  const { child, rest } = await started(
    `beforeEnd(() => { console.log("begun"); return new Promise(() => {}); })`,
  );
  child.kill("SIGINT");
  const lines = rest();
  await Bun.sleep(50);
  child.kill("SIGINT");
  expect(await lines).toEqual(["begun"]);
  expect(await child.exited).toBe(130);
});

test("with no task left, a signal ends the process as if nothing had listened", async () => {
  const { child } = await started(
    `const takeBack = beforeEnd(async () => console.log("never")); takeBack();`,
  );
  child.kill("SIGTERM");
  await child.exited;
  expect(child.signalCode).toBe("SIGTERM");
});
