// The servers at work: hosts of the lab on the interface, what passes there told and recorded, what a person types published.
import { createInterface } from "node:readline";
import type { Authority } from "../../pki/index.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { machineTime } from "../network/clock.ts";
import { ending, type RunningHost } from "../network/index.ts";
import { Machine } from "../network/machine.ts";
import type { Happening } from "../runs/happenings.ts";
import { Hosts } from "../runs/hosts.ts";
import { programOf } from "../runs/program.ts";
import { brokerPlan } from "../scenarios/credentials.ts";
import { routerSettings } from "../scenarios/intranet.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { RouterPlan } from "../servers/router.ts";
import { step } from "../story/telling.ts";
import type { Addresses } from "./bench.ts";
import type { ServeOptions } from "./index.ts";
import { Live } from "./live.ts";
import type { Uart, UartLine } from "./uart.ts";
import { words } from "./words.ts";

interface Task {
  readonly options: ServeOptions;
  readonly addresses: Addresses;
  readonly authority: Authority;
  /** Of the recording. */
  readonly file: string;
  readonly uart: Uart | undefined;
}

export interface Attended {
  /** Those of the lab, and whoever came. */
  readonly hosts: Hosts;
  readonly console: readonly string[];
  /** The board's console, for the capture's comments. */
  readonly happenings: readonly Happening[];
  /** What ended it, unless a person did. */
  readonly failure: unknown;
}

/** Until the process is told to end, or something ends it; then all sockets are closed, and the recording is whole. */
export async function attend(task: Task): Promise<Attended> {
  const { options, file, uart } = task;
  const { interface: device, lang, json, quiet, topic } = options;
  const keyLog = new KeyLog();
  /** How many of the secrets the key log has. */
  let known = 0;
  const network = new Machine({
    device,
    isBound: true,
    heard(frame) {
      for (; known < hosts.secrets.length; known++) keyLog.add(`${hosts.secrets[known]}\n`);
      live.frame(frame);
    },
  });
  const hosts = new Hosts(network, [], (_, { kind, service, line }) => {
    if (kind === "log") live.line("log", service as string, line as string, machineTime());
  });
  const live = new Live({
    hosts: hosts.all,
    keyLog,
    language: lang,
    json: json === true,
    quiet: quiet === true,
  });
  const heard: UartLine[] = [];
  const listen = (): void => {
    for (const line of uart?.lines() ?? []) {
      if (heard.length < mostUartLines) heard.push(line);
      live.line("uart", "UART", line.text, line.time);
    }
  };

  let failure: unknown;
  try {
    const recording = await network.record(file);
    const pc = await plugServers(hosts, task);
    for (const host of hosts.all.values()) live.meets(host);
    announce(task);
    using _typing = typedLines(line => {
      live.line("person", topic, line, machineTime());
      pc.tell({ kind: "publish", topic, text: line });
    });
    while (!ending.aborted) {
      listen();
      await Promise.race([Bun.sleep(pause), hosts.failure]);
      if (recording.failure !== undefined) throw recording.failure;
    }
  } catch (error) {
    failure = error;
  }
  await network[Symbol.asyncDispose]();
  listen();
  live[Symbol.dispose]();
  if (uart && uart.timeless > 0) console.error(`lab: ${words[lang].timeless(uart.path, uart.timeless)}`);
  const board = live.guests.first?.name;
  const happenings = board === undefined ? [] : heard.map(line => happeningOf(line, board));
  return { hosts, console: live.lines, happenings, failure };
}

const pause = 20;
/** Of a board that talks without end; the console that is kept has more of it. */
const mostUartLines = 100_000;

const happeningOf = ({ time, text }: UartLine, host: string): Happening => ({
  host,
  time,
  step: step(host, undefined, `UART ${text}`),
});

/** The hosts of the intranet, where one machine is both. Returns the PC. */
async function plugServers(hosts: Hosts, { options, addresses, authority }: Task): Promise<RunningHost> {
  const { router, pc } = addresses;
  const routerPlan: RouterPlan = { ...routerSettings(addresses), frames: true };
  const { version: _, ...broker } = brokerPlan("1.2", authority);
  const pcPlan: PcPlan = {
    ...broker,
    ...(options.tlsVersion && { version: options.tlsVersion }),
    tellsSecrets: options.keylog !== undefined,
  };
  const program = (name: string) => programOf(import.meta.url, `../servers/${name}.ts`);
  await hosts.plug({
    name: "router",
    configuration: router,
    program: program("router"),
    settings: routerPlan,
  });
  return hosts.plug({ name: "JORGE-PC", configuration: pc, program: program("pc"), settings: pcPlan });
}

function announce({ options, addresses, authority }: Task): void {
  if (options.quiet) return;
  const { ready, typing } = words[options.lang];
  for (const line of ready(options.interface, addresses, authority, options.keylog !== undefined))
    console.error(line);
  if (process.stdin.isTTY) console.error(typing(options.topic));
}

/** What a person types, a line each; nobody where there is no terminal. */
function typedLines(typed: (line: string) => void): Disposable {
  if (!process.stdin.isTTY) return { [Symbol.dispose]() {} };
  const lines = createInterface({ input: process.stdin });
  lines.on("line", line => {
    if (line.trim() !== "") typed(line.trim());
  });
  return { [Symbol.dispose]: () => lines.close() };
}
