// `bun lab mqtt`: the lab, and MQTT's clients, broker, decoder and analyzer standing alone.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "../../protocols/mqtt/index.ts";
import { registerBroker } from "./mqtt-broker.ts";
import { seconds, whole } from "./numbers.ts";
import { registerLab, registerProtocol } from "./protocol.ts";

export function register(program: Command): void {
  const command = registerProtocol<Report>(
    program,
    "mqtt",
    "messages by topic: the lab, clients, broker, captures",
    async () => {
      const [{ mqtt, analyzer }, { mqttLines }] = await Promise.all([
        import("../../protocols/mqtt/index.ts"),
        import("../reports/mqtt.ts"),
      ]);
      return { protocol: mqtt, analyzer, lines: mqttLines };
    },
  );
  registerLab(program, command, async () => (await import("../protocol-labs/mqtt.ts")).mqttLab);
  registerPub(command);
  registerSub(command);
  registerBroker(command);
  command.addHelpText(
    "after",
    `
Examples:
  bun lab mqtt                                                QoS 0, 1 and 2, with the state that each side keeps
  bun lab mqtt sub -h localhost -t 'sensors/#' -v             what is said there
  bun lab mqtt pub -h localhost -t sensors/1 -m 21.5 -q 1     something is said
  bun lab mqtt analyze capture.pcapng                         sessions, topics, findings, what an eavesdropper learns`,
  );
}

function registerPub(command: Command): void {
  const pub = withBroker(command.command("pub").description("publish messages, with mosquitto_pub's flags"))
    .option("-t, --topic <topic>", "where to")
    .option("-m, --message <text>", "the message")
    .option("-f, --file <file>", "the file's content as the message")
    .option("-l, --stdin-line", "a message for each line of standard input")
    .option("-s, --stdin-file", "all of standard input as one message")
    .option("-n, --null-message", "an empty message")
    .option("-r, --retain", "the broker keeps it for those who come later")
    .addOption(new Option("--repeat <times>", "publish so often").default(1).argParser(whole))
    .addOption(new Option("--repeat-delay <seconds>", "wait between them").default(0).argParser(seconds))
    .option("--json", "one JSON object a message: what became of it")
    .action(async options => {
      const { pub } = await import("../mqtt/pub.ts");
      process.exitCode = await pub(options);
    });
  pub.addHelpText(
    "after",
    `
Examples:
  bun lab mqtt pub -h localhost -t lamp -m LD1ON
  seq 100 | bun lab mqtt pub -h localhost -t numbers -l -q 2 -V 5
  bun lab mqtt pub -L mqtts://jorge-pc.lan/lamp --cafile root.pem --cert me.pem --key me.key -m LD1ON

Exit codes are mosquitto_pub's: 0 done, 1 failed, the broker's reason where it refused the connection, 27 time ran out;
2 is a mistake in the flags.`,
  );
}

function registerSub(command: Command): void {
  const sub = withBroker(command.command("sub").description("print messages, with mosquitto_sub's flags"))
    .option("-t, --topic <filter>", "whose messages; may be repeated", collect, [])
    .option("-U, --unsubscribe <filter>", "end a subscription of the session; may be repeated", collect, [])
    .option("-T, --filter-out <filter>", "what not to print; may be repeated", collect, [])
    .addOption(new Option("-C, --count <messages>", "end after so many").argParser(whole))
    .option("-E, --exit-after-subscribe", "end once the broker has answered")
    .option("-F, --format <format>", "the form of a message: %t %p %q %r %x %j … @H:@M:@S \\n")
    .option("-v, --verbose", "the topic before each message")
    .option("-N, --no-eol", "no end of line after a message")
    .option("--pretty", "JSON of -F %j over several lines")
    .addOption(
      new Option("--random-filter <percent>", "print about so many of a hundred messages").argParser(
        upTo(100),
      ),
    )
    .option("-R, --ignore-stale", "no retained messages")
    .option("--retained-only", "retained messages; end at the first other one")
    .option("--remove-retained", "clear the retained messages that come")
    .option("--no-local", "not what this client publishes itself (MQTT 5)")
    .option("--retain-as-published", "the retain flag as it was published (MQTT 5)")
    .addOption(
      new Option(
        "--retain-handling <0|1|2>",
        "retained messages: 0 send, 1 if new, 2 not (MQTT 5)",
      ).argParser(from0to2),
    )
    .option("--reconnect", "when the connection is lost, open another one")
    .option("--json", "one JSON object a message")
    .action(async ({ eol, local, ...options }) => {
      const { sub } = await import("../mqtt/sub.ts");
      process.exitCode = await sub({ ...options, noEol: eol === false, noLocal: local === false });
    });
  sub.addHelpText(
    "after",
    `
Examples:
  bun lab mqtt sub -h localhost -t '#' -v
  bun lab mqtt sub -h localhost -t lamp -C 1 -W 10               one message, in ten seconds at the most
  bun lab mqtt sub -h localhost -t '#' -F '@H:@M:@S %t %q %x'
  bun lab mqtt sub -h localhost -t jobs -q 2 -V 5 -c -i worker   a session that waits while nobody is there

Exit codes are mosquitto_sub's: 0 done, 1 failed, the broker's reason where it refused the connection, 27 time ran out;
2 is a mistake in the flags.`,
  );
}

