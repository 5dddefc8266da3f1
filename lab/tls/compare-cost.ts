// What a handshake cost, counted by our own decoder in what passed: octets, flights, round trips, and what came after it.
import { dissector, type Layer, type Packet } from "../../protocols/packet/index.ts";
import type { Way } from "../../protocols/packet/protocol.ts";
import { bodyOf, type Handshake } from "../../protocols/tls/handshake.ts";
import { KeyLog, kinds } from "../../protocols/tls/index.ts";
import { ExtensionType, HandshakeType, NamedGroup } from "../../protocols/tls/numbers.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { protocols } from "../protocols.ts";
import { framesOf, type Piece } from "./compare-tape.ts";

/** A handshake as it passed, and what opens it: lines of an NSS key log. */
export interface Tape {
  readonly pieces: readonly Piece[];
  readonly secrets: readonly string[];
}

export interface Cost {
  /** Of the records, headers included, up to each side's Finished. */
  readonly octets: readonly [client: number, server: number];
  /** Turns of speaking until both had sent Finished. */
  readonly flights: number;
  /** How often the client waited for the server in them. */
  readonly roundTrips: number;
  /** What the server sent after its Finished, apart from the last record, which is an answer: tickets (TLS 1.3). */
  readonly tickets: number;
  /** What keys were agreed on with, "x25519", where the server said it. */
  readonly group: string | undefined;
}

/** The handshake at the beginning of a conversation in which the server then said one thing. @throws Error if it can't be read */
export function costOf(tape: Tape): Cost {
  const records: { readonly way: Way; readonly size: number }[] = [];
  const finished: [number | undefined, number | undefined] = [undefined, undefined];
  let group: string | undefined;
  for (const { layers } of dissected(tape))
    for (const layer of layers) {
      if (layer.protocol.name === kinds.record.name)
        records.push({ way: layer.way, size: layer.end - layer.start });
      if (layer.protocol.name !== kinds.handshake.name || layer.value === undefined) continue;
      const message = (layer as Layer<Handshake>).value!;
      group ??= groupOf(message);
      if (message.type === HandshakeType.finished) finished[layer.way] ??= records.length;
    }
  const [client, server] = finished;
  if (client === undefined || server === undefined) throw new Error("the handshake was not seen to end");
  const sum = (of: typeof records, way: Way) =>
    of.reduce((octets, one) => octets + (one.way === way ? one.size : 0), 0);
  const shaking = records.slice(0, Math.max(client, server));
  const turns = shaking.filter(({ way }, i) => way !== shaking[i - 1]?.way);
  return {
    octets: [sum(records.slice(0, client), 0), sum(records.slice(0, server), 1)],
    flights: turns.length,
    roundTrips: turns.filter(({ way }) => way === 1).length,
    tickets: sum(
      records.slice(
        server,
        records.findLastIndex(({ way }) => way === 1),
      ),
      1,
    ),
    group,
  };
}

function dissected({ pieces, secrets }: Tape): Packet[] {
  const keyLog = new KeyLog(secrets.map(line => `${line}\n`).join(""));
  const { packet } = dissector(protocols(keyLog));
  return [...framesOf(pieces, 49_152)].map(({ at, octets }, i) =>
    packet({
      number: i + 1,
      time: BigInt(Math.round(at * 1e6)),
      view: new DataView(octets.buffer, octets.byteOffset, octets.length),
      start: 0,
      end: octets.length,
      originalLength: octets.length,
      linkType: 1,
      interface: 0,
      comments: [],
    }),
  );
}

function groupOf(message: Handshake): string | undefined {
  const hello = bodyOf(message, HandshakeType.server_hello);
  const share = hello?.extensions && optionOf(hello.extensions, ExtensionType.key_share);
  if (share) return nameOf(NamedGroup, share.group);
  const exchange = bodyOf(message, HandshakeType.server_key_exchange);
  return exchange && "group" in exchange ? nameOf(NamedGroup, exchange.group) : undefined;
}
