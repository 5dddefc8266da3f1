// What a client says, each message made from what the dialogue has come to. RFC 2131 §4.3.6, §4.4, table 5.
import type { Endpoint } from "../endpoint/index.ts";
import { parseIpv4 } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { port } from "./decoder.ts";
import { type Message, type MessageDraft, MessageType, type OptionDraft, option } from "./format.ts";
import type { Lease } from "./lease.ts";

/** Who asks, and for what. */
export interface Client {
  /** The hardware address; six octets, of Ethernet. */
  readonly mac: Uint8Array;
  /** Who the client is (option 61); by default its hardware address. */
  readonly identifier?: { readonly type: number; readonly identifier: Uint8Array };
  readonly hostName?: string;
  /** The options that it wants to be told, by code; by default what `Lease` has. */
  readonly parameters?: readonly number[];
  /** The address that it would like to have. */
  readonly requested?: string;
  /** The lease time that it would like to have, in seconds. */
  readonly leaseSeconds?: number;
  /** Asks for replies by broadcast (the default): a UDP socket hears nothing else before it has an address. */
  readonly broadcast?: boolean;
  /** Offers to take the first answer as final: two messages instead of four (RFC 4039). */
  readonly rapidCommit?: boolean;
}

/** A message less what the dialogue puts in: its transaction ID and how long it has lasted. */
export type Question = Omit<MessageDraft, "xid" | "secs">;

export const everyone: Endpoint = { address: "255.255.255.255", port: port.server };

/** Classless routes stand before the router, for they replace it (RFC 3442). */
const usualParameters = [1, 121, 3, 6, 15, 119, 42, 51, 58, 59];
/** What one Ethernet frame carries; no client may accept less than 576 octets (RFC 2131 §2). */
const largestMessage = 1500;

export const discover = (client: Client): Question =>
  question(client, MessageType.Discover, [
    ...wished(client),
    ...option(80, client.rapidCommit ? new Uint8Array() : undefined),
    ...wanted(client),
  ]);

/** SELECTING: takes one server's offer, and so declines those of all others, who hear it too. */
export const requestOf = (client: Client, offer: Message): Question =>
  question(client, MessageType.Request, [
    ...option(50, offer.yiaddr),
    ...option(54, optionOf(offer.options, 54)!),
    ...wanted(client),
  ]);

/** INIT-REBOOT: asks for an address that the client had before. No server is named. */
export const reclaim = (client: Client, address: string): Question =>
  question(client, MessageType.Request, [...option(50, parseIpv4(address)), ...wanted(client)]);

/** RENEWING and REBINDING: the client can be reached at its address. */
export const renewal = (client: Client, lease: Lease): Question => ({
  ...question(client, MessageType.Request, wanted(client)),
  ...reachable(lease.address),
});

/** Another host uses the address that this acknowledgement gives. */
export const decline = (client: Client, ack: Message): Question => ({
  ...question(client, MessageType.Decline, [
    ...option(50, ack.yiaddr),
    ...option(54, optionOf(ack.options, 54)!),
  ]),
  flags: {},
});

/** The client needs its address no more. */
export const releaseOf = (client: Client, lease: Lease): Question => ({
  ...question(client, MessageType.Release, option(54, parseIpv4(lease.server))),
  ...reachable(lease.address),
});

/** The client has an address from elsewhere and wants only to be told how to live here. */
export const informOf = (client: Client, address: string): Question => ({
  ...question(client, MessageType.Inform, wanted(client)),
  ...reachable(address),
});

const question = (client: Client, type: number, options: OptionDraft[]): Question => ({
  op: 1,
  flags: { broadcast: (client.broadcast ?? true) ? 1 : 0 },
  chaddr: client.mac,
  options: [
    ...option(53, type),
    ...option(61, client.identifier ?? { type: 1, identifier: client.mac }),
    ...options,
  ],
});

const wished = ({ requested, leaseSeconds }: Client): OptionDraft[] => [
  ...option(50, requested === undefined ? undefined : parseIpv4(requested)),
  ...option(51, leaseSeconds),
];

const wanted = ({ hostName, parameters }: Client): OptionDraft[] => [
  ...option(57, largestMessage),
  ...option(55, [...(parameters ?? usualParameters)]),
  ...option(12, hostName || undefined),
];

const reachable = (address: string) => ({ flags: {}, ciaddr: parseIpv4(address) });
