// How the board reaches its broker: TCP, TLS where set, and an MQTT session with a subscription.
import type { Endpoint, Stream } from "../../protocols/endpoint/index.ts";
import { connect, type Session } from "../../protocols/mqtt/client.ts";
import { secure } from "../../protocols/tls/client.ts";
import { ownCertificate, shownCertificate } from "./certificates.ts";
import type { ShownCertificate } from "./events.ts";
import type { Settings } from "./settings.ts";
import { patience, type Workings } from "./workings.ts";

/** TLS off, server authentication, server and client authentication. */
export const ports = { off: 1883, server: 8883, mutual: 8884 } as const;

export const brokerName = ({ mqtt }: Settings): string =>
  mqtt.broker === "main" ? mqtt.main : mqtt.alternative;

/** TCP and, where set, TLS: the chain is verified on the clock that NTP set, before any octet of MQTT. */
export async function reach(board: Workings, address: string): Promise<Stream> {
  const { tls } = board.settings;
  const { clock } = board.host;
  const to: Endpoint = { address, port: ports[tls.mode] };
  board.phase = "TCP";
  board.tell({ event: "connecting", ...to });
  const stream = await board.sockets.connect(to, patience);
  board.tell({ event: "connected", from: stream.local.port });
  if (tls.mode === "off") return stream;

  board.phase = "TLS";
  const began = clock.elapsed();
  const { root, certificate, key } = board.plan;
  // A board that has lost its certificate shows none.
  const own = tls.mode === "mutual" && certificate ? { certificate, key } : {};
  const certificates: ShownCertificate[] = [];
  const shown = (): void => board.tell({ event: "chain", certificates });
  const secured = await secure(stream, {
    onCertificate: verdict => certificates.push(shownCertificate(verdict)),
    serverName: brokerName(board.settings),
    roots: [root],
    version: tls.version,
    clock,
    onSecret: tls.debug >= 3 ? line => board.host.tell({ kind: "secret", line }) : undefined,
    ...own,
  }).finally(shown);
  if (own.certificate) board.tell({ event: "own-certificate", certificate: ownCertificate(own.certificate) });
  board.tell({
    event: "secured",
    version: secured.version,
    suite: secured.suite,
    milliseconds: Number(clock.elapsed() - began) / 1e6,
  });
  return secured;
}

/** CONNECT with a clean start, and the secret topic. */
export async function openSession(board: Workings, stream: Stream): Promise<Session> {
  board.phase = "MQTT";
  const { clientId, keepAlive, secretTopic, qos } = board.settings.mqtt;
  const session = await connect(stream, board.host.clock, {
    ...{ clientId, keepAlive, cleanStart: true },
    // The board pings when it has read nothing, and at no other time.
    beat: false,
  });
  board.tell({ event: "session", clientId, keepAlive });
  await session.subscribe(secretTopic, { qos });
  board.tell({ event: "subscribed", topic: secretTopic });
  return session;
}
