// The bench of the page in a real browser: how soon packets are on the screen, and how smoothly a million of them scroll.
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launch } from "../../lab/page/browser.ts";
import { startView } from "../../lab/view/testing.ts";
import { root } from "../imports.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median } from "./measure.ts";
import { repeat } from "./repeated.ts";
import { record } from "./traffic.ts";

const rounds = 5;
/** As many of the mixture as make 100 MB. */
const large = 290_000;
const million = 1_000_000;
const scrolled = 3000;

const mix = join(root, "../shared/corpus/mix.pcap");

export const view: Bench = {
  says: "the page in Chromium: first packets of 100 MB on the screen, frames a second over a million packets",
  async run() {
    if (!peer("chromium")) throw new Error(lack("chromium"));
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const browser = await launch();
    try {
      const [short, long] = [large, million].map(packets => made(join(folder, `${packets}.pcapng`), packets));
      const firsts: First[] = [];
      for (let round = 0; round < rounds; round++) firsts.push(await first(browser, short!));
      const scrolls = await scrolling(browser, long!);
      const figures = {
        octets: statSync(short!).size,
        first: median(firsts.map(({ rows }) => rows)),
        busy: median(firsts.map(({ busy }) => busy)),
        indexed: median(firsts.map(({ share }) => share)),
        packets: million,
        scrolls,
      };
      return { figures, text: words(figures) };
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
};

/** Public captures, repeated, where there are some; else traffic of our own making. */
function made(path: string, packets: number): string {
  if (existsSync(mix)) repeat(mix, packets, path);
  else record(path, packets, 1);
  return path;
}

interface First {
  /** Milliseconds from the navigation to the first rows being drawn, and those of them that the page itself computed. */
  readonly rows: number;
  readonly busy: number;
  /** How much of the file the index held then: 0 to 1. */
  readonly share: number;
}

async function first(browser: Browser, path: string): Promise<First> {
  await using opened = await open(browser, path);
  const { page, url } = opened;
  await page.addInitScript(() => {
    const look = () => {
      if (!document.querySelector(".row:not(.waiting)")) return requestAnimationFrame(look);
      document.documentElement.dataset.first = String(performance.now());
    };
    requestAnimationFrame(look);
  });
  const busy = await meter(page);
  await page.goto(url);
  const { share } = (await (await fetch(`${url}state`)).json()) as { share: number };
  await page.locator("html[data-first]").waitFor({ timeout: 60_000 });
  const rows = Number(await page.locator("html").getAttribute("data-first"));
  return { rows, busy: await busy(), share };
}

/** The CPU time of the page's main thread, in milliseconds: what other programs of a shared machine don't lengthen. */
async function meter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
  const before = await read();
  return async () => (await read()) - before;
}

interface Scroll {
  readonly how: string;
  readonly framesPerSecond: number;
  /** Milliseconds that the page's main thread computes for a frame. */
  readonly busy: number;
  /** Milliseconds between two frames: 95 of a hundred are no longer, and the longest. */
  readonly most: number;
  readonly longest: number;
}

async function scrolling(browser: Browser, path: string): Promise<Scroll[]> {
  await using opened = await open(browser, path);
  const { page, url } = opened;
  await page.goto(url);
  for (let done = false; !done; await Bun.sleep(500))
    done = ((await (await fetch(`${url}state`)).json()) as { done: boolean }).done;
  await page.locator(`.progress:text-matches('1,000,000 packets$')`).waitFor({ timeout: 60_000 });
  return [
    await scroll(page, "by the wheel", "wheel"),
    await scroll(page, "by the bar, through all of it", "bar"),
    await scroll(page, "by the arrow key, with fields and octets", "key"),
  ];
}

/** Every frame scrolls on; what is measured is how far apart the frames are. */
async function scroll(page: Page, how: string, by: "wheel" | "bar" | "key"): Promise<Scroll> {
  const busy = await meter(page);
  const apart = await page.evaluate(
    async ({ by, scrolled }) => {
      const list = document.getElementById("list")!;
      const times: number[] = [];
      const start = performance.now();
      for (let now = start; now - start < scrolled; ) {
        now = await new Promise<number>(resolve => requestAnimationFrame(resolve));
        times.push(now);
        if (by === "wheel")
          list.dispatchEvent(new WheelEvent("wheel", { deltaY: 120, bubbles: true, cancelable: true }));
        else if (by === "key")
          list.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }),
          );
        else list.scrollTop = ((now - start) / scrolled) * list.scrollHeight;
      }
      return times.slice(1).map((time, i) => time - times[i]!);
    },
    { by, scrolled },
  );
  const sorted = apart.toSorted((a, b) => a - b);
  const whole = apart.reduce((sum, one) => sum + one, 0);
  return {
    how,
    busy: Math.round(((await busy()) / apart.length) * 10) / 10,
    framesPerSecond: Math.round((apart.length / whole) * 10_000) / 10,
    most: Math.round(sorted[Math.floor(sorted.length * 0.95)]!),
    longest: Math.round(sorted.at(-1)!),
  };
}

/** `bun lab view`, a process of its own, and a page that has not gone there yet. */
async function open(browser: Browser, path: string) {
  const { view, url } = await startView(path);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  return {
    page,
    url,
    async [Symbol.asyncDispose]() {
      await context.close();
      view.kill("SIGINT");
      await view.exited;
    },
  };
}

function words({
  octets,
  first,
  busy,
  indexed,
  scrolls,
}: {
  readonly octets: number;
  readonly first: number;
  readonly busy: number;
  readonly indexed: number;
  readonly scrolls: readonly Scroll[];
}): string {
  const lines = scrolls.map(
    ({ how, framesPerSecond, busy, most, longest }) =>
      `${framesPerSecond.toFixed(1).padStart(6)} frames a second ${how}: ${busy.toFixed(1)} ms of computing each (95 % within ${most} ms, longest ${longest} ms)`,
  );
  return [
    `First packets on the screen ${first.toFixed(0)} ms after the navigation (the page computes for ${busy.toFixed(0)} of them): ${(octets / 1e6).toFixed(0)} MB, ${(indexed * 100).toFixed(0)} % of them indexed by then`,
    "Scrolling a million packets:",
    ...lines,
  ].join("\n");
}
