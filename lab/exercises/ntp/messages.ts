// NTP messages of a run, as its exercises ask for them.
import { isTime, Mode, ntp, type Time, toUnix } from "../../../protocols/ntp/index.ts";
import type { Packet } from "../../../protocols/packet/index.ts";
import type { Run } from "../exercise.ts";

export interface Told {
  readonly number: number;
  readonly packet: Packet;
  readonly message: Time;
}

/** Messages that tell time, of one mode, between two addresses, as far as they are named. */
export function messagesOf(
  run: Run<unknown>,
  mode: "client" | "server",
  { from, to }: { readonly from?: string; readonly to?: string } = {},
): Told[] {
  return run.packets.flatMap(packet => {
    const message = packet.layer(ntp);
    if (!message || !isTime(message) || message.flags.mode !== Mode[mode]) return [];
    if ((from !== undefined && packet.source !== from) || (to !== undefined && packet.destination !== to))
      return [];
    return [{ number: packet.number, packet, message }];
  });
}

/** In nanoseconds since the Unix epoch, of the era in which the packet was recorded. */
export const timeOf = (timestamp: bigint, { packet }: Told): bigint => toUnix(timestamp, packet.time);

/** "Apr 10, 2026 14:35:11.500000000 UTC", as tshark writes it, in nanoseconds since the Unix epoch. */
export function tsharkTime(text: string): bigint {
  const [, date, fraction] = /^(.+)\.(\d{9}) UTC$/.exec(text)!;
  return BigInt(Date.parse(`${date} UTC`)) * 1_000_000n + BigInt(fraction!);
}
