// A DHCP message as dhcpdump prints it: the fields in a column, then each option with its code, length and value.
import { HardwareType, type Message, message } from "../../protocols/dhcp/index.ts";
import type { Endpoint } from "../../protocols/endpoint/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type Field, labelOf, leaves, nameOf, Reader, show } from "../../protocols/wire/index.ts";
import { printable } from "../terminal.ts";

const ruler = "-".repeat(75);
/** Columns of an option's name. */
const nameWidth = 25;

/** `time`: nanoseconds since the Unix epoch. */
export function* dump(octets: Uint8Array, time: bigint, from: Endpoint, to: Endpoint): Generator<string> {
  const value = message.decode(octets);
  const line = (name: string, text: string | number) => `${name.padStart(6)}: ${printable(String(text))}`;
  yield line("TIME", new Date(Number(time / 1_000_000n)).toISOString().slice(11, 23));
  yield line("IP", `${from.address}:${from.port} > ${to.address}:${to.port}`);
  yield line("OP", `${value.op} (${value.op === 1 ? "BOOTREQUEST" : "BOOTREPLY"})`);
  yield line("HTYPE", `${value.htype} (${nameOf(HardwareType, value.htype) ?? "unknown"})`);
  yield line("HLEN", value.chaddr.length);
  yield line("HOPS", value.hops);
  yield line("XID", value.xid.toString(16).padStart(8, "0"));
  yield line("SECS", value.secs);
  yield line("FLAGS", flags(value));
  for (const name of ["ciaddr", "yiaddr", "siaddr", "giaddr"] as const)
    yield line(name.toUpperCase(), dotted(value[name]));
  yield line("CHADDR", colons(value.chaddr));
  yield line("SNAME", `${value.sname}.`);
  yield line("FNAME", `${value.file}.`);
  for (const option of optionsIn(octets)) yield optionLine(option);
  yield ruler;
}

const flags = ({ flags: { broadcast } }: Message): string => (broadcast ? "8000 (broadcast)" : "0");

/** Those of the options field, of `sname` and of `file`. */
function optionsIn(octets: Uint8Array): Field[] {
  const tree = message.dissect(Reader.over(octets), "dhcp");
  const areas = ["options", "file", "sname"].flatMap(
    key => tree.fields?.filter(one => one.key === key) ?? [],
  );
  return areas.flatMap(one => one.fields ?? []).filter(one => /^\d+$/.test(one.key));
}

function optionLine(option: Field): string {
  const size = option.end - option.start - 2;
  const name = labelOf(option).slice(0, nameWidth).padEnd(nameWidth);
  const text = shown(option);
  return `OPTION: ${option.key.padStart(3)} (${String(size).padStart(3)}) ${name} ${printable(text)}`;
}

/** A value that is a list or has fields of its own is shown by all of them. */
function shown(option: Field): string {
  const values = (option.fields ?? []).filter(({ key }) => key !== "code" && key !== "length");
  return values
    .flatMap(one => (show(one) === "" ? [...leaves(one)].map(show) : [show(one)]))
    .filter(Boolean)
    .join(", ");
}
