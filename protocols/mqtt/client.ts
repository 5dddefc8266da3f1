// A client of MQTT 3.1, 3.1.1 and 5, at QoS 0, 1 and 2. MQTT 5 §3 and §4, MQTT 3.1.1.
import type { Clock } from "../endpoint/index.ts";
import { checked, type Line, type Options } from "./client/options.ts";
import { Session } from "./client/session.ts";

export { FileStore, type FileStoreOptions } from "./client/file-store.ts";
export type { Message, MessageProperties, Publication, UserProperties } from "./client/message.ts";
export {
  forEver,
  type Line,
  type Options,
  type Reconnect,
  type SessionEvent,
  type Will,
} from "./client/options.ts";
export type { Session } from "./client/session.ts";
export { type Outgoing, Store } from "./client/store.ts";
export type { SubscribeOptions } from "./client/subscribing.ts";

/**
 * Opens a session over `stream` (TCP, or TLS over it), or resumes one. If there is none, the stream is closed.
 * @throws Refused with the broker's reason; Unanswered; Violated; Unwritable if an option can't be sent
 */
export async function connect(stream: Line, clock: Clock, options: Options): Promise<Session> {
  const session = new Session(clock, checked(options));
  await session.open(stream, false);
  return session;
}
