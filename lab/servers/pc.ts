// JORGE-PC: NTP server (123), MQTT broker (1883 plain, 8883 TLS, 8884 TLS with client certificate), and a person at its keyboard.
import type { Stream } from "../../protocols/endpoint/index.ts";
import { connect } from "../../protocols/mqtt/client.ts";
import { Broker, type Limits } from "../../protocols/mqtt/server.ts";
import { type ServerSettings, serve } from "../../protocols/ntp/server.ts";
import { type Wrongness, wrongClock } from "../../protocols/ntp/wrong-clock.ts";
import { accept } from "../../protocols/tls/server.ts";
import { decodePem } from "../../protocols/x509/pem.ts";
import type { Host } from "../network/contract.ts";

export interface PcPlan {
  /** PEM: the broker's certificate with its chain, its key, and the root that clients are verified against. */
  readonly certificate: string;
  readonly key: string;
  readonly clientRoot: string;
  /** That and no other; without it, 1.3 with those who speak it, else 1.2. */
  readonly version?: "1.2" | "1.3";
  /** Whether the secrets of its sessions are told: only where its clients can't tell them. */
  readonly tellsSecrets?: boolean;
  /** Revocation lists that clients are held against, PEM; without them nobody looks. */
  readonly crls?: string;
  /** What the broker holds at the most; "down": there is none. */
  readonly broker?: Partial<Limits> | "down";
  /** How the time is told, if not right; "silent": to nobody. */
  readonly time?: { readonly settings?: ServerSettings; readonly wrong?: Wrongness } | "silent";
}

export async function run(host: Host, plan: PcPlan): Promise<void> {
  const datagrams = await host.datagrams({ port: 123 });
  const broker = plan.broker === "down" ? undefined : await startBroker(host, plan);
  const stopped = Promise.withResolvers<void>();
  host.stopping.addEventListener("abort", () => {
    datagrams.close();
    broker?.close();
    stopped.resolve();
  });
  host.tell({ kind: "ready" });
  const { time = {} } = plan;
  const told = time !== "silent" && serve(datagrams, wrongClock(host.clock, time.wrong ?? {}), time.settings);
  await Promise.all([told, person(host), stopped.promise]);
}

async function startBroker(host: Host, plan: PcPlan): Promise<{ close(): void }> {
  const log = (line: string): void => host.tell({ kind: "log", service: "mqtt", line });
  const broker = new Broker(host.clock, { log, ...(plan.broker !== "down" && { limits: plan.broker }) });
  const crls = plan.crls && decodePem(plan.crls, "X509 CRL");
  const secured = (port: number, mutual: boolean) => async (stream: Stream) => {
    try {
      const safe = await accept(stream, {
        certificate: plan.certificate,
        key: plan.key,
        ...(plan.version && { version: plan.version }),
        ...(plan.tellsSecrets && { onSecret: (line: string) => host.tell({ kind: "secret", line }) }),
        ...(mutual && { clientRoots: [plan.clientRoot], require: true, ...(crls && { crls }) }),
        clock: host.clock,
      });
      await broker.accept(safe, { port, userName: mutual ? safe.commonName : undefined });
    } catch (error) {
      log(`TLS with ${stream.remote.address} failed: ${(error as Error).message}`);
      await stream.close();
    }
  };
  const listeners = await Promise.all([
    host.listen(1883, stream => void broker.accept(stream, { port: 1883 })),
    host.listen(8883, stream => void secured(8883, false)(stream)),
    host.listen(8884, stream => void secured(8884, true)(stream)),
  ]);
  return {
    close() {
      for (const listener of listeners) void listener.close();
      void broker.close();
    },
  };
}

/** What a person types at this PC: `publish` with topic, text and QoS, by default through this PC's own broker. */
export async function person(
  host: Host,
  reach: () => Promise<Stream> = () => host.connect({ address: "127.0.0.1", port: 1883 }),
): Promise<void> {
  for await (const message of host.told) {
    if (message.kind !== "publish") continue;
    const stream = await reach();
    const session = await connect(stream, host.clock, {
      clientId: "[PERSONA]",
      keepAlive: 60,
      cleanStart: true,
    });
    await session.publish({
      topic: message.topic as string,
      payload: new TextEncoder().encode(message.text as string),
      qos: (message.qos ?? 0) as 0 | 1 | 2,
    });
    await session.disconnect();
    await stream.close();
  }
}
