// Has the kernel forward for others under its own address (NAPT, RFC 3022 §2.2): what `nft add rule … masquerade` would
// do, told through nfnetlink (the numbers are those of linux/netfilter/nf_tables.h and linux/netfilter/nfnetlink.h).
import { setting } from "./namespace.ts";
import { attribute, join, text } from "./netlink.ts";
import {
  AF_INET,
  AF_NETLINK,
  closeDescriptor,
  receive,
  SOCK_RAW,
  SystemError,
  send,
  socket,
} from "./system.ts";

const NETLINK_NETFILTER = 12;
const NLMSG_ERROR = 2;
const NLM_F = { request: 0x001, ack: 0x004, create: 0x400, append: 0x800 } as const;

const NFNL_SUBSYS_NFTABLES = 10;
const NFNL_MSG_BATCH = { begin: 0x10, end: 0x11 } as const;
const NFT_MSG = { newTable: 0, newChain: 3, newRule: 6 } as const;

const TABLE = { name: 1 } as const;
const CHAIN = { table: 1, name: 3, hook: 4, type: 7 } as const;
const HOOK = { number: 1, priority: 2 } as const;
const RULE = { table: 1, chain: 2, expressions: 4 } as const;
const EXPRESSION = { element: 1, name: 1, data: 2 } as const;
const META = { register: 1, key: 2, outgoingInterface: 5 } as const;
const CMP = { register: 1, operation: 2, data: 3, equal: 0, value: 1 } as const;

const POSTROUTING = 4;
/** Where `nft` puts `priority srcnat`. */
const SOURCE_NAT = 100;
const REGISTER = 1;

const table = text("lab");
const chain = text("postrouting");

/**
 * The calling thread's namespace forwards packets from now on; those that leave by the interface of this index bear its
 * address. @throws SystemError where the kernel has no nf_tables, or no NAT
 */
export function masquerade(index: number): void {
  setting("ipv4/ip_forward", "1");
  const descriptor = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  try {
    send(descriptor, batch(index));
    const answer = new Uint8Array(4096);
    receive(descriptor, answer);
    const view = new DataView(answer.buffer);
    // Of a batch that is taken, the rule alone is acknowledged; of one that is not, the first fault is told first.
    const errno = view.getUint16(4, true) === NLMSG_ERROR ? -view.getInt32(16, true) : 0;
    if (errno !== 0) throw new SystemError("masquerade (nf_tables)", errno);
  } finally {
    closeDescriptor(descriptor);
  }
}

/** A table, its chain behind routing, and the one rule in it: all of them or none. */
function batch(index: number): Uint8Array {
  const create = NLM_F.request | NLM_F.create;
  const hook = attribute(
    CHAIN.hook,
    attribute(HOOK.number, big(POSTROUTING)),
    attribute(HOOK.priority, big(SOURCE_NAT)),
  );
  return join([
    message(NFNL_MSG_BATCH.begin, NLM_F.request, 0, NFNL_SUBSYS_NFTABLES),
    message(nft(NFT_MSG.newTable), create, AF_INET, 0, attribute(TABLE.name, table)),
    message(
      nft(NFT_MSG.newChain),
      create,
      AF_INET,
      0,
      attribute(CHAIN.table, table),
      attribute(CHAIN.name, chain),
      hook,
      attribute(CHAIN.type, text("nat")),
    ),
    message(
      nft(NFT_MSG.newRule),
      create | NLM_F.append | NLM_F.ack,
      AF_INET,
      0,
      attribute(RULE.table, table),
      attribute(RULE.chain, chain),
      attribute(RULE.expressions, ...leavesBy(index), expression("masq")),
    ),
    message(NFNL_MSG_BATCH.end, NLM_F.request, 0, NFNL_SUBSYS_NFTABLES),
  ]);
}

/** The rule goes on only for packets that leave by this interface. */
const leavesBy = (index: number): Uint8Array[] => [
  expression(
    "meta",
    attribute(META.register, big(REGISTER)),
    attribute(META.key, big(META.outgoingInterface)),
  ),
  expression(
    "cmp",
    attribute(CMP.register, big(REGISTER)),
    attribute(CMP.operation, big(CMP.equal)),
    attribute(CMP.data, attribute(CMP.value, new Uint8Array(Uint32Array.of(index).buffer))),
  ),
];

const expression = (name: string, ...data: Uint8Array[]): Uint8Array =>
  attribute(
    EXPRESSION.element,
    attribute(EXPRESSION.name, text(name)),
    ...(data.length > 0 ? [attribute(EXPRESSION.data, ...data)] : []),
  );

const nft = (type: number): number => (NFNL_SUBSYS_NFTABLES << 8) | type;

/** struct nlmsghdr and struct nfgenmsg, then attributes. */
function message(
  type: number,
  flags: number,
  family: number,
  resource: number,
  ...parts: Uint8Array[]
): Uint8Array {
  const body = join(parts);
  const octets = new Uint8Array(20 + body.length);
  const view = new DataView(octets.buffer);
  view.setUint32(0, octets.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint8(16, family);
  view.setUint16(18, resource);
  octets.set(body, 20);
  return octets;
}

/** nf_tables has its numbers in network order. */
function big(value: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(4));
  octets.setUint32(0, value);
  return new Uint8Array(octets.buffer);
}
