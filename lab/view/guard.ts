// Who may ask: this machine's own browser, on this page's own address, with the token that is in it.
import { timingSafeEqual } from "node:crypto";

/** 192 bits: nobody finds the page by trying. */
export const newToken = (): string => crypto.getRandomValues(new Uint8Array(24)).toHex();

/** Names by which a browser on this machine calls the server. Any other is a name that was rebound to it. */
const loopback = ["127.0.0.1", "localhost", "[::1]"];

export interface Guarded {
  readonly port: number;
  readonly token: string;
}

/**
 * What follows the token in the path; or the refusal. A foreign `Host` is DNS rebinding, a foreign `Origin` or
 * `Sec-Fetch-Site` another page that asks behind its user's back.
 */
export function admitted(request: Request, { port, token }: Guarded): string | Response {
  const host = request.headers.get("host") ?? "";
  const hosts = loopback.map(name => `${name}:${port}`);
  if (!hosts.includes(host.toLowerCase()))
    return refusal(421, "This server answers to the address that it printed, and to no other name.");
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (origin !== null && origin !== `http://${host}`) return refusal(403, "Another page may not ask here.");
  if (site === "cross-site" || site === "same-site")
    return refusal(403, "Another page may not ask here; open the address that was printed.");
  const { pathname } = new URL(request.url);
  const [, given = "", ...rest] = pathname.split("/");
  if (!same(given, token))
    return refusal(404, "There is nothing here; open the whole address that was printed.");
  return rest.join("/");
}

function same(given: string, token: string): boolean {
  const [one, other] = [new TextEncoder().encode(given), new TextEncoder().encode(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The page runs its own program and style, asks its own server, and nothing else; nobody may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

export const headers: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export const refusal = (status: number, sentence: string): Response =>
  new Response(`${sentence}\n`, {
    status,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
  });
