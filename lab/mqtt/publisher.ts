// A process that a test kills: it publishes numbered messages of QoS 2, and goes on where the one before it was killed.

import { connect, FileStore } from "../../protocols/mqtt/client.ts";
import { hostClock } from "../network/clock.ts";
import { connect as dial } from "../network/native.ts";

const store = new FileStore(process.env.STORE!);
const messages = Number(process.env.MESSAGES);
const stream = await dial({ address: "127.0.0.1", port: Number(process.env.PORT) });
const session = await connect(stream, hostClock(), {
  ...{ clientId: "publisher", cleanStart: false, sessionExpiry: 3600, store },
});
const lane = async (): Promise<void> => {
  // The number of a message is how many were accepted before it, in whichever process.
  while (store.accepted < messages) {
    const payload = new TextEncoder().encode(String(store.accepted));
    await session.publish({ topic: "a", payload, qos: 2 });
  }
};
await Promise.all([...Array.from({ length: 10 }, lane), session.drained()]);
await session.drained();
await session.disconnect();
