// What DHCP's analyzer reports, in lines for people: each transaction step by step, and the leases over time.
import { type Lease, MessageType, type Report, type Transaction } from "../../protocols/dhcp/index.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";

export function* dhcpLines({ transactions, leases, servers }: Report, language: Language): Generator<string> {
  const es = language === "es";
  if (transactions.length === 0) {
    yield es ? "No hay mensajes DHCP." : "No DHCP messages.";
    return;
  }
  yield `${es ? "Servidores" : "Servers"}: ${servers.join(", ") || (es ? "ninguno" : "none")}`;
  for (const transaction of transactions) yield* stepsOf(transaction, es);
  for (const lease of leases) yield leaseLine(lease, es);
}

function* stepsOf({ xid, client, steps }: Transaction, es: boolean): Generator<string> {
  yield paint(`${es ? "Transacción" : "Transaction"} 0x${xid.toString(16)}, ${client}`, "bold");
  let before = steps[0]?.time ?? 0n;
  for (const { time, type, address, server, relay, packet } of steps) {
    const after = `+${(Number(time - before) / 1e6).toFixed(3)} ms`.padStart(16);
    const name = (nameOf(MessageType, type) ?? `type ${type}`).padEnd(9);
    const by = [server, relay && `${es ? "por el relé" : "through relay"} ${relay}`]
      .filter(Boolean)
      .join(", ");
    yield `${after}  ${name} ${(address ?? "").padEnd(15)} ${by.padEnd(15)} (${es ? "paquete" : "packet"} ${packet})`;
    before = time;
  }
}

function leaseLine({ address, client, server, since, until, renewals, end }: Lease, es: boolean): string {
  const clock = (time: bigint) =>
    new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19).replace("T", " ");
  const ends = es
    ? { released: "devuelta", declined: "rechazada", replaced: "concedida a otro" }
    : { released: "released", declined: "declined", replaced: "given to another" };
  const last = until === undefined ? (es ? "sin fin" : "for ever") : `${clock(until)} UTC`;
  const renewed = renewals === 0 ? "" : `, ${es ? "renovada" : "renewed"} ${renewals}×`;
  return `${es ? "Concesión" : "Lease"}: ${address} ${client} ${es ? "de" : "by"} ${server ?? "?"}: ${clock(since)} – ${last}${renewed}${end ? `, ${ends[end]}` : ""}`;
}
