// A board in normal mode: from the address to the last DISCONNECT. Its text is the sequence that the lab replays.
import { acquire, type Lease } from "../../protocols/dhcp/client.ts";
import { isAddress, resolve } from "../../protocols/dns/client.ts";
import { type Endpoint, Refused, type Stream, Unanswered } from "../../protocols/endpoint/index.ts";
import { dotted, maskOf, parseIpv4 } from "../../protocols/ipv4/address.ts";
import { connect, type Session } from "../../protocols/mqtt/client.ts";
import { query } from "../../protocols/ntp/client.ts";
import { secure } from "../../protocols/tls/client.ts";
import { machineTime } from "../network/clock.ts";
import type { Configuration, Host } from "../network/contract.ts";
import { ownCertificate, shownCertificate } from "./certificates.ts";
import type { BoardEvent, ShownCertificate } from "./events.ts";
import type { Settings } from "./settings.ts";
import { dateAndTime } from "./time.ts";

export interface BoardPlan {
  readonly settings: Settings;
  /** PEM. The certificate with its chain, leaf first, without the root. */
  readonly root: string;
  readonly certificate: string;
  readonly key: string;
}

/** TLS off, server authentication, server and client authentication. */
const ports = { off: 1883, server: 8883, mutual: 8884 } as const;

/** What the board waits at the most for an answer of a peer, in milliseconds. */
const patience = 10_000;

/** What a board's clock shows until NTP sets it: its real-time clock has no battery. 2000-01-01. */
const unset = 946_684_800_000_000_000n;

/** Waits for the power to be switched on, and plays the board from there. */
export async function run(host: Host, plan: BoardPlan): Promise<void> {
  const person = new Person(host);
  host.tell({ kind: "ready" });
  await person.does("power");
  host.clock.set(unset);
  const board = new Board(host, plan, person);
  try {
    await board.normalMode();
  } catch (error) {
    board.failed(error);
    throw error;
  }
}

class Board {
  readonly #settings: Settings;
  /** What it is doing, for when it fails. */
  #phase = "start";
  readonly #button: Promise<"button">;
  readonly #lit = new Set<1 | 2 | 3>();

  constructor(
    readonly host: Host,
    readonly plan: BoardPlan,
    person: Person,
  ) {
    this.#settings = plan.settings;
    this.#button = person.does("button").then(() => "button");
  }

  async normalMode(): Promise<void> {
    const { general, mqtt } = this.#settings;
    const mac = Array.from(this.host.mac, octet => octet.toString(16).padStart(2, "0")).join(":");
    this.#tell({ event: "started", platform: general.platform, mac });
    this.#led(1, true);

    const gateway = await this.#configure();
    this.#led(2, true);

    await this.#setClock(gateway);
    const broker = await this.#address(mqtt.broker === "main" ? mqtt.main : mqtt.alternative, gateway);
    const stream = await this.#connect(broker);
    const session = await this.#session(stream);

    await this.#publish(session, "[PLACA CONECTADA]");
    this.#led(3, true);
    await this.#converse(session);

    await session.unsubscribe(mqtt.secretTopic);
    this.#tell({ event: "unsubscribed", topic: mqtt.secretTopic });
    await this.#publish(session, "[PLACA DESCONECTADA]");
    await session.disconnect();
    await stream.close();
    this.#tell({ event: "disconnected" });
    for (const led of [1, 2, 3] as const) this.#led(led, false);
  }

