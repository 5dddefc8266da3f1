// `bun lab view`: a capture, or a run, in the browser.
import { usage } from "../failure.ts";
import { decodeAs } from "../inspect/decode-as.ts";
import { beforeEnd } from "../network/cleanup.ts";
import { protocols } from "../protocols.ts";
import type { Language } from "../words.ts";
import { open } from "./opening.ts";
import { serve } from "./server.ts";

export interface ViewOptions {
  readonly host: string;
  readonly port: number;
  /** Opens the browser, on a terminal. */
  readonly open: boolean;
  readonly decode: readonly string[];
  readonly keylog?: string;
  readonly json?: boolean;
  readonly lang: Language;
}

/** Serves until Ctrl-C. @throws Failure */
export async function view(path: string, options: ViewOptions): Promise<never> {
  const { host, port, lang, json } = options;
  if (port > 65_535) throw usage(`--port ${port} is beyond 65535, the highest there is.`);
  const opened = await open(path, { keylog: options.keylog, decode: decodeAs(options.decode, protocols()) });
  beforeEnd(async () => opened[Symbol.asyncDispose]());
  // What is no capture is refused before an address is printed; what is one may take long to read.
  await Promise.race([opened.capture.read, Bun.sleep(50)]);
  const viewed = await serve(opened.capture, { host, port, language: lang });
  beforeEnd(async () => viewed[Symbol.asyncDispose]());
  if (json) console.log(JSON.stringify({ url: viewed.url }));
  else {
    console.log(viewed.url);
    console.error(
      lang === "es"
        ? "Ábrela en un navegador de esta máquina; Ctrl-C la cierra."
        : "Open it in a browser of this machine; Ctrl-C ends it.",
    );
  }
  if (options.open && process.stdout.isTTY) browse(viewed.url);
  await opened.capture.read;
  return new Promise<never>(() => {});
}

function browse(url: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  if (!Bun.which(command))
    return console.error(`lab: there is no ${command} here; open the address yourself.`);
  Bun.spawn([command, url], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).unref();
}
