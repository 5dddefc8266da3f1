// The system's own UDP, on this machine's loopback interface.
import { expect, test } from "bun:test";
import { openDatagrams } from "./native.ts";

const open = () => openDatagrams({ address: "127.0.0.1", now: () => 0n });

test("a datagram arrives although an earlier one of the same socket went to nobody", async () => {
  const [server, client, gone] = await Promise.all([open(), open(), open()]);
  gone.close();
  for (let i = 0; i < 20; i++) {
    await server.send(Uint8Array.of(0), gone.local);
    await server.send(Uint8Array.of(i), client.local);
    expect((await client.receive(2000))?.octets).toEqual(Uint8Array.of(i));
  }
  server.close();
  client.close();
});
