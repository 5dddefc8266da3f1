// A run seen in the browser while it is played: a person presses, pulls, publishes and lays faults, and the page shows it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { peer } from "../../scripts/peers.ts";
import { axeOf } from "../page/axe.ts";
import { launch, type Watched, watched } from "../page/browser.ts";
import { actIn } from "./live-acts.ts";

const program = join(import.meta.dir, "../index.ts");
const folder = mkdtempSync(join(tmpdir(), "lab-live-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("what a person may do", () => {
  test("is read strictly", () => {
    expect(actIn('{"does":"button","board":"B"}')).toEqual({ does: "button", board: "B" });
    expect(actIn('{"does":"faults","host":"B","faults":{"loss":20}}')).toMatchObject({
      faults: { loss: 20 },
    });
    for (const wrong of [
      "",
      "null",
      '{"does":"stop"}',
      '{"does":"publish","text":""}',
      `{"does":"publish","text":"${"x".repeat(1001)}"}`,
      '{"does":"button","board":"B","more":1}',
      '{"does":"faults","host":"B","faults":{"loss":101}}',
      '{"does":"faults","host":"B","faults":{"cuts":{"program":"/etc/passwd"}}}',
    ])
      expect(actIn(wrong)).toBeUndefined();
  });
});

describe.skipIf(!peer("chromium"))("a run in the browser [no chromium]", () => {
  let browser: Browser;
  let lab: ReturnType<typeof start>;
  let own: Watched;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    lab = start();
    own = await watched(browser, await lab.url);
    page = own.page;
  }, 20_000);
  afterAll(async () => {
    await browser.close();
    lab.run.kill("SIGINT");
    await lab.run.exited;
  });

  const lit = () => page.locator(".led.lit").count();
  const until = async (happened: () => Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 200 && !(await happened()); i++) await Bun.sleep(50);
    expect(await happened()).toBe(true);
  };

  test("begins when the page is open: the console speaks, LEDs go on, the ladder grows", async () => {
    await page.getByText("Published to [TEMA_PÚBLICO]: [PLACA CONECTADA]").waitFor();
    await until(async () => (await lit()) === 3);
    await page.locator(".message .label", { hasText: "Publish Message" }).first().waitFor();
    expect(await page.locator(".message .label").first().textContent()).toContain("DHCP Discover");
  });

  test("what is published at the PC arrives, and switches a LED", async () => {
    const before = await page.locator(".message").count();
    await page.getByRole("button", { name: "LD2OFF" }).click();
    await until(async () => (await lit()) === 2);
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByText("Received on [TEMA_SECRETO]: Hola XD").waitFor();
    await until(async () => (await page.locator(".message").count()) > before);
  });

  test("a fault that is laid on a cable is shown, and mended", async () => {
    await page.locator("summary", { hasText: "Faults" }).click();
    await page.getByLabel("delay, ms").fill("30");
    await page.getByRole("button", { name: "Lay them on the cable" }).click();
    await page.getByText("NUCLEO-H723ZG: 30 ms delay").waitFor();
    await page.getByRole("button", { name: "Mend the cable" }).click();
    await page.getByText("NUCLEO-H723ZG: 30 ms delay").waitFor({ state: "detached" });
  });

  test("a cable that is pulled stops the board, and starts it anew when it is back", async () => {
    await page.getByRole("switch", { name: /pull the cable/ }).click();
    await page.getByText(/THE LINK IS LOST/).waitFor();
    await until(async () => (await lit()) === 0);
    await page.getByRole("switch", { name: /plug it in/ }).click();
    await until(async () => (await lit()) === 3);
  });

  test("nothing bars the way, and no other page may ask or act", async () => {
    expect(await axeOf(page, [".message:nth-of-type(n+9)"])).toEqual([]);
    const url = await lab.url;
    const body = '{"does":"off","board":"NUCLEO-H723ZG"}';
    const foreign = { method: "POST", body, headers: { Origin: "http://example.org" } };
    expect((await fetch(`${url}act`, foreign)).status).toBe(403);
    expect((await fetch(new URL("/events", url))).status).toBe(404);
    expect((await fetch(`${url}act`, { method: "POST", body: "{}" })).status).toBe(400);
    const rebound = await fetch(`${url}events`, { headers: { Host: "example.org" } });
    expect(rebound.status).toBe(421);
  });

  test("the button ends it, and the finished run can be looked at", async () => {
    await page.getByRole("button", { name: "Button", exact: true }).click();
    await page.getByText("The run is over; it went as expected.").waitFor();
    await page.getByRole("link", { name: "Look at the capture" }).click();
    await page.locator(".list .row").first().waitFor();
    expect(await page.locator(".row").count()).toBeGreaterThan(10);
    expect(own.complaints).toEqual([]);
  });
});

/** `bun lab scenario --view`, on the relay: it needs no rights. */
function start() {
  const words = ["scenario", "intranet", "--view", "--network", "relay", "-o", folder];
  const run = Bun.spawn([process.execPath, program, ...words], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, LAB_LANG: "en" },
  });
  const url = (async () => {
    let heard = "";
    for await (const piece of run.stderr) {
      heard += new TextDecoder().decode(piece);
      const [found] = /http:\S+/.exec(heard) ?? [];
      if (found) return found;
    }
    throw new Error(`no address was printed: ${heard}`);
  })();
  return { run, url };
}
