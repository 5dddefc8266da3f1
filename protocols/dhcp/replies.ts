// Which replies a client takes: its own, whole ones, from a server that says who it is. RFC 2131 §4.4.1, table 3.
import { colons } from "../ethernet/address.ts";
import { dotted, everyHost, isMulticast } from "../ipv4/address.ts";
import type { Rule } from "../packet/index.ts";
import { Malformed, optionOf } from "../wire/index.ts";
import { type Message, MessageType, message } from "./format.ts";
import { rules } from "./rules.ts";

/** Why a reply is refused. */
export interface Objection {
  readonly rule: Rule;
  readonly detail: string;
}

/** What a datagram is to a client: a reply to weigh, one to refuse, or nothing that concerns it. */
export function weigh(
  octets: Uint8Array,
  client: { readonly xid: number; readonly mac: Uint8Array },
): { reply?: Message; objection?: Objection } {
  let reply: Message;
  try {
    reply = message.decode(octets);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { objection: { rule: rules.malformed, detail: String(error) } };
  }
  if (reply.op !== 2) return {};
  const mine = colons(reply.chaddr) === colons(client.mac);
  if (!mine && reply.xid !== client.xid) return {};
  const objection = objectionTo(reply, mine, client.xid);
  return objection ? { objection } : { reply };
}

function objectionTo(reply: Message, mine: boolean, xid: number): Objection | undefined {
  if (!mine) return { rule: rules.wrongClient, detail: `it is for ${colons(reply.chaddr)}` };
  if (reply.xid !== xid)
    return { rule: rules.wrongTransaction, detail: `0x${reply.xid.toString(16)}, not 0x${xid.toString(16)}` };
  const type = optionOf(reply.options, 53);
  if (type === undefined) return { rule: rules.malformed, detail: "no message type (option 53)" };
  if (optionOf(reply.options, 54) === undefined)
    return { rule: rules.noServerIdentifier, detail: "option 54 is missing" };
  const gives = type === MessageType.Offer || (type === MessageType.ACK && reply.yiaddr !== 0);
  if (gives && !isUsable(reply.yiaddr)) return { rule: rules.unusableAddress, detail: dotted(reply.yiaddr) };
  if (gives && optionOf(reply.options, 51) === undefined)
    return { rule: rules.noLeaseTime, detail: `${dotted(reply.yiaddr)} without option 51` };
  return undefined;
}

/** Neither "this network", nor this host itself, nor many hosts (RFC 1122 §3.2.1.3). */
function isUsable(address: number): boolean {
  const network = address >>> 24;
  return network !== 0 && network !== 127 && !isMulticast(address) && address !== everyHost;
}
