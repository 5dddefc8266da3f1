// A host that is an MQTT broker and nothing else.
import { Broker } from "../../protocols/mqtt/server.ts";
import type { Host } from "../network/contract.ts";

export async function run(host: Host): Promise<void> {
  const broker = new Broker(host.clock, { log: line => host.tell({ kind: "log", service: "mqtt", line }) });
  const listener = await host.listen(1883, stream => void broker.accept(stream, { port: 1883 }));
  const stopped = Promise.withResolvers<void>();
  host.stopping.addEventListener("abort", () => {
    void listener.close();
    void broker.close();
    stopped.resolve();
  });
  host.tell({ kind: "ready" });
  await stopped.promise;
}
