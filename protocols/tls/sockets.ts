// Streams for tests of TLS: two ends in memory, or two ends of a TCP connection on loopback.
import { connect, createServer, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import type { Stream } from "../endpoint/contract.ts";

export const kinds = { "in memory": inMemory, "over TCP": overTcp } as const;

async function inMemory(): Promise<[client: Stream, server: Stream]> {
  const [client, server] = duplexPair();
  return [streamOf(client), streamOf(server)];
}

function overTcp(): Promise<[client: Stream, server: Stream]> {
  return new Promise((resolve, reject) => {
    const listener = createServer({ pauseOnConnect: false }, accepted => {
      listener.close();
      resolve([streamOf(client), streamOf(accepted)]);
    });
    let client: Socket;
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      client = connect((listener.address() as { port: number }).port, "127.0.0.1");
    });
  });
}

/** As much of a Stream as TLS needs below it. */
export function streamOf(duplex: Duplex): Stream {
  duplex.on("error", () => {});
  return {
    duplex,
    local: { address: "127.0.0.1", port: 49152 },
    remote: { address: "127.0.0.1", port: 8884 },
    get ended() {
      return duplex.destroyed;
    },
    write: async octets => void duplex.write(octets),
    read: async () => undefined,
    close: async () => void duplex.destroy(),
  };
}
