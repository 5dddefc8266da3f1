// The figures of the bench as comma-separated values (RFC 4180): a line for each connection and size.
import type { ConnectionResult, SizeResult } from "./result.ts";

type Cell = string | number | undefined;

/** Times in microseconds, handshakes in milliseconds, all else in octets; what was not measured is empty. */
const columns: Readonly<Record<string, (of: ConnectionResult, at: SizeResult) => Cell>> = {
  connection: of => of.name,
  mode: of => of.mode,
  tls_version: of => of.version,
  suite: of => of.suite,
  octets: (_, at) => at.octets,
  cycles: (_, at) => at.write.count,
  write_us: (_, at) => at.write.median,
  write_low_us: (_, at) => at.write.low,
  write_high_us: (_, at) => at.write.high,
  write_p95_us: (_, at) => at.write.p95,
  read_us: (_, at) => at.read.median,
  read_low_us: (_, at) => at.read.low,
  read_high_us: (_, at) => at.read.high,
  read_p95_us: (_, at) => at.read.p95,
  encode_us: (_, at) => at.encode,
  seal_us: (_, at) => at.seal,
  send_us: (_, at) => at.send,
  told_us: (_, at) => at.told,
  take_us: (_, at) => at.take,
  open_us: (_, at) => at.open,
  decode_us: (_, at) => at.decode,
  wire_out: (_, at) => at.wire.out.octets,
  wire_back: (_, at) => at.wire.back.octets,
  frames_out: (_, at) => at.wire.out.frames,
  frames_back: (_, at) => at.wire.back.frames,
  tcp_out: (_, at) => at.wire.out.payload,
  tcp_back: (_, at) => at.wire.back.payload,
  handshake_tcp_ms: of => of.tcp.median,
  handshake_tls_ms: of => of.tls?.median,
  handshake_computed_ms: of => of.computed,
  handshake_octets: of => of.making.out.octets + of.making.back.octets,
  seal_us_per_kB: of => of.cipher?.seal,
  open_us_per_kB: of => of.cipher?.open,
  memory_resident: of => of.memory?.resident,
  memory_heap: of => of.memory?.heap,
};

export function csvOf(connections: readonly ConnectionResult[]): string {
  const rows = connections.flatMap(one =>
    one.sizes.map(at => Object.values(columns).map(cell => spelt(cell(one, at)))),
  );
  return [Object.keys(columns), ...rows].map(row => `${row.join(",")}\r\n`).join("");
}

/** Nothing here holds a comma or a quotation mark. Beyond nanoseconds digits say nothing. */
const spelt = (cell: Cell): string =>
  typeof cell === "number" ? String(Math.round(cell * 1000) / 1000) : (cell ?? "");
