// A process that is a TLS server of node:tls and nothing else: it says back what it hears. Its plan is its first word, JSON.
import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import { opensslName } from "../../protocols/tls/handshaking.ts";
import type { ServerPlan } from "./compare-servers.ts";

const { port, version, suite, chain, key } = JSON.parse(process.argv[2]!) as ServerPlan;
const server = createServer(
  {
    minVersion: `TLSv${version}`,
    maxVersion: `TLSv${version}`,
    // Suites of TLS 1.3 go by one name everywhere.
    ciphers: version === "1.3" ? suite : opensslName(suite),
    cert: readFileSync(chain),
    key: readFileSync(key),
  },
  socket => {
    socket.on("error", () => {});
    socket.on("data", octets => socket.write(octets));
  },
);
server.on("tlsClientError", () => {});
server.listen(port, "127.0.0.1");
