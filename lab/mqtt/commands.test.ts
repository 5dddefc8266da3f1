// `mqtt pub` and `mqtt sub` as a person runs them: flags, exit codes, and the same as mosquitto's clients print.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Broker } from "../../protocols/mqtt/server.ts";
import { lack, peer } from "../../scripts/peers.ts";
import { hostClock } from "../network/clock.ts";
import { listen } from "../network/native.ts";
import { lab } from "../scenarios/lab.ts";

const log: string[] = [];
const broker = new Broker(hostClock(), { log: line => log.push(line) });
const folder = mkdtempSync(join(tmpdir(), "mqtt-commands-"));
let port = "";
let listener: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const number = (server.address() as { port: number }).port;
  await new Promise(resolve => server.close(resolve));
  port = String(number);
  listener = await listen(number, stream => void broker.accept(stream, { port: number }), "127.0.0.1");
});
afterAll(async () => {
  await broker.close();
  await listener.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = () => ["-h", "127.0.0.1", "-p", port];
const sub = (...words: string[]) => lab(["mqtt", "sub", ...at(), ...words]);
const pub = (...words: string[]) => lab(["mqtt", "pub", ...at(), ...words]);
const subscribed = async (name: string): Promise<void> => {
  for (let tries = 0; tries < 1000 && !log.includes(`Sending SUBACK to ${name}`); tries++)
    await Bun.sleep(10);
};
const patience = 30_000;

test(
  "messages of every QoS go from pub to sub",
  async () => {
    const hearing = sub("-i", "s1", "-t", "a/#", "-q", "2", "-C", "3", "-v", "-W", "20");
    await subscribed("s1");
    for (const qos of ["0", "1", "2"])
      expect(await pub("-t", `a/${qos}`, "-m", `ñ ${qos}`, "-q", qos, "-V", "5")).toMatchObject({
        code: 0,
        stdout: "",
        stderr: "",
      });
    expect(await hearing).toMatchObject({ code: 0, stdout: "a/0 ñ 0\na/1 ñ 1\na/2 ñ 2\n", stderr: "" });
  },
  patience,
);

test(
  "retained messages, and JSON of both",
  async () => {
    const sent = await pub("-t", "kept", "-m", "x", "-r", "-q", "1", "--json");
    expect(JSON.parse(sent.stdout)).toMatchObject({ topic: "kept", ok: true, reasonCode: 0 });
    const heard = await sub("-t", "kept", "-C", "1", "--json", "-V", "mqttv5", "-W", "20");
    expect(JSON.parse(heard.stdout)).toMatchObject({ topic: "kept", retain: 1, payload: "x" });
  },
  patience,
);

describe("exit codes", () => {
  test.concurrent.each<[string, number, RegExp, () => ReturnType<typeof lab>]>([
    ["time that ran out", 27, /timed out after 0\.3 s/, () => sub("-t", "silent", "-W", "0.3")],
    [
      "no broker there",
      1,
      /refused, nothing listens/,
      () => lab(["mqtt", "pub", "-h", "127.0.0.1", "-p", "1", "-t", "a", "-m", "b"]),
    ],
    ["no host named", 2, /name the broker: -h HOST/, () => lab(["mqtt", "pub", "-t", "a", "-m", "b"])],
    ["no message", 2, /give one message/, () => pub("-t", "a")],
    ["two messages", 2, /give one message/, () => pub("-t", "a", "-m", "b", "-n")],
    ["a topic with a wildcard", 2, /topic: the wildcard/, () => pub("-t", "a/#", "-m", "b")],
    ["QoS 3", 2, /0, 1 or 2 is expected/, () => pub("-t", "a", "-m", "b", "-q", "3")],
    ["a format that is none", 2, /there is no %y/, () => sub("-t", "a", "-F", "%y")],
    [
      "a property that is none",
      2,
      /did you mean content-type/,
      () => pub("-t", "a", "-m", "b", "-V", "5", "-D", "publish", "content-typ", "x"),
    ],
    [
      "a property before MQTT 5",
      2,
      /add -V 5/,
      () => pub("-t", "a", "-m", "b", "-D", "publish", "content-type", "x"),
    ],
    ["a certificate without TLS", 2, /go with --cafile/, () => sub("-t", "a", "--cert", "x", "--key", "y")],
    ["a URL that is none", 2, /-L takes mqtt/, () => lab(["mqtt", "sub", "-L", "http://x/y"])],
  ])(
    "%s: %d",
    async (_what, code, words, run) => {
      const ended = await run();
      expect(ended.stderr).toMatch(words);
      expect(ended.code).toBe(code);
      expect(ended.stdout).toBe("");
    },
    patience,
  );
});

const needs = (["mosquitto_sub", "mosquitto_pub"] as const).find(name => !peer(name));
test.skipIf(needs !== undefined)(
  needs ? `-F as mosquitto_sub (${lack(needs)})` : "-F prints what mosquitto_sub prints",
  async () => {
    const format = "%t|%12t|%-12t|%.2t|%l|%05l|%q|%r|%x|%X|%C|%D|%F|%P|%R|%%|@@|@Y-@m-@d|\\\\|\\a\\e\\n|%p";
    const words = ["-V", "5", "-q", "1", "-C", "1", "-W", "20", "-F", format, "-t", "f/x"];
    const real = Bun.spawn([peer("mosquitto_sub")!, ...at(), "-i", "real", ...words], { stdout: "pipe" });
    const ours = sub("-i", "ours", ...words);
    await Promise.all([subscribed("real"), subscribed("ours")]);
    const given = [
      "content-type text",
      "correlation-data xyz",
      "payload-format-indicator 1",
      "response-topic r/t",
      "user-property k v",
    ];
    const properties = given.flatMap(each => ["-D", "publish", ...each.split(" ")]);
    await pub("-V", "5", "-t", "f/x", "-q", "1", "-m", 'hé"llo', ...properties);
    expect((await ours).stdout).toBe(await new Response(real.stdout).text());
  },
  patience,
);
