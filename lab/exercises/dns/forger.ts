// The scene of a forger: somebody on the board's network answers in the resolver's name, before it does.
import { resolve } from "../../../protocols/dns/client.ts";
import { message, Type } from "../../../protocols/dns/index.ts";
import { Authority, readMaster, serve } from "../../../protocols/dns/server.ts";
import { parseIpv4 } from "../../../protocols/ipv4/address.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

export interface Forged {
  readonly begins: number;
  readonly board: string;
  readonly resolver: { readonly address: string; readonly mac: string };
  readonly forger: { readonly address: string; readonly mac: string };
  /** What is asked for, in this order; the forger answers about one of them. */
  readonly names: readonly { readonly name: string; readonly address: string }[];
  readonly target: number;
  /** Where it would have the board go. */
  readonly trap: string;
  /** It sees the question, and repeats its id; or it guesses ids, and none is right. */
  readonly sees: boolean;
  /** How many forged answers it sends. */
  readonly tries: number;
}

const hosts = ["broker", "mail", "files", "time", "news", "maps", "radio"];

export const forged: Scene<Forged> = { id: "dns-forger", version: 1, task, play };

function task(draws: Draws): Forged {
  const network = draws.network();
  const [board, resolver, forger] = draws.some(
    3,
    Array.from({ length: 240 }, (_, i) => i + 5),
  );
  const zone = `${draws.pick(["amber", "basil", "cedar", "dune", "ember"])}.${draws.pick(["org", "net", "example"])}`;
  const elsewhere = () =>
    `${draws.whole(11, 126)}.${draws.whole(0, 255)}.${draws.whole(0, 255)}.${draws.whole(1, 254)}`;
  const names = draws
    .some(draws.whole(3, 5), hosts)
    .map(host => ({ name: `${host}.${zone}`, address: elsewhere() }));
  const sees = draws.chance(0.5);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    board: `${network}${board}`,
    resolver: { address: `${network}${resolver}`, mac: draws.mac() },
    forger: { address: `${network}${forger}`, mac: draws.mac() },
    names,
    target: draws.whole(1, names.length - 1),
    trap: elsewhere(),
    sees,
    tries: sees ? 1 : draws.whole(3, 6),
  };
}

async function play(task: Forged, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const { board, resolver, forger, names } = task;
  const zone = names[0]!.name.replace(/^[^.]+\./, "");
  const records = names.map(({ name, address }) => `${name}. A ${address}`).join("\n");
  const text = `$ORIGIN ${zone}.\n$TTL 300\n@ SOA ns hostmaster 1 1800 900 604800 60\n  NS ns\nns A ${resolver.address}\n${records}\n`;
  await room.host({
    ...{ name: "resolver", mac: resolver.mac, configuration: { address: resolver.address, prefix: 24 } },
    cable: { up: draws.whole(15, 30) },
    async program(host) {
      const datagrams = await host.datagrams({ port: 53 });
      host.stopping.addEventListener("abort", () => datagrams.close());
      await serve(datagrams, new Authority([readMaster(text)]), () => {}, {});
    },
  });
  await room.host({
    ...{ name: "forger", mac: forger.mac, configuration: { address: forger.address, prefix: 24 } },
    async program(host) {
      host.stopping.addEventListener("abort", () => {});
      const guess = draws.of("guesses");
      room.overhears = frame => void forge(frame, task, room, guess);
    },
  });
  await room.host({
    ...{ name: "board", configuration: { address: board, prefix: 24 } },
    async program(host) {
      const { random } = draws.of("board asks");
      for (const { name } of names) {
        await host.clock.sleep(700);
        const datagrams = await host.datagrams();
        const { addresses } = await resolve(datagrams, host.clock, {
          ...{ server: resolver.address, name, random },
        });
        // What comes later goes to a port that still listens, so that nobody complains.
        await host.clock.sleep(100);
        datagrams.close();
        host.tell({ kind: "believes", name, address: addresses[0] });
      }
    },
  });
  await room.run(room.done("board"));
  await room.close();
  return { capture: room.capture(), told: room.told };
}

/** Headers of Ethernet, IPv4 and UDP. */
const headers = 14 + 20 + 8;

/** A question about the target passes: it is answered at once, from the resolver's address and port. */
async function forge(frame: Uint8Array, task: Forged, room: Room, guess: Draws): Promise<void> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const isQuestion = frame.length > headers && view.getUint16(12) === 0x0800 && view.getUint16(36) === 53;
  if (!isQuestion) return;
  const query = message.decode(frame.subarray(headers));
  const [question] = query.questions;
  if (question?.name !== task.names[task.target]!.name) return;
  const port = view.getUint16(34);
  for (let i = 0; i < task.tries; i++) {
    await room.clock.sleep(0.6 + i * 0.4);
    const octets = message.encode({
      ...query,
      id: task.sees ? query.id : (query.id + guess.whole(1, 0xfffe)) & 0xffff,
      flags: { ...query.flags, response: 1, recursionAvailable: 1 },
      answers: [{ name: question.name, type: Type.A, ttl: 86_400, data: parseIpv4(task.trap) }],
      authorities: [],
      additionals: [],
    });
    room.forge("forger", { address: task.resolver.address, port: 53 }, { address: task.board, port }, octets);
  }
}
