// The report: one file that opens from disk, says what the run was, and holds neither keys nor markup of strangers.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { peer } from "../../scripts/peers.ts";
import { axeOf } from "../page/axe.ts";
import { launch, watched } from "../page/browser.ts";
import { lab } from "../scenarios/lab.ts";
import { publishFrame, sampleCapture } from "../tables/samples.ts";
import { record } from "../view/testing.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-report-"));
const run = record();
afterAll(() => {
  rmSync(folder, { recursive: true });
  run[Symbol.dispose]();
});
const html = join(folder, "report.html");
const made = await lab(["report", run.folder, "-o", html]);
const hostile = "</script></textarea><script>window.hacked=1</script><img src=x onerror=window.hacked=1>";

describe("the report's files", () => {
  test("HTML is written where it is wanted, and is smaller than a mail's limit by far", () => {
    expect([made.code, made.stdout]).toEqual([0, `${html}\n`]);
    expect(statSync(html).size).toBeLessThan(3_000_000);
  });

  test("Markdown has the same sections, and the ladder as the terminal draws it", async () => {
    const file = join(folder, "report.md");
    await lab(["report", run.folder, "-o", file, "--lang", "es"]);
    const text = readFileSync(file, "utf8");
    const heads = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title!);
    expect(heads.slice(0, 3)).toEqual(["Qué se ejecutó", "Diagrama de mensajes", "Hallazgos"]);
    expect(text).toContain("DHCPDISCOVER: NUCLEO-H723ZG no tiene dirección");
    expect(text).toMatch(/\| mqtt\.clientId \| \\\[JORGE\\\] \|/);
  });

  test("the ladder alone is SVG without variables", async () => {
    const file = join(folder, "ladder.svg");
    await lab(["report", run.capture, "--ladder", file]);
    const svg = readFileSync(file, "utf8");
    expect(svg).toStartWith("<svg");
    expect(svg).not.toContain("var(");
    expect(svg).toContain("DHCPDISCOVER");
  });

  test("keys are told only where they are asked for, private ones never", async () => {
    const [, , master] = readFileSync(join(run.folder, "keylog.txt"), "utf8").trim().split(" ");
    const told = (file: string) => readFileSync(file, "utf8").replaceAll(" ", "");
    expect(told(html)).not.toContain(master!);
    const open = join(folder, "with-secrets.html");
    await lab(["report", run.folder, "-o", open, "--secrets"]);
    expect(told(open)).toContain(master!);
    for (const file of [html, open]) expect(readFileSync(file, "utf8")).not.toContain("PRIVATE KEY");
  });

  test("what a capture says is text in Markdown, too", async () => {
    const capture = join(folder, "hostile.pcapng");
    writeFileSync(capture, sampleCapture([publishFrame(hostile)]));
    const file = join(folder, "hostile.md");
    await lab(["report", capture, "-o", file]);
    const outside = readFileSync(file, "utf8").replaceAll(/^(`{3,})text\n.*?^\1$/gms, "");
    expect(outside).not.toMatch(/[^\\]<(script|img)/);
  });

  test("what is no run, or no place to write to, is refused in a sentence", async () => {
    const nothing = await lab(["report", join(folder, "none")]);
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringContaining("does not exist; name a run"),
    ]);
    const nowhere = await lab(["report", run.capture, "-o", join(folder, "no/such.html")]);
    expect(nowhere.stderr).toContain("there is no folder");
  });
});

describe.skipIf(!peer("chromium"))("the report in a browser [no chromium]", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  test("opens from disk, asks nobody, and says what a reader looks for", async () => {
    await using one = await watched(browser, `file://${html}`);
    const { page } = one;
    expect(await page.evaluate(() => scrollY)).toBe(0);
    const titles = await page.locator("h2[id]").allTextContents();
    expect(titles).toContain("TLS handshakes, octet by octet");
    for (const link of await page.locator("nav a").all()) {
      const target = (await link.getAttribute("href"))!;
      expect(await page.locator(target).count()).toBe(1);
    }
    // From an arrow of the ladder to the packet.
    await page.locator("#ladder a[href='#packet-3']").first().click();
    expect(await page.locator(".packet:target h3").textContent()).toContain("DHCP Request");
    expect(await page.locator("#pki").textContent()).toContain("JORGE-PC");
    expect(await page.locator("#settings").textContent()).toContain("mqtt.publicTopic");
    expect(await page.locator("#walk .walk-right").count()).toBe(2);
    expect(await page.locator("#plots svg").count()).toBeGreaterThan(4);
    expect(one.complaints).toEqual([]);
  });

  test("can be looked into without any server: filter, tree, and the other views", async () => {
    await using one = await watched(browser, `file://${html}`);
    const view = one.page.locator("#view");
    await view.getByRole("tab", { name: "Ladder" }).click();
    await view.locator("a[href='#packet-2']").first().click();
    await view.locator(".row.chosen").waitFor();
    expect(await view.locator(".row.chosen .number").textContent()).toContain("2");
    await view.getByRole("tab", { name: "Handshake" }).click();
    await view.locator(".walk-record").first().waitFor();
    await view.getByRole("tab", { name: "Plots" }).click();
    await view.locator(".uplot").first().waitFor();
    expect(one.complaints).toEqual([]);
  });

  test("is no barrier to anybody, in light and dark, on a desk and on a telephone", async () => {
    // Of many alike the first ones are looked at; the page within has a test of its own.
    const many =
      ".walk-record:nth-of-type(n+4), .walk-field:nth-child(n+9), .packet:nth-of-type(n+9), .ladder-figure:nth-of-type(n+4)";
    for (const size of [{ dark: true }, { width: 390, height: 800 }]) {
      await using one = await watched(browser, `file://${html}`, size);
      const widths = await one.page.evaluate(selector => {
        const widths = [document.documentElement.scrollWidth, innerWidth] as const;
        for (const element of document.querySelectorAll(`${selector}, #view > *`)) element.remove();
        return widths;
      }, many);
      expect(widths[0]).toBeLessThanOrEqual(widths[1]);
      expect(await axeOf(one.page)).toEqual([]);
    }
  });

  test("prints on A4, with no drawing torn apart", async () => {
    await using one = await watched(browser, `file://${html}`);
    const pdf = await one.page.pdf({ preferCSSPageSize: true, printBackground: true });
    const text = new TextDecoder("latin1").decode(pdf);
    expect(text).toMatch(/\/MediaBox ?\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await one.page.emulateMedia({ media: "print" });
    await one.page.setViewportSize({ width: 695, height: 1000 });
    expect(await one.page.locator("#view").isVisible()).toBe(false);
    const heights = await one.page
      .locator("#ladder figure")
      .evaluateAll(all => all.map(one => one.getBoundingClientRect().height));
    for (const height of heights) expect(height).toBeLessThan(1000);
  });

  test("runs nothing that a capture says", async () => {
    const capture = join(folder, "evil.pcapng");
    writeFileSync(
      capture,
      sampleCapture([publishFrame(hostile), publishFrame(`"><svg onload=hacked=1>`, 1200)]),
    );
    const file = join(folder, "evil.html");
    await lab(["report", capture, "-o", file]);
    await using one = await watched(browser, `file://${file}`);
    await one.page.locator("#view .row").first().waitFor();
    expect(await one.page.evaluate(() => "hacked" in window)).toBe(false);
    expect(await one.page.locator("#packets").textContent()).toContain("<script>window.hacked=1</script>");
    expect(one.complaints).toEqual([]);
  });
});