/** The flags that both have. Naming a host permits speaking to it. */
function withBroker(command: Command): Command {
  return command
    .option("-h, --host <host>", "the broker: naming it permits speaking to it")
    .addOption(new Option("-p, --port <port>", "its port (1883; 8883 with TLS)").argParser(port))
    .option("-L, --url <url>", "all of it: mqtt(s)://[user[:password]@]host[:port]/topic")
    .addOption(new Option("-q, --qos <0|1|2>", "quality of service").default(0).argParser(from0to2))
    .option("-i, --id <name>", "the client's identifier")
    .option("-I, --id-prefix <prefix>", "an identifier of this and the process's number")
    .option("-u, --username <name>", "user name")
    .addOption(new Option("-P, --pw <password>", "password; better in the variable").env("LAB_MQTT_PASSWORD"))
    .addOption(new Option("-k, --keepalive <seconds>", "keep alive").default(60).argParser(upTo(0xffff)))
    .option("-c, --disable-clean-session", "resume the session, and leave it when going")
    .addOption(
      new Option(
        "-x, --session-expiry-interval <seconds>",
        "how long it is kept; -1: for ever (MQTT 5)",
      ).argParser(text => (text === "-1" || text === "∞" ? 0xffff_ffff : upTo(0xffff_ffff)(text))),
    )
    .addOption(
      new Option("-V, --protocol-version <version>", "5, 311 or 31").default(4, "311").argParser(version),
    )
    .addOption(new Option("-W, --timeout <seconds>", "end after so long, exit code 27").argParser(seconds))
    .addOption(
      new Option("-M, --max-inflight <messages>", "messages of QoS 1 and 2 under way").argParser(
        upTo(0xffff),
      ),
    )
    .option(
      "-D, --property <words...>",
      "COMMAND IDENTIFIER VALUE: a property of MQTT 5; may be repeated",
      [],
    )
    .option("-d, --debug", "tell of every packet, on stderr")
    .option("--quiet", "no messages about errors")
    .option("--will-topic <topic>", "the will: where to")
    .option("--will-payload <text>", "the will: what")
    .addOption(new Option("--will-qos <0|1|2>", "the will: how").argParser(from0to2))
    .option("--will-retain", "the will is retained")
    .option("-A, --bind <address>", "from this address of the machine")
    .addOption(new Option("--nodelay", "small packets at once, as always here").hideHelp())
    .option("--cafile <file>", "TLS, trusting this authority (PEM)")
    .option("--capath <folder>", "TLS, trusting the authorities in it (PEM)")
    .option("--cert <file>", "the client's certificate, with its chain (PEM)")
    .option("--key <file>", "its key (PEM)")
    .option("--insecure", "don't check the name in the broker's certificate")
    .addOption(
      new Option("--tls-version <version>", "tlsv1.2 or tlsv1.3, and no other").argParser(tlsVersion),
    )
    .option("--ciphers <suites>", "suites of TLS 1.2, with colons, as OpenSSL or IANA calls them")
    .option("--tls-alpn <protocol>", "what to speak inside TLS (ALPN)")
    .option("--websocket [path]", "over WebSocket, with TLS or without (path /mqtt)")
    .addOption(
      new Option("--keylog <file>", "the secrets of the TLS session are added there").env("SSLKEYLOGFILE"),
    )
    .option("--store <file>", "what is under way at QoS 1 and 2 outlives a crash in this file");
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

const upTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > most)
      throw new InvalidArgumentError(`A whole number from 0 to ${most} is expected.`);
    return value;
  };

function port(text: string): number {
  const value = upTo(0xffff)(text);
  if (value === 0) throw new InvalidArgumentError("A port from 1 to 65535 is expected.");
  return value;
}

function from0to2(text: string): number {
  if (!/^[012]$/.test(text)) throw new InvalidArgumentError("0, 1 or 2 is expected.");
  return Number(text);
}

function version(text: string): number {
  const known = /^(?:mqttv?)?(5|311|31)$/.exec(text)?.[1];
  if (!known) throw new InvalidArgumentError("5, 311 or 31 is expected, or mqttv5 and so on.");
  return { "5": 5, "311": 4, "31": 3 }[known]!;
}

function tlsVersion(text: string): string {
  const known = /^(?:tlsv)?(1\.[23])$/.exec(text)?.[1];
  if (!known) throw new InvalidArgumentError("tlsv1.2 or tlsv1.3 is expected; older ones are broken.");
  return known;
}
