// The DHCP server: takes messages from a socket and sends the answers where their clients can hear them. RFC 2131 §4.1.
import type { Clock, Datagrams, Endpoint, Link } from "../endpoint/index.ts";
import { colons } from "../ethernet/address.ts";
import { dotted } from "../ipv4/address.ts";
import { Malformed, optionOf } from "../wire/index.ts";
import { Answers, type ServerOptions } from "./answers.ts";
import { port } from "./decoder.ts";
import { type Message, type MessageDraft, MessageType, message } from "./format.ts";
import { frameOf } from "./frame.ts";

export type { ServerOptions } from "./answers.ts";
export type { Holding, Leases } from "./leases.ts";

/**
 * Serves until `datagrams` is closed. Leases last on the clock, and are forgotten with the server. `log` gets a line for
 * each message; octets that are no DHCP message are logged and passed over. `link` reaches clients that have no
 * address and asked for no broadcast; without it they are answered by broadcast.
 * @throws RangeError if the options make no sense
 */
export async function serve(
  datagrams: Datagrams,
  clock: Clock,
  options: ServerOptions,
  log: (line: string) => void = () => {},
  link?: Link,
): Promise<void> {
  const answers = new Answers(clock, options, log);
  for (;;) {
    const datagram = await datagrams.receive();
    if (!datagram) return;
    const request = read(datagram.octets, datagram.from, log);
    const reply = request && answers.answer(request);
    if (request && reply) await send(datagrams, reply, options.server, log, link);
  }
}

function read(octets: Uint8Array, from: Endpoint, log: (line: string) => void): Message | undefined {
  try {
    return message.decode(octets);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    log(`${octets.length} octets from ${from.address} are no DHCP message: ${error}`);
    return undefined;
  }
}

async function send(
  datagrams: Datagrams,
  reply: MessageDraft,
  server: string,
  log: (line: string) => void,
  link?: Link,
): Promise<void> {
  const octets = message.encode(reply);
  const to = destinationOf(reply);
  try {
    if (to) await datagrams.send(octets, to);
    else if (link) await link.send(frameOf(octets, reply, server, link.mac));
    else {
      log(
        `${colons(reply.chaddr)} wants no broadcast, but there is no link to reach it otherwise: it gets one`,
      );
      await datagrams.send(octets, everyone);
    }
  } catch (error) {
    // Clients say where they are, so that where replies go is not the server's to vouch for.
    log(`no reply to ${colons(reply.chaddr)}: ${error instanceof Error ? error.message : error}`);
  }
}

const everyone: Endpoint = { address: "255.255.255.255", port: port.client };

/** RFC 2131 §4.1; `undefined` for a client that has no address yet and hears only what is sent to its MAC address. */
function destinationOf({ flags, ciaddr, giaddr, options }: MessageDraft): Endpoint | undefined {
  if (giaddr) return { address: dotted(giaddr), port: port.server };
  if (optionOf(options, 53) === MessageType.NAK) return everyone;
  if (ciaddr) return { address: dotted(ciaddr), port: port.client };
  return flags?.broadcast ? everyone : undefined;
}
