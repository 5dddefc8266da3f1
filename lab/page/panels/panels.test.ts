// Ladder, handshake walk and plots in the page of a run, used in a real browser as a person would.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { peer } from "../../../scripts/peers.ts";
import { type Opened, open } from "../../view/opening.ts";
import { serve, type Viewed } from "../../view/server.ts";
import { type Recorded, record } from "../../view/testing.ts";
import { axeOf } from "../axe.ts";
import { launch, type Watched, watched } from "../browser.ts";

describe.skipIf(!peer("chromium"))("the panels of a run [no chromium]", () => {
  let run: Recorded;
  let opened: Opened;
  let viewed: Viewed;
  let browser: Browser;
  let shared: Watched;

  beforeAll(async () => {
    run = record();
    opened = await open(run.folder);
    [viewed, browser] = await Promise.all([serve(opened.capture, { language: "en" }), launch()]);
    shared = await watched(browser, viewed.url);
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await viewed[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
    run[Symbol.dispose]();
  });

  const tab = (name: string | RegExp, { page } = shared) => page.getByRole("tab", { name }).click();
  const labels = () => shared.page.locator(".message .label").allTextContents();

  test("the ladder zooms from the whole run to one handshake, and back", async () => {
    const { page } = shared;
    await tab("Ladder");
    await page.locator(".message").first().waitFor();
    const all = (await labels()).length;
    await page.getByRole("button", { name: "Whole run" }).click();
    expect(await page.locator(".message").count()).toBe(0);
    await page.getByRole("button", { name: /^TLS handshake/ }).click();
    const handshake = await labels();
    expect(handshake[0]).toStartWith("Client Hello");
    expect(handshake.length).toBeLessThan(all);
    await page.getByLabel("Part:").selectOption({ label: "all of it" });
    expect((await labels()).length).toBe(all);
    await page.getByRole("button", { name: "Farther" }).click();
    expect(await page.locator(".message .says").count()).toBe(0);
    await page.getByRole("button", { name: "Nearer" }).click();
    expect(await page.locator(".message .says").count()).toBeGreaterThan(50);
  });

  test("a switch shows what the eavesdropper sees", async () => {
    const { page } = shared;
    const place = page.locator(".ladder-place");
    expect(await place.textContent()).toContain("Hola XD");
    await page.getByRole("switch", { name: "What the eavesdropper sees" }).click();
    expect(await place.textContent()).not.toContain("Hola XD");
    expect(await place.textContent()).not.toContain("LED 3 on");
    expect(await labels()).toContain("Application Data");
    await page.getByRole("switch", { name: "What the eavesdropper sees" }).click();
  });

  test("a click on an arrow goes to its packet, and the ladder then tells what each knows by then", async () => {
    const { page } = shared;
    await page.locator("a[href='#packet-2']").click();
    expect(await page.locator(".row.chosen .number").textContent()).toContain("2");
    await tab("Ladder");
    expect(await page.locator(".message.selected").getAttribute("data-packet")).toBe("2");
    const known = page.getByRole("region", { name: "What each host knows" });
    expect(await known.textContent()).toContain("router192.168.1.101 offered");
  });

  test("the ladder is saved as SVG", async () => {
    const { page } = shared;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as SVG" }).click(),
    ]);
    const svg = readFileSync(await download.path(), "utf8");
    expect(download.suggestedFilename()).toBe("ladder.svg");
    expect(svg).toStartWith("<svg");
    expect(svg).toMatch(/\.drawing \.label ?\{/);
    expect(svg).not.toContain("var(--draw");
  });

  test("the handshake is walked through, and its keys are shown when asked for", async () => {
    const { page } = shared;
    await tab("Handshake");
    const walk = page.locator(".walk");
    await walk.waitFor();
    const [, , master] = readFileSync(join(run.folder, "keylog.txt"), "utf8").trim().split(" ");
    const text = async () => (await walk.textContent())!.replaceAll(" ", "");
    expect(await text()).not.toContain(master!);
    expect(await walk.locator(".walk-right").count()).toBe(2);
    await page.getByRole("switch", { name: "Show the keys" }).click();
    await walk.locator(".walk-value").nth(3).waitFor();
    expect(await text()).toContain(master!);
    await page.getByRole("switch", { name: "What the eavesdropper sees" }).click();
    expect(await walk.textContent()).not.toContain("Deciphered");
  });

  test("plots are drawn", async () => {
    const { page } = shared;
    await tab("Plots");
    await page.locator(".uplot canvas").first().waitFor();
    expect(await page.locator(".plot figcaption").allTextContents()).toContain(
      "DNS: from question to answer",
    );
    expect(await page.locator(".uplot canvas").count()).toBe(3);
  });

  test("in Spanish, on a telephone, in the dark, nothing bars the way", async () => {
    await using own = await watched(browser, viewed.url, { width: 390, height: 800, dark: true });
    await own.page.getByRole("button", { name: "Español" }).click();
    for (const [name, there] of [
      ["Diagrama", ".message"],
      ["Negociación", ".walk-record"],
      ["Gráficas", ".plot svg"],
    ] as const) {
      await tab(name, own);
      await own.page.locator(there).first().waitFor();
      expect(await axeOf(own.page, [".walk-record:nth-of-type(n+4)", ".message:nth-of-type(n+9)"])).toEqual(
        [],
      );
      expect(await own.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
    expect(own.complaints).toEqual([]);
  }, 30_000);

  test("none of this made the page complain, or ask anybody else", () => {
    expect(shared.complaints).toEqual([]);
  });
});
