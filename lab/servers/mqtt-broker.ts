// The lab's broker standing alone: real sockets, because a person asked for them.
import { readFileSync } from "node:fs";
import type { Stream } from "../../protocols/endpoint/index.ts";
import type { Party } from "../../protocols/mqtt/broker/access.ts";
import { Acl, AclFault } from "../../protocols/mqtt/broker/acl.ts";
import { DatabaseStore } from "../../protocols/mqtt/broker/database.ts";
import { PasswordFault, Passwords } from "../../protocols/mqtt/broker/passwords.ts";
import { upgrade } from "../../protocols/mqtt/broker/websocket.ts";
import { type Access, Broker, type Line } from "../../protocols/mqtt/server.ts";
import { accept as secure } from "../../protocols/tls/server.ts";
import { decodePem } from "../../protocols/x509/pem.ts";
import { Failure } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { listen } from "../network/native.ts";
import type { Configuration, Listening } from "./mqtt-configuration.ts";
import { listenOn } from "./mqtt-sockets.ts";

export interface Running {
  readonly broker: Broker;
  /** In the order of the configuration, with the ports that were taken. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

export interface Surroundings {
  readonly log?: (line: string) => void;
  /** Takes the lines of an NSS key log. */
  readonly onSecret?: (line: string) => void;
}

/** @throws Failure if a file can't be used; Refused if a port can't be had */
export async function startBroker(
  plan: Configuration,
  { log, onSecret }: Surroundings = {},
): Promise<Running> {
  const clock = hostClock();
  const store = plan.database === undefined ? undefined : opened(plan.database);
  const broker = new Broker(clock, {
    log,
    store,
    limits: plan.limits,
    system: plan.system,
    access: accessOf(plan),
    turn: setImmediate,
  });
  const open: { close(): unknown }[] = [];
  const close = async () => {
    await Promise.all(open.map(each => each.close()));
    await broker.close();
    store?.close();
  };
  const ports: number[] = [];
  try {
    for (const each of plan.listeners) {
      const listener = await listening(each, broker, { log, onSecret });
      open.push(listener);
      ports.push(listener.local.port);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { broker, ports, close };
}

async function listening(each: Listening, broker: Broker, { log, onSecret }: Surroundings) {
  const { address, port } = each;
  const serve = async (line: Line, userName?: string) => {
    const about = { port: line.local.port, ...(userName !== undefined && { userName }) };
    await broker.accept(each.isWebSocket ? await upgrade(line) : line, about);
  };
  const failed = (line: Line) => (error: Error) =>
    log?.(`Connection from ${line.remote.address} on port ${line.local.port} failed: ${error.message}`);
  if (each.certificate === undefined)
    return listenOn({ address, port }, line => void serve(line).catch(failed(line)));
  if (each.key === undefined) throw new Failure(`the listener on ${port} has a certfile and no keyfile.`);
  if (each.requiresCertificate && each.roots === undefined)
    throw new Failure(
      `the listener on ${port} requires certificates and has no cafile to hold them against.`,
    );
  const service = {
    certificate: readable(each.certificate),
    key: readable(each.key),
    ...(each.roots !== undefined &&
      (each.requiresCertificate || each.namesFromCertificate) && { clientRoots: [readable(each.roots)] }),
    ...(each.crls !== undefined && { crls: listsIn(each.crls) }),
    require: each.requiresCertificate,
    clock: broker.clock,
    ...(each.version && { version: each.version }),
    ...(onSecret && { onSecret }),
  };
  const shake = async (stream: Stream) => {
    const safe = await secure(stream, service);
    await serve(safe, each.namesFromCertificate ? safe.commonName : undefined);
  };
  return listen(port, stream => void shake(stream).catch(failed(stream)), address);
}

/** Without password and ACL file, and on loopback alone, everyone may do everything. */
function accessOf(plan: Configuration): Access | undefined {
  const passwords = plan.passwords === undefined ? undefined : parsed(plan.passwords, Passwords);
  const acl = plan.acl === undefined ? undefined : parsed(plan.acl, Acl);
  const isOpen =
    passwords === undefined &&
    plan.listeners.every(({ address }) => /^(127\.|::1$|localhost$)/.test(address));
  const anonymous = plan.allowAnonymous ?? isOpen;
  if (!passwords && !acl && anonymous) return undefined;
  return {
    async admits(userName, password) {
      if (userName === undefined) return anonymous;
      if (!passwords) return anonymous;
      return password !== undefined && passwords.verify(userName, password);
    },
    mayRead: (who: Party, topic) => acl?.mayRead(who, topic) ?? true,
    mayWrite: (who: Party, topic) => acl?.mayWrite(who, topic) ?? true,
  };
}

function parsed<T>(file: string, kind: new (text: string) => T): T {
  try {
    return new kind(readable(file));
  } catch (error) {
    if (error instanceof AclFault || error instanceof PasswordFault)
      throw new Failure(`${file}, ${error.message}.`);
    throw error;
  }
}

function listsIn(file: string): Uint8Array[] {
  const lists = decodePem(readable(file), "X509 CRL");
  if (lists.length === 0) throw new Failure(`${file} holds no revocation list in PEM; check the crlfile.`);
  return lists;
}

function readable(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`${file} can't be read (${(error as NodeJS.ErrnoException).code}); check the path.`);
  }
}

function opened(path: string): DatabaseStore {
  try {
    return new DatabaseStore(path);
  } catch (error) {
    throw new Failure(`${path} can't keep the broker's sessions: ${(error as Error).message}.`);
  }
}
