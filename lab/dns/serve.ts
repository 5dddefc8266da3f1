// `bun lab dns serve`: our name server standing alone, for master files, for the root's servers, or for both.
import { readFileSync } from "node:fs";
import { isAddress } from "../../protocols/dns/client.ts";
import {
  Authority,
  type MasterFile,
  Recursor,
  type RootServer,
  readHints,
  readMaster,
  serve,
  serveStream,
} from "../../protocols/dns/server.ts";
import { Refused } from "../../protocols/endpoint/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { beforeEnd } from "../network/index.ts";
import { listen, openDatagrams } from "../network/native.ts";
import { machineSockets } from "./sockets.ts";

export interface ServeOptions {
  readonly address: string;
  readonly port: number;
  /** Master files, each "FILE" or "ORIGIN=FILE". */
  readonly files: readonly string[];
  /** Addresses of root servers. */
  readonly root: readonly string[];
  readonly hints?: string;
  /** Addresses, or "all". */
  readonly allowTransfer: readonly string[];
  readonly nsid?: string;
  readonly quiet?: boolean;
}

/** Serves until the process is told to end. @throws Failure */
export async function serveZones(options: ServeOptions): Promise<number> {
  const { address, port, nsid, allowTransfer } = options;
  const authority = authorityOf(options.files);
  const roots = rootsOf(options);
  if (options.files.length === 0 && roots.length === 0)
    throw usage("nothing to serve: name a master file, or root servers with --root or --hints.");
  const { clock, datagrams, connect } = machineSockets();
  const answerer =
    roots.length > 0 ? new Recursor({ roots, clock, datagrams, connect, authority }) : authority;
  const log = options.quiet ? undefined : (line: string) => console.log(line);
  const serving = {
    ...(nsid !== undefined && { nsid }),
    transfers: (client: string) => allowTransfer.includes("all") || allowTransfer.includes(client),
  };
  const socket = await opened(openDatagrams({ address, port, now: () => clock.now() }), port);
  const listener = await opened(
    listen(
      socket.local.port,
      stream => void serveStream(stream, answerer, log, serving).catch(() => {}),
      address,
    ),
    port,
  );
  beforeEnd(async () => {
    socket.close();
    await listener.close();
  });
  const does = [
    authority.origins.length > 0 && `zones ${authority.origins.join(", ")}`,
    roots.length > 0 && `recursion from ${roots.map(root => root.address).join(", ")}`,
  ];
  console.error(
    `lab: name server at ${address} port ${socket.local.port}: ${does.filter(Boolean).join("; ")}. Ctrl-C ends it.`,
  );
  await serve(socket, answerer, log, serving);
  return exit.done;
}

function authorityOf(files: readonly string[]): Authority {
  try {
    return new Authority(files.map(masterIn));
  } catch (error) {
    throw error instanceof RangeError ? new Failure(`${error.message}.`) : error;
  }
}

function masterIn(word: string): MasterFile {
  const [, origin, path = word] = /^([^=/]+)=(.+)$/.exec(word) ?? [];
  return readMaster(textOf(path), { file: path, ...(origin !== undefined && { origin }) });
}

function rootsOf({ root, hints }: ServeOptions): RootServer[] {
  const wrong = root.find(one => !isAddress(one));
  if (wrong !== undefined) throw usage(`--root takes the address of a root server, not "${wrong}".`);
  const named = root.map((address, i) => ({ name: `root-${i + 1}`, address }));
  if (hints === undefined) return named;
  try {
    return [...named, ...readHints(textOf(hints), hints)];
  } catch (error) {
    throw error instanceof RangeError ? new Failure(`${error.message}.`) : error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(
      `${path} can't be read (${(error as NodeJS.ErrnoException).code}); give the path of a master file.`,
    );
  }
}

async function opened<T>(socket: Promise<T>, port: number): Promise<T> {
  try {
    return await socket;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Failure(
      `${error.message}; another port is taken with -p PORT${port < 1024 ? ", such as -p 5353" : ""}.`,
    );
  }
}
