// What is plotted of a capture and its run: what the analyzers report and the run measured, as numbers. JSON.
import type { Report as DnsReport } from "../../../protocols/dns/index.ts";
import type { Report as MqttReport } from "../../../protocols/mqtt/index.ts";
import type { Report as NtpReport } from "../../../protocols/ntp/index.ts";
import type { Packet } from "../../../protocols/packet/index.ts";
import type { Report as TlsReport } from "../../../protocols/tls/index.ts";
import type { ConnectionResult } from "../../bench/result.ts";
import { type BoardResult, phases } from "../../runs/boards.ts";

/** Something that took a time. */
export interface Timed {
  readonly label: string;
  readonly milliseconds: number;
  /** Packet that began it. */
  readonly packet?: number;
}

/** Octets of a TLS session: what it was for, what TLS added, what the layers below added. */
export interface Cost {
  readonly label: string;
  readonly payload: number;
  readonly tls: number;
  readonly below: number;
}

export interface Plots {
  /** Packets and octets in each of these equal times; the first begins with the first packet. */
  readonly rate: {
    readonly seconds: number;
    readonly packets: readonly number[];
    readonly octets: readonly number[];
    /** Of DHCP, DNS, NTP and MQTT, as far as they could be read. */
    readonly messages: readonly number[];
  };
  readonly dns: readonly Timed[];
  /** PINGREQ to PINGRESP. */
  readonly pings: readonly Timed[];
  /** The server's clock against the capture's. */
  readonly clocks: readonly Timed[];
  readonly tls: readonly Cost[];
  /** How long each phase of each start of a board took. */
  readonly phases: readonly { readonly board: string; readonly phases: readonly Timed[] }[];
  /** Microseconds of each cycle in test mode. */
  readonly cycles: readonly {
    readonly board: string;
    readonly write: readonly number[];
    readonly read: readonly number[];
  }[];
  readonly rdwr: readonly ConnectionResult[];
}

export interface Reported {
  readonly dns: DnsReport;
  readonly ntp: NtpReport;
  readonly tls: TlsReport;
  readonly mqtt: MqttReport;
}

/** So many of each kind are plotted: the first. */
const mostTimed = 60;
/** Columns of the rate over time; when there are more, two become one. */
const mostColumns = 240;

const speaking: ReadonlySet<string> = new Set(["dhcp", "dns", "ntp", "mqtt"]);

export class PlotsGatherer {
  #first: bigint | undefined;
  /** Nanoseconds. */
  #width = 1_000_000n;
  #packets: number[] = [];
  #octets: number[] = [];
  #messages: number[] = [];
  /** Octets on the wire by TCP conversation. */
  readonly #streams = new Map<number, number>();

  observe({ time, frame, conversation, layers }: Packet): void {
    this.#first ??= time;
    const since = time > this.#first ? time - this.#first : 0n;
    while (since / this.#width >= BigInt(mostColumns)) this.#coarser();
    const at = Number(since / this.#width);
    for (let i = this.#packets.length; i <= at; i++)
      this.#packets[i] = this.#octets[i] = this.#messages[i] = 0;
    this.#packets[at]!++;
    this.#octets[at]! += frame.originalLength;
    for (const { protocol } of layers) if (speaking.has(protocol.name)) this.#messages[at]!++;
    if (conversation?.transport === "tcp")
      this.#streams.set(
        conversation.index,
        (this.#streams.get(conversation.index) ?? 0) + frame.originalLength,
      );
  }

  plots(
    { dns, ntp, tls, mqtt }: Reported,
    run: { readonly boards?: readonly BoardResult[]; readonly rdwr?: unknown } = {},
  ): Plots {
    return {
      rate: {
        seconds: Number(this.#width) / 1e9,
        packets: this.#packets,
        octets: this.#octets,
        messages: this.#messages,
      },
      dns: dns.exchanges
        .filter(({ time }) => time !== undefined)
        .slice(0, mostTimed)
        .map(({ type, name, time, asked }) => ({
          label: `${type} ${name}`,
          milliseconds: Number(time) / 1e6,
          packet: asked[0]!,
        })),
      pings: mqtt.sessions
        .flatMap(({ clientIdentifier, stream, pings }) =>
          pings.roundTrips.map((time, i) => ({
            label: `${clientIdentifier ?? `TCP ${stream}`} ${i + 1}`,
            milliseconds: Number(time) / 1e6,
          })),
        )
        .slice(0, mostTimed),
      clocks: ntp.exchanges
        .filter(({ offset }) => offset !== undefined)
        .slice(0, mostTimed)
        .map(({ client, server, offset, asked }) => ({
          label: `${client} → ${server}`,
          milliseconds: Number(offset) / 1e6,
          packet: asked,
        })),
      tls: tls.conversations.slice(0, mostTimed).map(({ stream, version, serverName, octets, payload }) => ({
        label: [`TCP ${stream}`, version, serverName].filter(Boolean).join(" · "),
        payload,
        tls: Math.max(0, octets - payload),
        below: Math.max(0, (this.#streams.get(stream) ?? octets) - octets),
      })),
      phases: (run.boards ?? []).flatMap(({ board, starts }) =>
        starts.map((start, i) => ({
          board: starts.length > 1 ? `${board} (${i + 1})` : board,
          phases: phases.flatMap(phase =>
            phase === "total" || start[phase] === undefined
              ? []
              : [{ label: phase, milliseconds: start[phase] }],
          ),
        })),
      ),
      cycles: (run.boards ?? [])
        .filter(({ cycles }) => cycles.length > 0)
        .map(({ board, cycles }) => ({
          board,
          write: cycles.map(({ write }) => write),
          read: cycles.map(({ read }) => read),
        })),
      rdwr: connectionsIn(run.rdwr),
    };
  }

  #coarser(): void {
    const halved = (values: readonly number[]): number[] =>
      Array.from(
        { length: Math.ceil(values.length / 2) },
        (_, i) => values[2 * i]! + (values[2 * i + 1] ?? 0),
      );
    this.#packets = halved(this.#packets);
    this.#octets = halved(this.#octets);
    this.#messages = halved(this.#messages);
    this.#width *= 2n;
  }
}

/** What `bench rdwr --json` says of its connections; nothing, of another file. */
function connectionsIn(rdwr: unknown): readonly ConnectionResult[] {
  const { connections } = (rdwr ?? {}) as { connections?: unknown };
  if (!Array.isArray(connections)) return [];
  return connections.filter(
    (one: ConnectionResult) =>
      typeof one?.name === "string" &&
      Array.isArray(one.sizes) &&
      one.sizes.every(({ octets, write, read }) =>
        [octets, write?.median, read?.median].every(value => Number.isFinite(value)),
      ),
  );
}
