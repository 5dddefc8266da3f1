// The reference run: a board's session with its broker, and the log that Mosquitto kept of it. Tests hold all brokers against it.
import type { Session } from "../client.ts";
import { octetsOf } from "./scripted.ts";

/** As Mosquitto 2.0.12 logged it on its listener for client certificates; only the times are left out. */
export const referenceLog: readonly string[] = [
  "New connection from 192.168.1.101:57102 on port 8884.",
  "New client connected from 192.168.1.101:57102 as [JORGE] (p5, c1, k0, u'NUCLEO-H723ZG').",
  "No will message specified.",
  "Sending CONNACK to [JORGE] (0, 0)",
  "Received SUBSCRIBE from [JORGE]",
  "\t[TEMA_SECRETO] (QoS 0)",
  "[JORGE] 0 [TEMA_SECRETO]",
  "Sending SUBACK to [JORGE]",
  "Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (17 bytes))",
  "Received PINGREQ from [JORGE]",
  "Sending PINGRESP to [JORGE]",
  "Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (25 bytes))",
  "Received UNSUBSCRIBE from [JORGE]",
  "\t[TEMA_SECRETO]",
  "[JORGE] [TEMA_SECRETO]",
  "Sending UNSUBACK to [JORGE]",
  "Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (20 bytes))",
  "Received DISCONNECT from [JORGE]",
  "Client [JORGE] disconnected.",
];

/** What the board does once it is connected, when nobody publishes: one ping, and then the button. */
export async function referenceRun(session: Session, readTimeout: number): Promise<void> {
  const publish = (text: string) => session.publish({ topic: "[TEMA_PÚBLICO]", payload: octetsOf(text) });
  await session.subscribe("[TEMA_SECRETO]");
  await publish("[PLACA CONECTADA]");
  if (await session.receive(readTimeout)) throw new Error("somebody publishes to the secret topic");
  await session.ping();
  await publish("Fri 08-10-2021 - 14:26:20");
  await session.unsubscribe("[TEMA_SECRETO]");
  await publish("[PLACA DESCONECTADA]");
  await session.disconnect();
}
