// A mixed capture of any size, the same for the same seed: many hosts, their exchanges and connections interleaved.
import { closeSync, openSync, writeSync } from "node:fs";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import { Dice } from "./dice.ts";
import { clockReading, type Exchange, lease, lookup, resolution } from "./exchanges.ts";
import { mqttSession, tlsSession } from "./sessions.ts";

/** In hundredths of the packets, and how many go on at a time. */
const mix: readonly {
  readonly name: string;
  readonly share: number;
  readonly open: number;
  readonly exchange: Exchange;
}[] = [
  { name: "ARP", share: 4, open: 2, exchange: resolution },
  { name: "DHCP", share: 4, open: 2, exchange: lease },
  { name: "DNS", share: 22, open: 4, exchange: lookup },
  { name: "NTP", share: 10, open: 4, exchange: clockReading },
  { name: "TLS", share: 30, open: 8, exchange: tlsSession },
  { name: "MQTT", share: 30, open: 8, exchange: mqttSession },
];

/** "4 % ARP, 4 % DHCP, …" */
export const mixInWords = mix.map(({ name, share }) => `${share} % ${name}`).join(", ");

export interface Sent {
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly octets: Uint8Array;
}

export function* traffic(count: number, seed: number): Generator<Sent> {
  const dice = new Dice(seed);
  let time = 1_633_696_000_000_000_000n;
  const now = () => time;
  const turns = mix.flatMap(({ share }, i) => new Array<number>(share).fill(i));
  const going = mix.map(({ open, exchange }) => Array.from({ length: open }, () => exchange(dice, now)));
  for (let sent = 0; sent < count; sent++) {
    time += BigInt(dice.between(1_000, 100_000));
    const kind = dice.of(turns);
    const all = going[kind]!;
    const at = dice.below(all.length);
    let next = all[at]!.next();
    if (next.done) {
      all[at] = mix[kind]!.exchange(dice, now);
      next = all[at]!.next();
    }
    yield { time, octets: next.value };
  }
}

/** Writes such a capture as pcapng. */
export function record(path: string, count: number, seed: number): void {
  const file = openSync(path, "w");
  try {
    const writer = new CaptureWriter(octets => void writeSync(file, octets), {
      application: "protocol-lab bench",
    });
    const on = writer.interface({ name: "bench", linkType: 1 });
    for (const { time, octets } of traffic(count, seed)) writer.packet(on, time, octets);
    writer.flush();
  } finally {
    closeSync(file);
  }
}
