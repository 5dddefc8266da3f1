// Who may come in and do what: password files, access control lists, and a broker that keeps to them.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import type { PacketDraft } from "../format.ts";
import { Reason } from "../reasons.ts";
import { Broker } from "../server.ts";
import { publish, subscribe, texts } from "../testing/scene.ts";
import { connectOf, octetsOf, Scripted } from "../testing/scripted.ts";
import { Type } from "../types.ts";
import { Acl } from "./acl.ts";
import { Passwords, passwordLine } from "./passwords.ts";

describe("a password file", () => {
  test("of our own making is read again, and its salt is new each time", async () => {
    const [one, two] = [await passwordLine("ana", "secreto"), await passwordLine("ana", "secreto")];
    expect(one).toMatch(/^ana:\$7\$101\$[\w+/]{16}\$[\w+/]{86}==$/);
    expect(one).not.toBe(two);
    const passwords = new Passwords(`# users\n${one}\n`);
    expect(await passwords.verify("ana", octetsOf("secreto"))).toBe(true);
    expect(await passwords.verify("ana", octetsOf("Secreto"))).toBe(false);
    expect(await passwords.verify("bob", octetsOf("secreto"))).toBe(false);
  });

  test.each([
    ["ana", "line 1: it is not NAME:PASSWORD"],
    ["ana:plain", "line 1: the password is not hashed"],
    ["\nana:$7$0$AAAA$AAAA", "line 2: the number of iterations"],
    ["ana:$7$101$AAAA$%%%", "line 1: salt or hash are not base64"],
    ["ana:$7$101$AAAA$AAAA", "line 1: the hash is not of 64 octets"],
  ])("that can't be understood names the line, not what is in it: %p", (text, fault) => {
    expect(() => new Passwords(text)).toThrow(fault);
  });
});

describe("an access control list", () => {
  const acl = new Acl(`
# everyone without a name
topic read public/#
topic deny public/secret

user ana
topic [TEMA_SECRETO]
topic write only/write
topic read a b/with spaces

pattern readwrite of/%u/#
pattern write from/%c
`);
  const anonymous = { id: "c", userName: undefined };
  const ana = { id: "c", userName: "ana" };

  test.each([
    [anonymous, "public/1", true, false],
    [anonymous, "public/secret", false, false],
    [anonymous, "[TEMA_SECRETO]", false, false],
    [ana, "[TEMA_SECRETO]", true, true],
    [ana, "public/1", false, false],
    [ana, "only/write", false, true],
    [ana, "a b/with spaces", true, false],
    [ana, "of/ana/x", true, true],
    [ana, "of/bob/x", false, false],
    [anonymous, "of//x", false, false],
    [anonymous, "from/c", false, true],
    // Names that would act as wildcards, or reach into other levels.
    [{ id: "+", userName: "#" }, "of/ana/x", false, false],
    [{ id: "+", userName: undefined }, "from/c", false, false],
    [{ id: "c", userName: "ana/x" }, "of/ana/x", false, false],
  ])("%j on %s", (who, topic, read, write) => {
    expect([acl.mayRead(who, topic), acl.mayWrite(who, topic)]).toEqual([read, write]);
  });

  test.each([
    ["topic", "line 1: a topic filter is missing"],
    ["user", "line 1: a user name"],
    ["\ntopic a/#/b", 'line 2: "#" is not the last level'],
    ["allow a", 'line 1: "allow" is none of'],
  ])("that can't be understood names the line: %p", (text, fault) => {
    expect(() => new Acl(text)).toThrow(fault);
  });
});

