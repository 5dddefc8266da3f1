// The packet list: number, time, source, destination, protocol, length, and what the packet says.
import { endWidth, lengthWidth, protocolWidth } from "../../protocols/glance/index.ts";
import { columnOf, type Packet } from "../../protocols/packet/index.ts";
import { type Colour, paint, printable, width } from "../terminal.ts";
import { Words } from "./segments.ts";

/** Columns that numbers and times take at least. */
export const numberWidth = 6;
export const timeWidth = 11;

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
  readonly #words = new Words();

  constructor(
    readonly format: TimeFormat,
    /** Host names in place of addresses, where the capture has them. */
    readonly names: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** `shown`: whether it will be; the next one's time may count from it. */
  of(packet: Packet, shown = true): Row {
    return this.row(packet, this.time(packet.time, shown));
  }

  row(packet: Packet, time: string): Row {
    const named = (address: string): string => this.names.get(address) ?? address;
    return {
      number: packet.number,
      time,
      source: named(packet.source),
      destination: named(packet.destination),
      protocol: columnOf(packet),
      length: packet.frame.originalLength,
      info: this.#words.of(packet),
    };
  }

  /** The time column; times are asked for in the packets' order. */
  time(time: bigint, shown = true): string {
    this.#first ??= time;
    const before = this.#before ?? time;
    if (shown) this.#before = time;
    if (this.format === "e") return seconds(time, 9);
    if (this.format === "a")
      return new Date(Number(time / 1_000_000n)).toISOString().slice(11, 19) + seconds(time, 6).slice(-7);
    return seconds(time - (this.format === "d" ? before : this.#first), 6);
  }
}

/** Nanoseconds as seconds with so many digits after the point, cut, not rounded. */
function seconds(nanoseconds: bigint, digits: number): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const text = (nanoseconds < 0n ? -nanoseconds : nanoseconds).toString().padStart(10, "0");
  return `${sign}${text.slice(0, -9)}.${text.slice(-9).slice(0, digits)}`;
}

/** By the protocol column, versions left out. */
const colours: Readonly<Record<string, Colour>> = {
  ARP: "yellow",
  BOOTP: "blue",
  DHCP: "blue",
  DNS: "cyan",
  LLMNR: "cyan",
  MDNS: "cyan",
  MQTT: "green",
  NTP: "magenta",
  SSL: "green",
  TCP: "dim",
  TLS: "green",
};

/** One line, columns aligned; cut to the terminal's width, whole in a pipe. */
export function lineOf(row: Row): string {
  const columns = [
    String(row.number).padStart(numberWidth),
    row.time.padStart(timeWidth),
    row.source.padEnd(endWidth),
    "→",
    row.destination.padEnd(endWidth),
    row.protocol.padEnd(protocolWidth),
    String(row.length).padStart(lengthWidth),
    printable(row.info),
  ].join(" ");
  const most = width();
  const line = most !== undefined && columns.length > most ? `${columns.slice(0, most - 1)}…` : columns;
  const colour = row.info.includes("[Malformed") ? "red" : colours[row.protocol.replace(/v[\d.]+$/, "")];
  return colour ? paint(line, colour) : line;
}
