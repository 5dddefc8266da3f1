// The scene of a maker's own option: its layout and what is in it are drawn, and a server tells each client something else.
import { acquire } from "../../../protocols/dhcp/client.ts";
import type { OptionDraft } from "../../../protocols/dhcp/format.ts";
import { serve } from "../../../protocols/dhcp/server.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import type { Said } from "../../words.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

export interface Maker {
  readonly begins: number;
  /** Of those for local use (RFC 3942). */
  readonly code: number;
  /** In their order on the wire. */
  readonly fields: readonly Field[];
  readonly server: string;
  /** A value of the option for each client, field by field. */
  readonly clients: readonly {
    readonly name: string;
    readonly mac: string;
    readonly values: readonly number[];
  }[];
}

/** What kinds of fields there are, by what the student is told of them. */
export const kinds = {
  version: {
    ...{ size: 1, codec: "u8" },
    says: { en: "a number of one octet", es: "un número de un octeto" },
  },
  port: {
    ...{ size: 2, codec: "u16" },
    says: { en: "a number of two octets", es: "un número de dos octetos" },
  },
  interval: {
    ...{ size: 4, codec: "u32" },
    says: { en: "a number of four octets, in seconds", es: "un número de cuatro octetos, en segundos" },
  },
  broker: {
    ...{ size: 4, codec: "ipv4Address" },
    says: { en: "an IPv4 address", es: "una dirección IPv4" },
  },
  flags: {
    ...{ size: 1, codec: "bits({ secure: 1, qos: 2, reserved: 5 })" },
    says: {
      en: "one octet of bits, the highest first: secure (1), qos (2), reserved (5)",
      es: "un octeto de bits, el más alto primero: secure (1), qos (2), reserved (5)",
    },
  },
} as const satisfies Record<string, { size: number; codec: string; says: Said }>;
export type Field = keyof typeof kinds;

export const makersOption: Scene<Maker> = {
  id: "dhcp-makers-option",
  version: 1,
  task(draws: Draws): Maker {
    const network = draws.network();
    const fields = draws.some(4, Object.keys(kinds) as Field[]);
    const value = (field: Field): number =>
      ({
        version: () => draws.whole(1, 9),
        port: () => draws.pick([1883, 8883, 8884, 443, 9001]),
        interval: () => draws.whole(60, 1_000_000),
        broker: () => parseIpv4(`${network}${draws.whole(10, 250)}`),
        flags: () => draws.whole(0, 1) * 128 + draws.whole(0, 2) * 32,
      })[field]();
    return {
      begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20)),
      // Microsoft has put two of the last ones to use: 249 and 252.
      code: draws.whole(224, 248),
      fields,
      server: `${network}${draws.whole(1, 9)}`,
      clients: draws
        .some(draws.whole(2, 4), ["lamp", "door", "scale", "camera", "oven"])
        .map(name => ({ name, mac: draws.mac(), values: fields.map(value) })),
    };
  },
  play,
};

/** A server for each client, so that each is told something else. */
async function play(task: Maker, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const network = task.server.replace(/\d+$/, "");
  for (const [i, { name, mac, values }] of task.clients.entries()) {
    const value = octetsOf(task.fields, values);
    const server = await room.host({
      name: `server ${i}`,
      mac: "02:00:00:00:00:01",
      configuration: { address: task.server, prefix: 24 },
      async program(host) {
        const datagrams = await host.datagrams({ port: 67, broadcast: true });
        host.stopping.addEventListener("abort", () => datagrams.close());
        await serve(
          datagrams,
          host.clock,
          {
            ...{ server: task.server, prefix: 24, leaseSeconds: 3600, router: task.server },
            pool: { first: `${network}${100 + i}`, last: `${network}${100 + i}` },
            options: [{ code: task.code, value } as OptionDraft],
          },
          () => {},
        );
      },
    });
    await room.host({
      ...{ name, mac },
      async program(host) {
        await host.clock.sleep(500);
        const datagrams = await host.datagrams({ port: 68, broadcast: true });
        const parameters = [1, 3, 51, task.code];
        await acquire(datagrams, host.clock, {
          ...{ mac: host.mac, hostName: name, parameters, random: draws.of(name).random },
        });
        await host.clock.sleep(50);
      },
    });
    await room.run(room.done(name));
    await room.run(server.stop());
  }
  await room.close();
  return { capture: room.capture() };
}

/** The fields one after the other, highest octet first. */
function octetsOf(fields: readonly Field[], values: readonly number[]): Uint8Array {
  const octets = fields.flatMap((field, i) =>
    Array.from(
      { length: kinds[field].size },
      (_, at) => Math.floor(values[i]! / 256 ** (kinds[field].size - 1 - at)) % 256,
    ),
  );
  return Uint8Array.from(octets);
}
