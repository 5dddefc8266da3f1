// What a person who writes a settings file is promised.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { defaults, readSettings } from "./settings.ts";

const failure = (text: string, set: string[] = []): Failure => {
  try {
    readSettings("nucleo", "fast", { name: "my.toml", text }, set);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("the settings were accepted");
};

describe("settings", () => {
  test("without a file are the original's", () => {
    const settings = readSettings("nucleo", "real", undefined);
    expect(settings).toEqual(defaults("nucleo", "real"));
    expect(settings.mqtt.readTimeout).toBe(10_000);
    expect(settings.dhcp).toMatchObject({ attempts: 50, poll: 250, address: "192.168.1.10" });
  });

  for (const board of ["nucleo", "disco"] as const)
    test(`of the documented example ${board}.toml are the defaults`, async () => {
      const text = await Bun.file(join(import.meta.dir, `${board}.toml`)).text();
      expect(readSettings(board, "fast", { name: `${board}.toml`, text })).toEqual(defaults(board, "fast"));
    });

  test("of a file are laid over the defaults, and --set over both", () => {
    const text = '[mqtt]\nkeepAlive = 30\nclientId = "a"\n';
    const settings = readSettings("nucleo", "fast", { name: "my.toml", text }, [
      "mqtt.keepAlive=60",
      "mqtt.clientId=b c",
    ]);
    expect(settings.mqtt.keepAlive).toBe(60);
    expect(settings.mqtt.clientId).toBe("b c");
    expect(settings.mqtt.secretTopic).toBe("[TEMA_SECRETO]");
  });

  test("of a wrong type are refused with file, line, what stands there and what belongs there", () => {
    const { message, code } = failure('[mqtt]\nclientId = "x"\nkeepAlive = "soon"\n');
    expect(message).toBe(
      'my.toml, line 3: mqtt.keepAlive is "soon", where a whole number from 0 to 65535 is expected.',
    );
    expect(code).toBe(2);
  });

  test("that are unknown are refused with the one that may be meant", () => {
    expect(failure("[mqtt]\nkeepalife = 3\n").message).toBe(
      "my.toml, line 2: there is no setting mqtt.keepalife; did you mean mqtt.keepAlive?",
    );
    expect(failure("[mqqt]\nkeepAlive = 3\n").message).toBe(
      "my.toml, line 1: there is no setting mqqt; did you mean mqtt?",
    );
    expect(failure("", ["tls.modus=off"]).message).toBe(
      "--set tls.modus=off: there is no setting tls.modus; did you mean tls.mode?",
    );
  });

  test("of a client identifier beyond what MQTT can write are refused, without printing it all", () => {
    const { message } = failure(`[mqtt]\nclientId = "${"x".repeat(70_000)}"\n`);
    expect(message).toBe(
      "my.toml, line 2: mqtt.clientId is text of 70000 octets, where at most 65535 octets of UTF-8 is expected.",
    );
  });

  test("that are no TOML are refused with the line", () => {
    expect(failure("[mqtt]\nkeepAlive = 3\nclientId = = 4\n").message).toStartWith(
      "my.toml, line 3: not TOML: ",
    );
  });

  test("of a topic with a wildcard are refused", () => {
    expect(failure('[mqtt]\npublicTopic = "a/#"\n').message).toContain("without the wildcards");
  });

  test("that can't be meant together are refused in one sentence", () => {
    const message = (...set: string[]): string => failure("", set).message;
    expect(message("mqtt.secretTopic=a", "mqtt.publicTopic=a")).toContain(
      "the board would answer itself without end",
    );
    expect(message("dhcp.netmask=255.0.255.0")).toContain("a netmask: ones, then zeros");
    expect(message("dhcp.address=10.0.0.1")).toBe(
      "dhcp.gateway 192.168.1.1 is not in the network of dhcp.address 10.0.0.1, netmask 255.255.255.0.",
    );
    expect(message("ntp.zone=Foo/Bar")).toContain(
      'where whole hours from GMT, or an IANA zone such as "Europe/Madrid"',
    );
    expect(message("general.platform=router")).toContain("another host's name");
  });
});
