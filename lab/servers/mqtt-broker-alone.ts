// `bun lab mqtt broker`: reads what was asked for, says where it listens, serves until Ctrl-C.
import { appendFileSync, readFileSync } from "node:fs";
import { Refused } from "../../protocols/endpoint/index.ts";
import { PasswordFault, passwordLine } from "../../protocols/mqtt/broker/passwords.ts";
import { exit, Failure, usage } from "../failure.ts";
import { beforeEnd } from "../network/cleanup.ts";
import { startBroker } from "./mqtt-broker.ts";
import { type Configuration, configurationIn, listening, loopback } from "./mqtt-configuration.ts";

export interface BrokerFlags {
  readonly port?: number;
  readonly bind?: string;
  readonly config?: string;
  readonly websocket?: number;
  readonly database?: string;
  readonly tls?: boolean;
  readonly keylog?: string;
  readonly verbose?: boolean;
}

/** Serves until a signal ends the process, or the store can't be written any more. */
export async function brokerAlone(flags: BrokerFlags): Promise<number> {
  const plan = await planOf(flags);
  const tell = (line: string) => console.error(line);
  for (const key of plan.passedOver) tell(`${flags.config}: ${key} is passed over.`);
  const { keylog } = flags;
  const running = await startBroker(plan, {
    ...(flags.verbose && { log: (line: string) => console.log(`${Math.floor(Date.now() / 1000)}: ${line}`) }),
    ...(keylog && { onSecret: (line: string) => appendFileSync(keylog, `${line}\n`) }),
  }).catch((error: Error) => {
    throw error instanceof Refused ? new Failure(`${error.message}; choose another by -p PORT.`) : error;
  });
  for (const [i, { address, certificate, isWebSocket, requiresCertificate }] of plan.listeners.entries()) {
    const how = [
      isWebSocket ? "WebSocket" : "MQTT",
      ...(certificate === undefined ? [] : [requiresCertificate ? "mutual TLS" : "TLS"]),
    ].join(" over ");
    tell(`${how} on ${address}:${running.ports[i]}`);
  }
  beforeEnd(running.close);
  while (!running.broker.failure) await Bun.sleep(1000);
  throw new Failure(`what is to be kept can't be written: ${running.broker.failure.message}.`);
}

async function planOf(flags: BrokerFlags): Promise<Configuration> {
  const plan =
    flags.config === undefined
      ? { listeners: [], system: 10, limits: {}, passedOver: [] }
      : configurationIn(readable(flags.config), flags.config);
  const address = flags.bind ?? loopback;
  if (flags.port !== undefined) plan.listeners.push(listening(flags.port, address));
  if (flags.websocket !== undefined)
    plan.listeners.push({ ...listening(flags.websocket, address), isWebSocket: true });
  if (plan.listeners.length === 0) plan.listeners.push(listening(1883, address));
  if (flags.tls) plan.listeners.push(...(await secured(address)));
  if (flags.database !== undefined) return { ...plan, database: flags.database };
  return plan;
}

/** 8883 and 8884 as the intranet has them, with the certificates of its own authority. */
async function secured(address: string) {
  const { intranet } = await import("../../pki/index.ts");
  const authority = await intranet();
  const safe = {
    certificate: authority.chain("JORGE-PC").file,
    key: authority.key("JORGE-PC").files.pem,
    roots: authority.root.files.pem,
  };
  return [
    { ...listening(8883, address), ...safe },
    { ...listening(8884, address), ...safe, requiresCertificate: true, namesFromCertificate: true },
  ];
}

function readable(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usage(
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}); -c takes a mosquitto.conf.`,
    );
  }
}

/** Puts a user with a password, read from standard input, into a password file; another line of that user goes. */
export async function setPassword(file: string, userName: string): Promise<number> {
  if (process.stdin.isTTY) console.error("Password (it is shown as you type; or pipe it in):");
  let password = "";
  for await (const line of console) {
    password = line;
    break;
  }
  if (password === "") throw usage("no password came on standard input.");
  try {
    const line = await passwordLine(userName, password);
    const before = (await Bun.file(file).exists()) ? await Bun.file(file).text() : "";
    const others = before.split("\n").filter(each => each !== "" && !each.startsWith(`${userName}:`));
    await Bun.write(file, `${[...others, line].join("\n")}\n`, { mode: 0o600 });
    return exit.done;
  } catch (error) {
    throw error instanceof PasswordFault ? usage(`${error.message}.`) : error;
  }
}
