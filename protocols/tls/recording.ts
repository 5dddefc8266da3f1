// TLS conversations recorded for tests: node:tls on both ends, what it sent in between, and the secrets.
import { type Duplex, duplexPair } from "node:stream";
import tls from "node:tls";
import type { Way } from "../packet/protocol.ts";
import { type Issued, issue } from "../x509/issued.ts";

export interface Recording {
  /** What was written at a time, in order; 0 is the client's way. */
  readonly pieces: readonly { readonly way: Way; readonly octets: Uint8Array }[];
  /** NSS key log. */
  readonly keyLog: string;
  /** "TLSv1.2", and OpenSSL's name of the suite, as node:tls has them. */
  readonly version: string;
  readonly suite: string;
  /** To take the session up again. */
  readonly session: Buffer | undefined;
}

export interface Wanted {
  readonly version: "TLSv1.2" | "TLSv1.3";
  /** OpenSSL's name. */
  readonly suite?: string;
  readonly mutual?: boolean;
  readonly server: Issued;
  readonly client: Issued;
  readonly root: Issued;
  /** What the client says; the server says it back. */
  readonly said: readonly (string | Uint8Array)[];
  /** The only group that the server takes. */
  readonly group?: string;
  /** Of an earlier recording with the same `tickets`. */
  readonly session?: Buffer;
  /** The server's keys for its tickets, 48 octets. */
  readonly tickets?: Buffer;
}

/** A root, and under it a server "JORGE-PC" and a client "NUCLEO-H723ZG". */
export function authority(keys: "RSA-2048" | "P-256" = "P-256"): Pick<Wanted, "root" | "server" | "client"> {
  const root = issue({ name: "Root CA", keys });
  return {
    root,
    server: issue({ name: "JORGE-PC", use: "server", issuer: root, keys }),
    client: issue({ name: "NUCLEO-H723ZG", use: "client", issuer: root, keys }),
  };
}

/** Shakes hands, says everything, each said back before the next, and closes. */
export async function record(wanted: Wanted): Promise<Recording> {
  const { version, suite, mutual, server, client, root, said, group, session, tickets } = wanted;
  const pieces: Recording["pieces"][number][] = [];
  const [near, far] = tapped((way, octets) => pieces.push({ way, octets }));
  const versions = { minVersion: version, maxVersion: version } as const;

  const there = new tls.TLSSocket(far, {
    isServer: true,
    ...versions,
    cert: server.pem,
    key: server.key,
    ca: root.pem,
    requestCert: mutual,
    rejectUnauthorized: mutual,
    ciphers: suite,
    ...(group && { ecdhCurve: group }),
    ticketKeys: tickets,
  });
  there.on("data", octets => there.write(octets));
  there.on("error", () => {});

  const here = tls.connect({
    socket: near,
    ...versions,
    servername: server.name,
    rejectUnauthorized: false,
    ...(mutual && { cert: client.pem, key: client.key }),
    ciphers: suite,
    session,
  });
  let given: Buffer | undefined;
  here.on("session", one => {
    given = one;
  });
  const lines: string[] = [];
  here.on("keylog", line => lines.push(line.toString()));
  await once(here, "secureConnect");
  const told = { version: here.getProtocol() ?? "", suite: here.getCipher().name };
  for (const text of said) {
    here.write(text);
    await once(here, "data");
  }
  here.end();
  await once(here, "close");
  return { pieces, keyLog: lines.join(""), session: given ?? here.getSession(), ...told };
}

/** Two ends of a stream; what passes is told before it arrives. */
function tapped(tell: (way: Way, octets: Uint8Array) => void): [client: Duplex, server: Duplex] {
  const [client, clientTap] = duplexPair();
  const [server, serverTap] = duplexPair();
  const pass = (way: Way, from: Duplex, to: Duplex) => {
    from.on("data", (octets: Uint8Array) => {
      tell(way, new Uint8Array(octets));
      to.write(octets);
    });
    from.on("end", () => to.end());
  };
  pass(0, clientTap, serverTap);
  pass(1, serverTap, clientTap);
  return [client, server];
}

const once = (socket: tls.TLSSocket, event: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once("error", reject);
  });
