// The server of the page, asked as other pages, other machines and the curious would.
import { afterAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Capture } from "./capture.ts";
import { serve } from "./server.ts";
import { record, startView } from "./testing.ts";

const run = record();
const capture = new Capture(run.capture);
await capture.read;
const viewed = await serve(capture, { language: "en" });
const { url } = viewed;
const { port, host, pathname } = new URL(url);
afterAll(async () => {
  await viewed[Symbol.asyncDispose]();
  await capture[Symbol.asyncDispose]();
  run[Symbol.dispose]();
});

/** A request as it stands on the wire: a path and a host that no library would send. */
async function raw(path: string, headers: Readonly<Record<string, string>>, method = "GET"): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = "";
  const lines = Object.entries({ Connection: "close", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      data: (_, octets) => {
        answer += octets.toString();
      },
      close: () => resolve(answer),
    },
  });
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return promise;
}
const status = async (...asked: Parameters<typeof raw>): Promise<number> =>
  Number(/^HTTP\/1\.1 (\d+)/.exec(await raw(...asked))?.[1]);
const ask = async (path: string) => (await fetch(url + path)).json();

test("the page and its questions are answered at the address with the token", async () => {
  expect(host).toBe(`127.0.0.1:${port}`);
  expect(pathname).toMatch(/^\/[0-9a-f]{48}\/$/);
  expect(await (await fetch(url)).text()).toContain("page.js");
  expect(await ask("state")).toMatchObject({ done: true, packets: capture.state().packets });
  expect(await ask("window?from=0&count=2")).toHaveLength(2);
  expect(await ask("packet?number=3")).toMatchObject({ number: 3 });
  expect((await ask("names")).length).toBeGreaterThan(1000);
});

test("a foreign name for this machine is refused: DNS rebinding", async () => {
  const state = `${pathname}state`;
  expect(await status(state, { Host: host })).toBe(200);
  expect(await status(state, { Host: `localhost:${port}` })).toBe(200);
  for (const foreign of [
    `evil.example:${port}`,
    "evil.example",
    "127.0.0.1",
    `127.0.0.1.evil.example:${port}`,
    "",
  ])
    expect(await status(state, { Host: foreign }), foreign).toBeOneOf([400, 421]);
});

test("another page that asks behind its user's back is refused", async () => {
  const state = `${pathname}state`;
  expect(await status(state, { Host: host, Origin: `http://${host}` })).toBe(200);
  expect(await status(state, { Host: host, "Sec-Fetch-Site": "same-origin" })).toBe(200);
  for (const headers of <Record<string, string>[]>[
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { Origin: `http://127.0.0.1:${Number(port) + 1}` },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ])
    expect(await status(state, { Host: host, ...headers }), JSON.stringify(headers)).toBe(403);
});

test("without the token, or with a wrong one, there is nothing", async () => {
  const wrong = pathname.replace(/.\/$/, last => (last === "0/" ? "1/" : "0/"));
  for (const path of [
    "/",
    "/state",
    "/page.js",
    `${wrong}state`,
    `${pathname.slice(0, -2)}/state`,
    "//state",
  ])
    expect(await status(path, { Host: host }), path).toBe(404);
});

test("no path reads a file of this machine", async () => {
  for (const path of [
    "../../../../etc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "/etc/passwd",
    "capture.pcapng",
    "page.js/../../capture.pcapng",
    "answer/constructor",
    "__proto__",
    "constructor",
    "toString",
  ]) {
    const answer = await raw(pathname + path, { Host: host });
    expect(answer, path).toMatch(/^HTTP\/1\.1 40[04]/);
    expect(answer).not.toContain("root:");
  }
});

test("only questions are asked, and only secrets are handed over", async () => {
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
    expect(await status(`${pathname}state`, { Host: host, "Content-Length": "0" }, method), method).toBe(404);
  expect(await status(`${pathname}secrets`, { Host: host })).toBe(404);
});

test("every question has its bounds", async () => {
  const refused = async (path: string) => (await ask(path)).refused as string;
  expect(await refused("window?from=0&count=100000")).toContain("from 1 to 1024");
  expect(await refused("window?from=-1&count=5")).toContain("from is expected");
  expect(await refused("window?from=0")).toContain("count is expected");
  expect(await refused("packet?number=999999")).toContain("no packet 999999");
  expect(await refused(`filter?text=${"x".repeat(3000)}`)).toContain("longer than 2000");
  expect(await refused("selected?selection=77")).toContain("no longer kept");
  expect(await refused("follow?protocol=http&stream=0")).toContain("tcp, udp, tls, mqtt");
  expect(await refused("check?text=dns.qry.nam")).toContain("neither a field nor a protocol");
  const large = await fetch(`${url}secrets`, { method: "POST", body: new Uint8Array(9 * 2 ** 20) }).then(
    ({ status }) => status,
    () => "closed",
  );
  expect(large).toBeOneOf([413, "closed"]);
});

test("the policy allows the page's own program and nothing else", async () => {
  for (const path of ["", "page.js", "page.css", "state", "nothing"]) {
    const { headers } = await fetch(url + path);
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("no secret is told", async () => {
  const secret = (await Bun.file(join(run.folder, "keylog.txt")).text()).trim().split(" ").at(-1)!;
  for (const path of ["", "state", "window?from=0&count=1000", "findings"])
    expect(await (await fetch(url + path)).text()).not.toContain(secret);
});

test("it is served on the loopback and nowhere else", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.20", "example.org"])
    expect(serve(capture, { host, language: "en" })).rejects.toThrow("on this machine alone");
});

test("bun lab view prints the address, serves it, and ends on Ctrl-C", async () => {
  const { view, url } = await startView(run.folder, "--no-open");
  expect(await (await fetch(`${url}state`)).json()).toHaveProperty("packets");
  view.kill("SIGINT");
  expect(await view.exited).toBe(130);
  expect(fetch(`${url}state`)).rejects.toThrow();
});

test("what can't be looked at is refused in a sentence, with its exit code", () => {
  const lab = (...words: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync([
      process.execPath,
      join(import.meta.dir, "../index.ts"),
      "view",
      ...words,
    ]);
    return [exitCode, stderr.toString()] as const;
  };
  expect(lab("nowhere.pcapng")).toEqual([
    2,
    "lab: there is no nowhere.pcapng; give a capture, or a run's folder (captures/runs).\n",
  ]);
  expect(lab(run.capture, "--port", port)[1]).toContain(`--port ${port}: the page can't be served there`);
  expect(lab(run.capture, "--host", "0.0.0.0")[1]).toContain("on this machine alone");
  expect(lab(join(run.folder, "console.txt"))[1]).toContain("is a text, not a capture");
  expect(existsSync(run.capture)).toBe(true);
});
