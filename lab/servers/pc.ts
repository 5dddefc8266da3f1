// JORGE-PC: NTP server (123), MQTT broker (1883 plain, 8883 TLS, 8884 TLS with client certificate), and a person at its keyboard.
import type { Stream } from "../../protocols/endpoint/index.ts";
import { connect } from "../../protocols/mqtt/client.ts";
import { Broker } from "../../protocols/mqtt/server.ts";
import { serve } from "../../protocols/ntp/server.ts";
import { accept } from "../../protocols/tls/server.ts";
import type { Host } from "../network/contract.ts";

export interface PcPlan {
  /** PEM: the broker's certificate with its chain, its key, and the root that clients are verified against. */
  readonly certificate: string;
  readonly key: string;
  readonly clientRoot: string;
  readonly version: "1.2" | "1.3";
}

export async function run(host: Host, plan: PcPlan): Promise<void> {
  const broker = new Broker(host.clock, { log: line => host.tell({ kind: "log", service: "mqtt", line }) });
  const time = await host.datagrams({ port: 123 });
  const secured = (port: number, mutual: boolean) => async (stream: Stream) => {
    try {
      const safe = await accept(stream, {
        certificate: plan.certificate,
        key: plan.key,
        version: plan.version,
        ...(mutual && { clientRoots: [plan.clientRoot], require: true }),
        clock: host.clock,
      });
      await broker.accept(safe, { port, userName: mutual ? safe.commonName : undefined });
    } catch (error) {
      host.tell({
        kind: "log",
        service: "mqtt",
        line: `TLS with ${stream.remote.address} failed: ${(error as Error).message}`,
      });
      await stream.close();
    }
  };
  const listeners = await Promise.all([
    host.listen(1883, stream => void broker.accept(stream, { port: 1883 })),
    host.listen(8883, stream => void secured(8883, false)(stream)),
    host.listen(8884, stream => void secured(8884, true)(stream)),
  ]);
  host.tell({ kind: "ready" });
  host.stopping.addEventListener("abort", () => {
    time.close();
    for (const listener of listeners) void listener.close();
    void broker.close();
  });
  await Promise.all([serve(time, host.clock), person(host)]);
}

/** What a person types at this PC: `publish` with topic and text, through the broker's plain port. */
async function person(host: Host): Promise<void> {
  for await (const message of host.told) {
    if (message.kind !== "publish") continue;
    const stream = await host.connect({ address: "127.0.0.1", port: 1883 });
    const session = await connect(stream, host.clock, {
      clientId: "[PERSONA]",
      keepAlive: 60,
      cleanStart: true,
    });
    await session.publish({
      topic: message.topic as string,
      payload: new TextEncoder().encode(message.text as string),
    });
    await session.disconnect();
    await stream.close();
  }
}
