// A lab to be killed: a busy network, and on standard output what must be gone when the lab is.
import { readlinkSync } from "node:fs";
import { openNetwork } from "../index.ts";
import { echo, heard, start } from "./case.ts";

/** What the victim tells, as one line of JSON, when all is running. */
export interface Victim {
  readonly pid: number;
  /** The processes of its hosts and of what they started. */
  readonly processes: number[];
  /** The network namespaces of its hosts, "net:[4026532001]". */
  readonly namespaces: string[];
}

if (import.meta.main) {
  const [capture = "", end = "wait"] = process.argv.slice(2);
  const { network } = await openNetwork("namespaces");
  await network.record(capture);
  await echo(network, "pc", 20);
  const chatty = await start(network, "chatty", { address: 101 }, async host => {
    const datagrams = await host.datagrams();
    host.tell({ kind: "pid", pid: process.pid });
    for (;;) {
      await datagrams.send(new Uint8Array(100), { address: "192.168.1.20", port: 7 });
      await datagrams.receive(2);
    }
  });
  const busy = await start(network, "busy", {}, async host => {
    host.tell({ kind: "pid", pid: process.pid });
    for (;;);
  });
  // A server as most are: it puts itself into the background, where no signal of its parent's death follows.
  const background = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; exec sleep 1000";
  const server = await network.daemon({ name: "server", command: ["sh", "-c", background] });
  const processes = [server.pid];
  for await (const line of server.lines) {
    processes.push(Number(line));
    break;
  }
  for (const host of [chatty, busy]) processes.push(Number((await heard(host, "pid"))?.pid));
  const namespaces = [...new Set(processes.map(pid => readlinkSync(`/proc/${pid}/ns/net`)))];
  console.log(JSON.stringify({ pid: process.pid, processes, namespaces } satisfies Victim));
  if (end === "throw") {
    await Bun.sleep(100);
    throw new Error("a defect of the lab");
  }
  await new Promise(() => {});
}
