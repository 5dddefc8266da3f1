// The server of the page: on this machine's loopback, behind a token, until it is stopped.
import { usage } from "../failure.ts";
import type { About } from "../page/captured.ts";
import type { Language } from "../words.ts";
import { bundle } from "./bundle.ts";
import type { Capture } from "./capture.ts";
import { admitted, headers, newToken, refusal } from "./guard.ts";
import { answered, mostSecrets } from "./routes.ts";
import { Selections } from "./selections.ts";

export interface ServeOptions {
  /** 127.0.0.1 by default; nothing but loopback. */
  readonly host?: string;
  /** By default the system chooses one that is free. */
  readonly port?: number;
  readonly language: Language;
}

export interface Viewed extends AsyncDisposable {
  /** The whole address, token included. */
  readonly url: string;
}

/** So many rows come with the page: a screen of them, and what a first page down shows. */
const firstRows = 128;

const sent = (type: string, text: string): Response =>
  new Response(text, { headers: { ...headers, "content-type": `${type}; charset=utf-8` } });

const loopback = ["127.0.0.1", "::1", "localhost"];

/** Serves the page of this capture, which is the caller's to dispose of. @throws Failure */
export async function serve(
  capture: Capture,
  { host = "127.0.0.1", port = 0, language }: ServeOptions,
): Promise<Viewed> {
  if (!loopback.includes(host))
    throw usage(
      `--host ${host}: the page shows what was captured, secrets included, so it is served on this machine alone: 127.0.0.1, ::1 or localhost. For another machine: ssh -L.`,
    );
  const token = newToken();
  const selections = new Selections(capture);
  const about = (): About => ({
    ...{ name: capture.name, language, embedded: false },
    first: { state: capture.state(), rows: capture.window(0, firstRows) },
  });
  const { script, style } = await bundle("main");
  const page: Readonly<Record<string, readonly [type: string, text: string]>> = {
    "page.js": ["text/javascript", script],
    "page.css": ["text/css", style],
  };
  const server = opened(() =>
    Bun.serve({
      hostname: host,
      port,
      development: false,
      // Bun would share the port with another server of this user: it takes every other request.
      reusePort: false,
      maxRequestBodySize: mostSecrets,
      // A stream of hundreds of thousands of packets is not followed in the ten seconds that Bun waits.
      idleTimeout: 120,
      async fetch(request, { port }) {
        const rest = admitted(request, { port: port!, token });
        if (rest instanceof Response) return rest;
        if (rest === "" && request.method === "GET") return sent("text/html", html(about()));
        const file = Object.hasOwn(page, rest) && request.method === "GET" ? page[rest] : undefined;
        if (file) return sent(...file);
        return (
          (await answered(rest, request, { capture, selections })) ?? refusal(404, "There is nothing here.")
        );
      },
      error: () => refusal(500, "The lab made a mistake."),
    }),
  );
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}/${token}/`,
    async [Symbol.asyncDispose]() {
      selections[Symbol.dispose]();
      await server.stop(true);
    },
  };

  function opened<Server>(open: () => Server): Server {
    try {
      return open();
    } catch (error) {
      throw usage(
        `--port ${port}: the page can't be served there (${(error as Error).message}); leave --port out, and a free one is found.`,
      );
    }
  }
}

/** What the page knows before it asks stands in an attribute: no script is in the page itself. */
export const html = (about: Pick<About, "name" | "language">): string => `<!doctype html>
<html lang="${about.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(about.name)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body data-about="${escaped(JSON.stringify(about))}"></body>
</html>
`;

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
