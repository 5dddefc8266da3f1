// A host that says something to a server that says it back, over TLS or without it.
import type { Stream } from "../../protocols/endpoint/index.ts";
import { Unanswered } from "../../protocols/endpoint/index.ts";
import { secure } from "../../protocols/tls/client.ts";
import type { Host } from "../network/contract.ts";

export interface SayingPlan {
  readonly server: { readonly address: string; readonly port: number };
  readonly texts: readonly string[];
  /** Without it there is no TLS. */
  readonly tls?: {
    readonly serverName: string;
    readonly version: "1.2" | "1.3";
    /** PEM. */
    readonly root: string;
    /** PEM: the client's own certificate with its chain, and its key. */
    readonly certificate?: string;
    readonly key?: string;
  };
}

/** What it waits at the most for an answer, in milliseconds. */
const patience = 10_000;

export async function run(host: Host, { server, texts, tls }: SayingPlan): Promise<void> {
  const stream = await host.connect(server, patience);
  const spoken = tls ? await secured(host, stream, tls) : stream;
  for (const text of texts) {
    await spoken.write(new TextEncoder().encode(text));
    host.tell({ kind: "said", text });
    host.tell({ kind: "heard", text: await heard(spoken, text.length) });
  }
  await spoken.close();
}

async function secured(
  host: Host,
  stream: Stream,
  { root, ...tls }: NonNullable<SayingPlan["tls"]>,
): Promise<Stream> {
  const began = host.clock.elapsed();
  const safe = await secure(stream, {
    ...tls,
    roots: [root],
    clock: host.clock,
    onSecret: line => host.tell({ kind: "secret", line }),
    onCertificate: ({ says, inSpanish, fault }) =>
      host.tell({ kind: "certificate", says, inSpanish, fault: fault ?? null }),
  });
  const milliseconds = Number(host.clock.elapsed() - began) / 1e6;
  host.tell({ kind: "secured", version: safe.version, suite: safe.suite, milliseconds });
  return safe;
}

/** So many octets of ASCII. @throws Unanswered if they do not come */
async function heard(stream: Stream, size: number): Promise<string> {
  let text = "";
  while (text.length < size) {
    const octets = await stream.read(patience);
    if (!octets) throw new Unanswered("what was said to be said back", 1, patience);
    text += new TextDecoder().decode(octets);
  }
  return text;
}