  /** DHCP, or after the attempts the static configuration. Returns the gateway. */
  async #configure(): Promise<string> {
    this.#phase = "DHCP";
    const { attempts, poll, ...fixed } = this.#settings.dhcp;
    const lease = attempts === 0 ? undefined : await this.#lease(attempts * poll);
    const configuration: Configuration = lease
      ? { address: lease.address, prefix: lease.prefix, gateway: lease.router ?? fixed.gateway }
      : { address: fixed.address, prefix: prefixOf(fixed.netmask), gateway: fixed.gateway };
    await this.host.configure(configuration);
    const gateway = configuration.gateway ?? fixed.gateway;
    this.#tell({
      event: "configured",
      by: lease ? "dhcp" : attempts === 0 ? "static" : "static after silence",
      address: configuration.address,
      netmask: netmaskOf(configuration.prefix),
      gateway,
      server: lease?.server,
      lease: lease?.seconds,
    });
    return gateway;
  }

  /** A lease, or none if no server gave one in that time. A refusal (DHCPNAK) begins it anew, as long as there is time. */
  async #lease(milliseconds: number): Promise<Lease | undefined> {
    const { clock, mac } = this.host;
    const began = clock.elapsed();
    const left = (): number => milliseconds - Number((clock.elapsed() - began) / 1_000_000n);
    const datagrams = await this.host.datagrams({ port: 68, broadcast: true });
    const hostName = this.#settings.general.platform;
    const onState = (state: string): void => this.#tell({ event: "dhcp-state", state });
    try {
      for (;;) {
        try {
          return await acquire(datagrams, clock, { mac, hostName, deadline: left(), onState });
        } catch (error) {
          if (error instanceof Unanswered) return undefined;
          if (!(error instanceof Refused)) throw error;
        }
        if (left() <= 0) return undefined;
        await clock.sleep(this.#settings.dhcp.poll);
      }
    } finally {
      datagrams.close();
    }
  }

  /** The address of a name; a name that is an address needs no DNS. */
  async #address(name: string, gateway: string): Promise<string> {
    if (isAddress(name)) return name;
    this.#phase = "DNS";
    const { dns } = this.#settings;
    const server = dns.server === "main" ? gateway : dns.alternative;
    this.#tell({ event: "resolving", name, server });
    const datagrams = await this.host.datagrams();
    try {
      const { addresses } = await resolve(datagrams, this.host.clock, { name, server });
      const [address] = addresses;
      if (address === undefined) throw new Refused(`${server} knows no IPv4 address of ${name}`);
      this.#tell({ event: "resolved", name, address });
      return address;
    } finally {
      datagrams.close();
    }
  }

  async #setClock(gateway: string): Promise<void> {
    const { ntp } = this.#settings;
    const server = await this.#address(ntp.server === "main" ? ntp.main : ntp.alternative, gateway);
    this.#phase = "NTP";
    const datagrams = await this.host.datagrams();
    try {
      const measured = await query(datagrams, this.host.clock, { server });
      const before = this.host.clock.now();
      this.host.clock.set(before + measured.offset);
      this.#tell({
        event: "clock-set",
        server,
        before: dateAndTime(before, ntp.zone),
        after: dateAndTime(this.host.clock.now(), ntp.zone),
        offset: Number(measured.offset) / 1e9,
        delay: Number(measured.delay) / 1e9,
        stratum: measured.stratum,
      });
    } finally {
      datagrams.close();
    }
  }

  /** TCP and, where set, TLS: the chain is verified on the clock that NTP set, before any octet of MQTT. */
  async #connect(address: string): Promise<Stream> {
    const { tls, mqtt } = this.#settings;
    const to: Endpoint = { address, port: ports[tls.mode] };
    this.#phase = "TCP";
    this.#tell({ event: "connecting", ...to });
    const stream = await this.host.connect(to, patience);
    this.#tell({ event: "connected", from: stream.local.port });
    if (tls.mode === "off") return stream;

    this.#phase = "TLS";
    const began = this.host.clock.elapsed();
    const own = tls.mode === "mutual" ? { certificate: this.plan.certificate, key: this.plan.key } : {};
    const certificates: ShownCertificate[] = [];
    const shown = (): void => this.#tell({ event: "chain", certificates });
    const secured = await secure(stream, {
      onCertificate: verdict => certificates.push(shownCertificate(verdict)),
      serverName: mqtt.broker === "main" ? mqtt.main : mqtt.alternative,
      roots: [this.plan.root],
      version: tls.version,
      clock: this.host.clock,
      onSecret: tls.debug >= 3 ? line => this.host.tell({ kind: "secret", line }) : undefined,
      ...own,
    }).finally(shown);
    if (own.certificate)
      this.#tell({ event: "own-certificate", certificate: ownCertificate(own.certificate) });
    this.#tell({
      event: "secured",
      version: secured.version,
      suite: secured.suite,
      milliseconds: Number(this.host.clock.elapsed() - began) / 1e6,
    });
    return secured;
  }

  async #session(stream: Stream): Promise<Session> {
    this.#phase = "MQTT";
    const { clientId, keepAlive, secretTopic } = this.#settings.mqtt;
    const session = await connect(stream, this.host.clock, { clientId, keepAlive, cleanStart: true });
    this.#tell({ event: "session", clientId, keepAlive });
    await session.subscribe(secretTopic);
    this.#tell({ event: "subscribed", topic: secretTopic });
    return session;
  }

  /** Reads until the button is pressed; pings when nothing arrived. */
  async #converse(session: Session): Promise<void> {
    const { readTimeout } = this.#settings.mqtt;
    for (;;) {
      const heard = await Promise.race([session.receive(readTimeout), this.#button]);
      if (heard === "button") return this.#tell({ event: "button" });
      if (heard === undefined) await this.#ping(session);
      else this.#tell({ event: "message", topic: heard.topic, text: textOf(heard.payload) });
      await this.#publish(session, this.#answer(heard && textOf(heard.payload)));
    }
  }

  /** A LED command switches it and is confirmed; anything else, PINGRESP included, is answered with date and time. */
  #answer(heard: string | undefined): string {
    const command = /^LD([123])(ON|OFF)$/.exec(heard ?? "");
    if (!command) return dateAndTime(this.host.clock.now(), this.#settings.ntp.zone);
    const led = Number(command[1]) as 1 | 2 | 3;
    const on = command[2] === "ON";
    this.#led(led, on);
    return `[LED ${led} ${on ? "ENCENDIDO" : "APAGADO"}]`;
  }

  async #ping(session: Session): Promise<void> {
    this.#tell({ event: "ping" });
    const began = this.host.clock.elapsed();
    await session.ping(patience);
    this.#tell({ event: "pong", milliseconds: Number(this.host.clock.elapsed() - began) / 1e6 });
  }

  async #publish(session: Session, text: string): Promise<void> {
    const topic = this.#settings.mqtt.publicTopic;
    const payload = new TextEncoder().encode(text);
    await session.publish({ topic, payload });
    this.#tell({ event: "published", topic, text, octets: payload.length });
  }

  failed(error: unknown): void {
    this.#tell({
      event: "failed",
      phase: this.#phase,
      reason: error instanceof Error ? error.message : String(error),
    });
  }

  #led(led: 1 | 2 | 3, on: boolean): void {
    if (this.#lit.has(led) === on) return;
    if (on) this.#lit.add(led);
    else this.#lit.delete(led);
    this.#tell({ event: "led", led, on });
  }

  #tell(event: BoardEvent): void {
    this.host.tell({ kind: "board", time: String(machineTime()), ...event });
  }
}

/** What a person does to the board. */
class Person {
  readonly #done = new Map<string, PromiseWithResolvers<void>>();

  constructor(host: Host) {
    void this.#watch(host);
  }

  /** Resolves once it has been done, or had been before. */
  does(what: "power" | "button"): Promise<void> {
    return this.#of(what).promise;
  }

  async #watch(host: Host): Promise<void> {
    for await (const message of host.told) this.#of(message.kind).resolve();
  }

  #of(what: string): PromiseWithResolvers<void> {
    const known = this.#done.get(what) ?? Promise.withResolvers<void>();
    this.#done.set(what, known);
    return known;
  }
}

const textOf = (octets: Uint8Array): string => new TextDecoder().decode(octets);

const prefixOf = (netmask: string): number => parseIpv4(netmask).toString(2).replaceAll("0", "").length;

const netmaskOf = (prefix: number): string => dotted(maskOf(prefix));
