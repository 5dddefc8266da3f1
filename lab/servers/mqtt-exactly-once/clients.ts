// The clients of the campaign: how they come to a session and keep it, whatever happens to their connections.
import { connect, type Options, type Session } from "../../../protocols/mqtt/client.ts";
import type { Host } from "../../network/contract.ts";

export interface Meeting {
  readonly broker: string;
  readonly version: 4 | 5;
  /** Mosquitto 2.0.11 sends a client that comes back more than the maximum it announces: to that one it says nothing. */
  readonly receiveMaximum?: number;
}

const dialMilliseconds = 1000;

/** A session that outlives its connections. Tells the lab of messages whose fate nobody knows. */
export async function open(
  host: Host,
  { broker, version, receiveMaximum }: Meeting,
  options: Partial<Options> & { clientId: string },
): Promise<Session> {
  const dial = () => host.connect({ address: broker, port: 1883 }, dialMilliseconds);
  for (;;) {
    try {
      return await connect(await dial(), host.clock, {
        version,
        cleanStart: false,
        // Who only listens learns by it alone that the broker died while the last segment was lost.
        keepAlive: 1,
        patience: 2000,
        // Few at a time: each of the packets comes last in its segment now and then.
        inflight: 6,
        receiveMaximum,
        ...(version === 5 && { sessionExpiry: 3600 }),
        reconnect: { dial, first: 4, most: 50 },
        onEvent: event => {
          if (event.kind === "uncertain") host.tell({ kind: "uncertain", messages: event.messages });
          if (event.kind === "connected") host.tell({ kind: "connected", isKept: event.sessionPresent });
        },
        ...options,
      });
    } catch {
      // Cut before the session was there: from the beginning.
      await host.clock.sleep(5, host.stopping);
      if (host.stopping.aborted) throw new Error("stopped before there was a session");
    }
  }
}
