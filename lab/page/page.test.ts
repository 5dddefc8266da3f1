// The page, used in a real browser as a person would.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import { peer } from "../../scripts/peers.ts";
import { bundle } from "../view/bundle.ts";
import { Capture } from "../view/capture.ts";
import { serve, type Viewed } from "../view/server.ts";
import { type Recorded, record } from "../view/testing.ts";
import { wholeOf } from "../view/whole.ts";
import { launch, type Watched, watched } from "./browser.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus/captures");
const folder = mkdtempSync(join(tmpdir(), "lab-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!peer("chromium"))("the page [needs chromium]", () => {
  let browser: Browser;
  let run: Recorded;
  let capture: Capture;
  let viewed: Viewed;
  /** Most tests share one; each begins where the one before left off only in that the page is open. */
  let shared: Watched;
  let page: Page;

  beforeAll(async () => {
    run = record();
    capture = new Capture(run.capture);
    [browser] = await Promise.all([launch(), capture.read]);
    viewed = await serve(capture, { language: "en" });
    // Tall: what a test looks for in the tree is to be in sight.
    shared = await watched(browser, viewed.url, { height: 1300 });
    page = shared.page;
  });
  afterAll(async () => {
    await browser.close();
    await viewed[Symbol.asyncDispose]();
    await capture[Symbol.asyncDispose]();
    run[Symbol.dispose]();
  });

  /** Another capture in a page of its own. */
  async function opened<Result>(
    path: string,
    use: (page: Page, one: Capture, viewed: Viewed) => Promise<Result>,
    size: Parameters<typeof watched>[2] = {},
  ): Promise<Result> {
    await using one = new Capture(path);
    await using server = await serve(one, { language: "en" });
    await using own = await watched(browser, server.url, size);
    const result = await use(own.page, one, server);
    expect(own.complaints).toEqual([]);
    return result;
  }

  const rows = (one = page) => one.locator(".list .row");
  const numbers = async (one = page) => (await one.locator(".row .number").allTextContents()).map(Number);
  const chosen = async (one = page) => Number(await one.locator(".row.chosen .number").textContent());
  const fields = (one = page) => one.locator(".tree .line");
  const field = (label: string, one = page) =>
    fields(one).filter({ has: one.locator(`.label:text-is("${label}")`) });
  const lit = (kind: "lit" | "chosen", one = page) =>
    one.locator(`.octet.${kind}`).evaluateAll(cells => cells.map(cell => cell.textContent).join(""));
  async function filterBy(text: string, one = page): Promise<void> {
    await one.keyboard.press("Control+f");
    await one.locator(".entry input").fill(text);
    await one.keyboard.press("Enter");
    await one.keyboard.press("Escape");
    if (text === "") await one.locator(".found:empty").waitFor({ state: "attached" });
    else await one.locator(".found:text-matches('^\\\\d')").waitFor();
  }
  async function go(number: number): Promise<void> {
    await filterBy("");
    await page.keyboard.press("Control+Home");
    await page.locator("#list").focus();
    for (let at = 1; at < number; at++) await page.keyboard.press("ArrowDown");
    await page.locator(`.line.frame .label:text-is("Frame ${number}")`).waitFor();
  }
  const first = (protocol: string) => capture.window(0, 1000).find(row => row.protocol === protocol)!.number;

  test("shows the list and the first packet's fields and octets", async () => {
    await fields().first().waitFor();
    expect((await numbers()).slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const [row] = capture.window(0, 1);
    expect(await rows().first().locator("span").allTextContents()).toEqual(
      [row!.number, row!.time, row!.source, row!.destination, row!.protocol, row!.length, row!.info].map(
        String,
      ),
    );
    expect(await chosen()).toBe(1);
    expect(await page.locator(".octet:not(.gap)").count()).toBeGreaterThan(200);
    expect(await page.title()).toBe("capture.pcapng");
  });

  test("a field lights its octets, and an octet its field", async () => {
    await go(first("DNS"));
    await field("Transaction ID").hover();
    const lightened = await lit("lit");
    expect(lightened).toHaveLength(4);
    // And back: the octet that is pointed at.
    await page.locator(".octet").nth(23).hover();
    expect(await page.locator(".explained strong").textContent()).toBe("Protocol");
    expect(await lit("lit")).toBe("11");
    await page.locator(".octet").nth(23).click();
    expect(await page.locator(".tree .line.chosen .label").textContent()).toBe("Protocol");
    expect(await lit("chosen")).toBe("11");
    // Where fields share an octet, another click goes on to the next.
    await page.locator(".octet").nth(14).click();
    expect(await page.locator(".tree .line.chosen .label").textContent()).toBe("Version");
    await page.locator(".octet").nth(14).click();
    expect(await page.locator(".tree .line.chosen .label").textContent()).toBe("Header length");
    await page.locator(".character").nth(30).hover();
    expect(await lit("lit")).toHaveLength(8);
  });

  test("a field is explained with its standard, in English and Spanish, as it is pointed at or walked to", async () => {
    await go(first("NTP"));
    await field("Stratum").hover();
    const explained = page.locator(".explained");
    expect(await explained.locator("cite").textContent()).toMatch(/^RFC 5905/);
    const english = await explained.locator(".says").textContent();
    await page.getByRole("button", { name: "Español" }).click();
    await field("Stratum").click();
    expect(await page.locator("html").getAttribute("lang")).toBe("es");
    const spanish = await explained.locator(".says").textContent();
    expect(spanish).not.toBe(english);
    expect(spanish).toMatch(/[áéíóú]|reloj/);
    expect(await page.getByRole("tab", { name: "Hallazgos" }).count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    expect(await explained.locator(".says").textContent()).not.toBe(spanish);
    await page.getByRole("button", { name: "English" }).click();
  });

  test("the list is walked by Wireshark's keys", async () => {
    await filterBy("");
    const list = page.locator("#list");
    await list.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await chosen()).toBe(3);
    await page.keyboard.press("PageDown");
    expect(await chosen()).toBeGreaterThan(8);
    await page.keyboard.press("End");
    expect(await chosen()).toBe(capture.state().packets);
    expect(await list.getAttribute("aria-activedescendant")).toBe(`row-${capture.state().packets - 1}`);
    await page.keyboard.press("Home");
    expect(await chosen()).toBe(1);
    // From anywhere.
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("tree");
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("F8");
    expect(await chosen()).toBe(3);
    await page.keyboard.press("F7");
    expect(await chosen()).toBe(2);
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("list");
    // Within the conversation, and back.
    const [one, other] = capture.window(0, 1000).filter(({ stream }) => stream === "udp 0");
    await page.keyboard.press("Home");
    expect(one!.number).toBe(1);
    await page.keyboard.press("Control+.");
    await page.locator(`.row.chosen .number:text-is("${other!.number}")`).waitFor();
    await page.keyboard.press("Alt+ArrowLeft");
    await page.locator('.row.chosen .number:text-is("1")').waitFor();
  });

  test("the tree is walked, folded and unfolded by keys", async () => {
    await go(first("DNS"));
    const tree = page.locator(".tree");
    await tree.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    const label = () => page.locator(".line.chosen .label").textContent();
    expect(await label()).toContain("Frame");
    await page.keyboard.press("ArrowDown");
    expect(await label()).toBe("Ethernet");
    expect(await page.locator(".line.chosen").getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".line.chosen").getAttribute("aria-expanded")).toBe("true");
    await page.keyboard.press("ArrowRight");
    expect(await label()).toBe("Destination");
    expect(await page.locator(".line.chosen").getAttribute("aria-level")).toBe("2");
    await page.keyboard.press("Backspace");
    expect(await label()).toBe("Ethernet");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+ArrowRight");
    const all = await fields().count();
    await page.keyboard.press("Control+ArrowLeft");
    expect(await fields().count()).toBeLessThan(all);
    // What is folded stays so in the next packet.
    await page.keyboard.press("Control+ArrowDown");
    expect(await page.locator('.line[aria-expanded="true"]').count()).toBe(0);
  });

  test("octets are walked by keys, and Enter chooses the field", async () => {
    await go(1);
    await page.locator(".octets").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
    expect(await page.locator(".explained strong").textContent()).toBe("Source");
    await page.keyboard.press("Enter");
    expect(await page.locator(".line.chosen .label").textContent()).toBe("Source");
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(".octets").getAttribute("aria-activedescendant")).toBe("octet-22");
  });

  test("a filter is completed, applied, remembered, and taken away", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("dns.qry.na");
    const options = page.locator("#suggestions [role=option]");
    await options.first().waitFor();
    expect(await options.first().locator("span").first().textContent()).toBe("dns.qry.name");
    await page.keyboard.press("ArrowDown");
    expect(await page.locator(".entry input").getAttribute("aria-activedescendant")).toBe("suggestion-0");
    await page.keyboard.press("Enter");
    await page.keyboard.type(' contains "PC"');
    await page.keyboard.press("Enter");
    await page.locator(".found:text-matches('^4 of')").waitFor();
    expect(new Set(await page.locator(".row .protocol").allTextContents())).toEqual(new Set(["DNS"]));
    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator(".found:empty").waitFor({ state: "attached" });
    expect((await numbers()).slice(0, 3)).toEqual([1, 2, 3]);
    await page.locator(".entry input").focus();
    await page.keyboard.press("ArrowDown");
    expect(await options.first().textContent()).toContain('dns.qry.name contains "PC"');
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  });

  test("a wrong filter is shown where it is wrong, with what was meant", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type('dns && dns.qry.nam == "x" ');
    const wrong = page.locator("#filter-wrong");
    await wrong.waitFor();
    expect(await wrong.locator("mark").textContent()).toBe("dns.qry.nam");
    expect(await wrong.locator("pre").textContent()).toContain(`\n${" ".repeat(7)}^${"~".repeat(10)}`);
    await wrong.getByRole("button", { name: "dns.qry.name" }).click();
    await wrong.waitFor({ state: "detached" });
    expect(await page.locator(".entry input").inputValue()).toBe('dns && dns.qry.name == "x" ');
    await filterBy("");
  });

  test("a field becomes a filter by a click", async () => {
    await go(first("NTP"));
    await field("Mode").click();
    await page.getByRole("button", { name: "Filter by it", exact: true }).click();
    await page.locator(".found:text-matches('^\\\\d+ of')").waitFor();
    expect(await page.locator(".entry input").inputValue()).toMatch(/^ntp\.flags\.mode == \d/);
    expect(await chosen()).toBe(first("NTP"));
    await filterBy("");
  });

  test("each protocol has its colour, in light and dark", async () => {
    const colours = async () =>
      Promise.all(
        ["arp", "dhcp", "dns", "ntp"].map(name =>
          page
            .locator(`.row.p-${name} .protocol`)
            .first()
            .evaluate(cell => getComputedStyle(cell).color),
        ),
      );
    await page.locator("#list").press("Home");
    const light = await colours();
    expect(new Set(light).size).toBe(4);
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await colours();
    expect(new Set([...light, ...dark]).size).toBe(8);
    // The switch overrules the system.
    await page.getByRole("button", { name: "Theme: as the system" }).click();
    await page.locator('html[data-theme="light"]').waitFor();
    expect(await colours()).toEqual(light);
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    expect(await colours()).toEqual(dark);
    await page.getByRole("button", { name: "Theme: dark" }).click();
  });

  test("what was said is followed over TCP, TLS and MQTT, and leads back to its packets", async () => {
    const number = first("MQTT");
    await filterBy("mqtt");
    await rows().first().click();
    await page.getByRole("button", { name: "Follow TLS" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".chunk").first().waitFor();
    const text = await dialog.locator(".said").textContent();
    expect(text).toContain("MQTT");
    expect(text).toContain("[TEMA_SECRETO]");
    await dialog.getByRole("button", { name: "TCP", exact: true }).click();
    await dialog.getByRole("button", { name: "Raw" }).click();
    await dialog.locator("pre:text-matches('^160301|^160303')").first().waitFor();
    await dialog.getByRole("button", { name: "MQTT", exact: true }).click();
    await dialog.locator(".chunk .link:text-matches('Connect')").first().waitFor();
    await dialog.locator(".chunk .link").first().click();
    await dialog.waitFor({ state: "detached" });
    expect(await chosen()).toBe(number);
    await filterBy("");
  });

  test("findings lead to their packets, also out of a filter", async () => {
    await filterBy("ntp");
    await page.getByRole("tab", { name: /Findings/ }).click();
    const { findings } = capture.findings();
    expect(findings.length).toBeGreaterThan(0);
    const item = page.locator(".finding").first();
    expect(await item.locator(".says").textContent()).toBe(findings[0]!.says.en);
    const [packet] = findings[0]!.packets;
    await item.getByRole("button", { name: `packet ${packet}`, exact: true }).click();
    await page.locator(`.line.frame .label:text-is("Frame ${packet}")`).waitFor();
    expect(await chosen()).toBe(packet!);
    expect(await page.locator(".row.chosen .mark").count()).toBe(1);
  });

  test("deciphered octets are a tab of their own, which a field brings to the front", async () => {
    await go(first("MQTT"));
    const tabs = page.locator(".octets-pane [role=tab]");
    expect(await tabs.allTextContents()).toEqual([
      expect.stringMatching(/^Frame/),
      expect.stringMatching(/^Decrypted TLS/),
    ]);
    expect(await tabs.first().getAttribute("aria-selected")).toBe("true");
    await field("Type").last().click();
    await page
      .locator(".octets-pane [role=tab][aria-selected=true]")
      .filter({ hasText: /^Decrypted TLS/ })
      .waitFor();
    expect(await lit("chosen")).toBe("10");
    await page.getByRole("button", { name: "Names" }).click();
    await page.locator(".row.chosen .destination").filter({ hasText: "JORGE-PC" }).waitFor();
    await page.getByRole("button", { name: "Names" }).click();
  });

  test("axe finds nothing serious: wide and narrow, light and dark, every tab, dialogs", async () => {
    const axe = await Bun.file(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js")).text();
    const faults = async (one: Page, where: string) => {
      const found = await one.evaluate(async () => {
        const { violations } = await (globalThis as never as { axe: { run(): Promise<Axe> } }).axe.run();
        return violations.map(({ id, impact, nodes }) => ({
          id,
          impact,
          html: nodes.map(({ html }) => html).slice(0, 2),
        }));
      });
      expect(
        found.filter(({ impact }) => impact === "serious" || impact === "critical"),
        where,
      ).toEqual([]);
    };
    // Narrow and light, wide and dark: each width and each scheme once.
    for (const [width, dark] of [
      [390, false],
      [1280, true],
    ] as const) {
      await using own = await watched(browser, viewed.url, { width, height: 600, dark });
      const { page: one } = own;
      await one.evaluate(axe);
      await fields(one).first().waitFor();
      await fields(one).nth(3).click();
      await faults(one, `packets, ${width}`);
      await one.getByRole("button", { name: "Follow UDP" }).click();
      await one.locator(".chunk").first().waitFor();
      await faults(one, `follow, ${width}`);
      await one.keyboard.press("Escape");
      await one.getByRole("tab", { name: /Findings/ }).click();
      await one.locator(".finding").first().waitFor();
      await faults(one, `findings, ${width}`);
      expect(own.complaints).toEqual([]);
    }
  }, 60_000);

  test("Tab goes through filter, list, fields and octets, and every stop is seen", async () => {
    await go(1);
    await page.locator(".entry input").focus();
    const stops: string[] = [];
    for (let i = 0; i < 10; i++) {
      stops.push(
        await page.evaluate(() => {
          const { outlineStyle } = getComputedStyle(document.activeElement!);
          const { className, tagName, id } = document.activeElement!;
          return `${id || className || tagName}${outlineStyle === "none" && !className.includes("divider") ? " unseen" : ""}`;
        }),
      );
      await page.keyboard.press("Tab");
    }
    expect(stops.filter(stop => stop.includes("unseen") && !stop.startsWith("view"))).toEqual([]);
    const order = stops.filter(stop => /^(list|tree|octets)/.test(stop)).map(stop => stop.split(" ")[0]);
    expect(order).toEqual(["list", "tree", "octets"]);
  });

  test("390 pixels hold it all, nothing beside the edge", async () => {
    await using own = await watched(browser, viewed.url, { width: 390, height: 844 });
    const { page: one } = own;
    await fields(one).first().waitFor();
    expect(await one.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await rows(one).nth(4).click();
    await one.locator('.line.frame .label:text-is("Frame 5")').waitFor();
    expect(await one.locator(".octets").isVisible()).toBe(false);
    await one.getByRole("tab", { name: "Octets" }).click();
    const box = await one.locator(".octet-line").first().boundingBox();
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
    await one.locator(".octet").nth(21).click();
    expect(await one.locator(".explained strong").textContent()).toBe("Operation");
    expect(own.complaints).toEqual([]);
  });

  test("a key log that is dropped deciphers", async () => {
    using closed = record("--no-secrets", "--keylog", join(folder, "keys"));
    await opened(closed.capture, async (one, its) => {
      await its.read;
      await rows(one).first().waitFor();
      await filterBy("mqtt", one);
      expect(await one.locator(".found").textContent()).toStartWith("0 of");
      const drop = async (text: string, name: string) => {
        const transfer = await one.evaluateHandle(
          ([text, name]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text!], name!));
            return transfer;
          },
          [text, name],
        );
        await one.dispatchEvent("body", "dragover", { dataTransfer: transfer });
        await one.locator(".drop").waitFor();
        await one.dispatchEvent("body", "drop", { dataTransfer: transfer });
        await one.locator(".drop").waitFor({ state: "detached" });
      };
      await drop("hola", "hola.txt");
      await one.locator(".banner:text-matches('hola.txt holds no line of a key log')").waitFor();
      await drop(await Bun.file(join(folder, "keys")).text(), "keys");
      await one.locator(".banner:text-matches('taken')").waitFor();
      await one.locator(".found:text-matches('^[1-9]')").waitFor();
      expect(await rows(one).first().locator(".info").textContent()).toContain("Connect");
    });
  });

  test("what a capture says is never HTML", async () => {
    const evil = `<img src=x onerror="pwned=1"><script>pwned=1</script>`;
    const path = join(folder, "evil.pcapng");
    writeFileSync(path, evilCapture(evil));
    await opened(path, async one => {
      await fields(one).first().waitFor();
      await one.locator(".tree").focus();
      await one.keyboard.press("Control+ArrowRight");
      const text = await one.locator(".tree").textContent();
      expect(text).toContain(evil);
      expect(await rows(one).first().getAttribute("title")).toBe(evil);
      await one.getByRole("button", { name: "Follow UDP" }).click();
      await one.locator(".chunk").first().waitFor();
      expect(await one.locator(".said").textContent()).toContain(evil);
      expect(await one.locator("main img, main script, dialog img, dialog script").count()).toBe(0);
      expect(await one.evaluate(() => "pwned" in globalThis)).toBe(false);
    });
  });

  test("what was loaded stays when the server ends, and the page says so", async () => {
    await using one = new Capture(run.capture);
    await one.read;
    const server = await serve(one, { language: "en" });
    await using own = await watched(browser, server.url);
    await fields(own.page).first().waitFor();
    await own.page.keyboard.press("ArrowDown");
    await own.page.locator('.line.frame .label:text-is("Frame 2")').waitFor();
    await own.page.waitForLoadState("networkidle");
    const before = own.complaints.length;
    await server[Symbol.asyncDispose]();
    await own.page.context().setOffline(true);
    await own.page.keyboard.press("ArrowUp");
    await own.page.locator('.line.frame .label:text-is("Frame 1")').waitFor();
    await own.page.keyboard.press("End");
    expect(await chosen(own.page)).toBe(one.state().packets);
    // That packet was not looked at before: the browser itself says that nobody answers.
    expect(own.complaints.slice(before).filter(text => !text.includes("net::"))).toEqual([]);
    await own.page.locator(".banner:text-matches('The server has ended')").waitFor();
  });

  test("a long list scrolls under a scaled bar, row by row by the wheel, and to its very end", async () => {
    const count = 100_000;
    const path = join(folder, "long.pcapng");
    writeFileSync(path, longCapture(count));
    await opened(path, async (one, its) => {
      await rows(one).first().waitFor();
      // The index is still being made.
      expect(its.state().done).toBe(false);
      await its.read;
      await one.locator(".progress:text-matches('100,000 packets$')").waitFor();
      await one.locator("#list").press("End");
      await one.locator(`.row.chosen .number:text-is("${count}")`).waitFor();
      const box = (await one.locator(`.row.chosen`).boundingBox())!;
      const pane = (await one.locator("#list").boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(pane.y + pane.height + 1);
      const before = (await numbers(one))[0]!;
      await one.mouse.move(pane.x + 100, pane.y + 100);
      await one.mouse.wheel(0, -220);
      await one.waitForFunction(
        first => Number(document.querySelector(".row .number")?.textContent) < first,
        before,
      );
      expect(before - (await numbers(one))[0]!).toBe(10);
      await one.locator("#list").evaluate(list => {
        list.scrollTop = (list.scrollHeight - list.clientHeight) / 2;
      });
      await one.waitForFunction(() => {
        const at = Number(document.querySelector(".row:not(.waiting) .number")?.textContent);
        return at > 49_000 && at < 51_000;
      });
    });
  }, 60_000);

  test.skipIf(!existsSync(corpus))(
    "captures of others are shown without complaint [no corpus here]",
    async () => {
      for (const file of ["ndpi__dns_fragmented.pcap", "ndpi__fuzz-2006-06-26-2594.pcap"])
        await opened(join(corpus, file), async (one, its) => {
          await its.read;
          await fields(one).first().waitFor();
          for (const key of ["End", "PageUp", "PageUp", "ArrowUp", "Home", "ArrowDown"]) {
            await one.locator("#list").press(key);
            await one.locator(`.line.frame .label:text-is("Frame ${await chosen(one)}")`).waitFor();
          }
          await one.locator(".tree").press("Control+ArrowRight");
          await one.locator(".tree").press("End");
          expect(await fields(one).count()).toBeGreaterThan(10);
          if (!file.includes("fragmented")) return;
          await filterBy("ip.flags.mf == 0 && ip.frag_offset > 0 && dns", one);
          await rows(one).first().click();
          await one.locator(".octets-pane [role=tab]:text-matches('Reassembled')").waitFor();
        });
    },
  );

  test("the same page opens from disk with its capture inside, filters and all", async () => {
    const { script, style } = await bundle("inside");
    const whole = JSON.stringify(await wholeOf(capture, "es")).replaceAll("<", "\\u003c");
    const path = join(folder, "report.html");
    writeFileSync(
      path,
      `<!doctype html><html lang="es"><meta charset="utf-8"><title>Informe</title><style>${style}</style><body><div id="view"></div><script type="application/json" id="capture">${whole}</script><script type="module">${script.replaceAll("</script", "<\\/script")}</script>`,
    );
    await using own = await watched(browser, `file://${path}`);
    const { page: one } = own;
    await fields(one).first().waitFor();
    await filterBy("dhcp", one);
    expect(await one.locator(".found").textContent()).toMatch(/^4 de /);
    await rows(one).last().click();
    await one.getByRole("button", { name: "Seguir UDP" }).click();
    await one.locator(".chunk").first().waitFor();
    expect(own.complaints).toEqual([]);
  });

  test("none of this made the page complain, or ask anybody else", () => {
    expect(shared.complaints).toEqual([]);
  });
});

interface Axe {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** A datagram to a port that nobody is bound to, with a text for its octets and its comment. */
function evilCapture(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const size = (octets: number) => (octets + payload.length).toString(16).padStart(4, "0");
  const ethernet = "0200000000030200000000020800";
  const ip = `4500${size(28)}0001000040110000c0a80101c0a80114`;
  const udp = `30393039${size(8)}0000`;
  return recorded([Uint8Array.of(...Uint8Array.fromHex(ethernet + ip + udp), ...payload)], text);
}

/** ARP questions, as many as are asked for. */
function longCapture(count: number): Uint8Array {
  const arp = Uint8Array.fromHex(
    "ffffffffffff00c0df24ba6b0806000108000604000100c0df24ba6bc0a80165000000000000c0a80101",
  );
  return recorded(Array.from({ length: count }, () => arp));
}

function recorded(frames: readonly Uint8Array[], comment?: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => pieces.push(octets.slice()));
  const lan = writer.interface({ name: "lan", linkType: 1 });
  for (const [i, frame] of frames.entries())
    writer.packet(lan, BigInt(i) * 1000n, frame, comment === undefined ? {} : { comments: [comment] });
  writer.flush();
  return Buffer.concat(pieces);
}
