// The packet list: number, time, source, destination, protocol, length, and what the packet says.
import { infoOf, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import { type Colour, paint, printable, width } from "../terminal.ts";

export type TimeFormat = "r" | "a" | "d" | "e";

export interface Row {
  readonly number: number;
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
}

/** Rows of one capture: times count from its first packet, or from the packet before. */
export class Rows {
  #first: bigint | undefined;
  #before: bigint | undefined;

  constructor(
    readonly format: TimeFormat,
    /** Host names in place of addresses, where the capture has them. */
    readonly names: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** `shown`: whether it will be; the next one's time may count from it. */
  of(packet: Packet, shown = true): Row {
    this.#first ??= packet.time;
    const time = this.#time(packet.time);
    if (shown) this.#before = packet.time;
    const named = (address: string): string => this.names.get(address) ?? address;
    return {
      number: packet.number,
      time,
      source: named(packet.source),
      destination: named(packet.destination),
      protocol: protocolOf(packet),
      length: packet.frame.originalLength,
      info: infoOf(packet),
    };
  }

  #time(time: bigint): string {
    if (this.format === "e") return seconds(time, 9);
    if (this.format === "a")
      return new Date(Number(time / 1_000_000n)).toISOString().slice(11, 19) + seconds(time, 6).slice(-7);
    return seconds(time - (this.format === "d" ? (this.#before ?? time) : this.#first!), 6);
  }
}

/** Nanoseconds as seconds with so many digits after the point, cut, not rounded. */
function seconds(nanoseconds: bigint, digits: number): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const text = (nanoseconds < 0n ? -nanoseconds : nanoseconds).toString().padStart(10, "0");
  return `${sign}${text.slice(0, -9)}.${text.slice(-9).slice(0, digits)}`;
}

const colours: Readonly<Record<string, Colour>> = {
  ARP: "yellow",
  DHCP: "blue",
  DNS: "cyan",
  NTP: "magenta",
  TLS: "green",
  MQTT: "green",
  TCP: "dim",
};

/** One line, columns aligned; cut to the terminal's width, whole in a pipe. */
export function lineOf(row: Row): string {
  const columns = [
    String(row.number).padStart(6),
    row.time.padStart(11),
    row.source.padEnd(15),
    "→",
    row.destination.padEnd(15),
    row.protocol.padEnd(8),
    String(row.length).padStart(5),
    printable(row.info),
  ].join(" ");
  const most = width();
  const line = most !== undefined && columns.length > most ? `${columns.slice(0, most - 1)}…` : columns;
  const colour = row.info.startsWith("[Malformed") ? "red" : colours[row.protocol];
  return colour ? paint(line, colour) : line;
}
