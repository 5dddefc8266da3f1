// DHCP messages of a run, as its exercises ask for them.
import { dhcp, type Message, MessageType } from "../../../protocols/dhcp/index.ts";
import { colons } from "../../../protocols/ethernet/address.ts";
import { dotted } from "../../../protocols/ipv4/address.ts";
import type { Packet } from "../../../protocols/packet/index.ts";
import { optionOf } from "../../../protocols/wire/index.ts";
import type { Run } from "../exercise.ts";

export interface Told {
  readonly number: number;
  readonly packet: Packet;
  readonly message: Message;
  /** `MessageType`. */
  readonly type: number;
  /** The client's. */
  readonly mac: string;
}

/** Every DHCP message, in order; of one type, or of one client. */
export function messagesOf(run: Run<unknown>, type?: keyof typeof MessageType, mac?: string): Told[] {
  const all = run.packets.flatMap(packet => {
    const message = packet.layer(dhcp);
    const type = message && optionOf(message.options, 53);
    if (!message || type === undefined) return [];
    return [{ number: packet.number, packet, message, type, mac: colons(message.chaddr) }];
  });
  return all.filter(
    one => (type === undefined || one.type === MessageType[type]) && (mac === undefined || one.mac === mac),
  );
}

/** The address of the server that a message names (option 54), dotted. */
export const serverIn = ({ message }: Told): string => dotted(optionOf(message.options, 54) ?? 0);

export const offered = ({ message }: Told): string => dotted(message.yiaddr);
