// What the broker tells of itself under $SYS, by the names that Mosquitto gave. mosquitto(8), "Broker Status".

/** What has happened since the broker began. */
export interface Counts {
  received: number;
  sent: number;
  octetsReceived: number;
  publishReceived: number;
  publishSent: number;
  dropped: number;
  expired: number;
}

export const counting = (): Counts => ({
  received: 0,
  sent: 0,
  octetsReceived: 0,
  publishReceived: 0,
  publishSent: 0,
  dropped: 0,
  expired: 0,
});

/** What there is now. */
export interface Tally {
  readonly sessions: number;
  readonly connected: number;
  readonly subscriptions: number;
  readonly retained: number;
  readonly waiting: number;
}

/** Topics with their texts. `uptime`: in seconds. */
export function report(counts: Counts, tally: Tally, uptime: number): [topic: string, text: string][] {
  const { sessions, connected, subscriptions, retained, waiting } = tally;
  const all: Record<string, number | string> = {
    version: "protocol-lab",
    uptime: `${uptime} seconds`,
    "clients/total": sessions,
    "clients/connected": connected,
    "clients/disconnected": sessions - connected,
    "clients/expired": counts.expired,
    "messages/received": counts.received,
    "messages/sent": counts.sent,
    "bytes/received": counts.octetsReceived,
    "publish/messages/received": counts.publishReceived,
    "publish/messages/sent": counts.publishSent,
    "publish/messages/dropped": counts.dropped,
    "retained messages/count": retained,
    "subscriptions/count": subscriptions,
    "store/messages/count": waiting,
  };
  return Object.entries(all).map(([name, value]) => [`$SYS/broker/${name}`, String(value)]);
}
