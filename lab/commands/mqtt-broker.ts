// `bun lab mqtt broker`, standing alone, and `bun lab mqtt passwd`, which makes its password files.
import { type Command, InvalidArgumentError, Option } from "commander";

/** Adds both to `bun lab mqtt`. */
export function registerBroker(command: Command): void {
  command
    .command("broker")
    .description("the lab's broker on real sockets of this machine, until Ctrl-C")
    .addOption(new Option("-p, --port <port>", "listen for MQTT (1883)").argParser(port).env("LAB_PORT"))
    .option("--bind <address>", "listen on this address of the machine (127.0.0.1)")
    .addOption(new Option("--websocket <port>", "listen for MQTT over WebSocket too").argParser(port))
    .option("--tls", "also 8883 (TLS) and 8884 (client certificates), with the intranet's certificates")
    .option(
      "-c, --config <file>",
      "mosquitto.conf: listeners, certificates, password_file, acl_file, limits …",
    )
    .option("--database <file>", "keep sessions and retained messages in this file (SQLite)")
    .addOption(new Option("--keylog <file>", "append the secrets of TLS sessions").env("SSLKEYLOGFILE"))
    .option("-v, --verbose", "log every packet, in Mosquitto's words")
    .addHelpText(
      "after",
      `
Examples:
  bun lab mqtt broker -v                            1883 on this machine alone
  bun lab mqtt broker --bind 192.168.1.20           on a network: anonymous clients are refused
  bun lab mqtt broker -c mosquitto.conf --database broker.db`,
    )
    .action(async options => {
      const { brokerAlone } = await import("../servers/mqtt-broker-alone.ts");
      process.exitCode = await brokerAlone(options);
    });
  command
    .command("passwd")
    .description("put a user into a password file; the password comes on standard input")
    .argument("<file>", "the file, made if it is not there")
    .argument("<user>", "the user's name")
    .addHelpText("after", "\nExample:\n  echo secret | bun lab mqtt passwd passwords ana")
    .action(async (file: string, user: string) => {
      const { setPassword } = await import("../servers/mqtt-broker-alone.ts");
      process.exitCode = await setPassword(file, user);
    });
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("A port is 0 to 65535.");
  return number;
}