describe("a broker with both", () => {
  async function scene() {
    const clock = new TestClock();
    const log: string[] = [];
    const passwords = new Passwords(await passwordLine("ana", "secreto"));
    const acl = new Acl("topic public\nuser ana\ntopic #\nuser NUCLEO-H723ZG\ntopic #");
    let checked: Promise<boolean> | undefined;
    const broker = new Broker(clock, {
      log: line => log.push(line),
      access: {
        admits: (user, password) => {
          checked =
            user === undefined
              ? Promise.resolve(true)
              : password === undefined
                ? Promise.resolve(false)
                : passwords.verify(user, password);
          return checked;
        },
        mayRead: (who, topic) => acl.mayRead(who, topic),
        mayWrite: (who, topic) => acl.mayWrite(who, topic),
      },
    });
    const come = async (
      id: string,
      user?: string,
      password?: string,
      version: 4 | 5 = 5,
      certified?: string,
    ) => {
      const [end, server] = streamPair(clock);
      void broker.accept(server, { port: 1883, ...(certified && { userName: certified }) });
      const one = new Scripted(end, version);
      await one.send({
        ...connectOf(id, { version }),
        flags: { cleanStart: 1, userName: user ? 1 : 0, password: password ? 1 : 0 },
        userName: user,
        password: password && octetsOf(password),
      } as PacketDraft);
      // A password is checked in real time, in which the test's clock would run away.
      await new Promise(resolve => setImmediate(resolve));
      await checked;
      const connack = await clock.run(one.hear());
      if (connack?.type !== Type.CONNACK) throw new Error("not CONNACK");
      return Object.assign(one, { reasonCode: connack.reasonCode });
    };
    return { clock, log, come, hear: (one: Scripted) => clock.run(one.hearAll(100)) };
  }

  test("lets in who has the password, and tells others why not", async () => {
    const { log, come } = await scene();
    expect((await come("1", "ana", "secreto")).reasonCode).toBe(0);
    expect((await come("2", "ana", "wrong")).reasonCode).toBe(Reason["Bad User Name or Password"]);
    expect(log.at(-1)).toBe("Client 2 disconnected, not authorised.");
    expect((await come("3", "bob", "secreto", 4)).reasonCode).toBe(4);
    expect((await come("4", "ana", undefined, 4)).reasonCode).toBe(4);
    expect(log.join("\n")).not.toContain("secreto");
  });

  test("keeps the secret topic from who has no name, and gives it to who has", async () => {
    const { log, come, hear } = await scene();
    const [spy, ana] = [await come("spy"), await come("ana", "ana", "secreto")];
    await spy.send(subscribe("[TEMA_SECRETO]"));
    expect(await hear(spy)).toMatchObject([{ reasonCodes: [Reason["Not authorized"]] }]);
    await spy.send(subscribe("#"));
    expect(await hear(spy)).toMatchObject([{ reasonCodes: [0] }]);
    await ana.send(subscribe("[TEMA_SECRETO]"));
    await hear(ana);
    await ana.send(publish("[TEMA_SECRETO]", "LD1ON", { retain: 1 }));
    await ana.send(publish("public", "hello"));
    expect(texts(await hear(ana))).toEqual(["[TEMA_SECRETO] LD1ON"]);
    expect(texts(await hear(spy))).toEqual(["public hello"]);
    await spy.send(subscribe("#"));
    expect(texts(await hear(spy))).toEqual([]);
    for (const qos of [0, 1, 2])
      await spy.send(publish("[TEMA_SECRETO]", "LD1OFF", qos > 0 ? { qos, packetIdentifier: 1 } : {}));
    expect(await hear(spy)).toMatchObject([
      { type: Type.PUBACK, reasonCode: Reason["Not authorized"] },
      { type: Type.PUBREC, reasonCode: Reason["Not authorized"] },
    ]);
    expect(await hear(ana)).toEqual([]);
    expect(log).toContain("Denied PUBLISH from spy (d0, q0, r0, m0, '[TEMA_SECRETO]', ... (6 bytes))");
  });

  test("takes the name in a certificate instead of a password", async () => {
    const { come, hear } = await scene();
    const board = await come("[JORGE]", undefined, undefined, 5, "NUCLEO-H723ZG");
    await board.send(subscribe("[TEMA_SECRETO]"));
    expect(await hear(board)).toMatchObject([{ reasonCodes: [0] }]);
  });
});
