// A real browser for tests: pages that tell every error, and ask nobody but their own server.
import { type Browser, chromium, type Page } from "playwright-core";
import { peer } from "../../scripts/peers.ts";

const quiet = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** In a new, empty profile. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: peer("chromium")!, args: quiet });

export interface Watched extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the console and of the program, and requests to others than the page's own server. */
  readonly complaints: string[];
}

export async function watched(
  browser: Browser,
  url: string,
  { width = 1280, height = 800, dark = false, language = "en" } = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    locale: language,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", error => complaints.push(`${error.stack}`));
  page.on("request", request => {
    const asked = request.url();
    if (!asked.startsWith("data:") && !asked.startsWith("blob:") && new URL(asked).origin !== origin)
      complaints.push(`asks ${asked}`);
  });
  await page.goto(url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}
