// Both ends of a secured stream, over memory and over TCP, in TLS 1.2 and 1.3: what works, and each way to fail.
import { describe, expect, test } from "bun:test";
import { Refused, Unanswered } from "../endpoint/errors.ts";
import { type Issued, issue } from "../x509/issued.ts";
import type { Verdict } from "../x509/verify.ts";
import { type Security, secure } from "./client.ts";
import type { ProtocolVersion } from "./handshaking.ts";
import { KeyLog } from "./keylog.ts";
import type { SecureStream } from "./secure-stream.ts";
import { accept, type Service } from "./server.ts";
import { kinds } from "./sockets.ts";

const now = BigInt(Date.now()) * 1_000_000n;
const clock = { now: () => now };
const years = (count: number) => BigInt(count) * 365n * 86_400n * 1_000_000_000n;
const long = { notBefore: 0, notAfter: 4_000_000_000 };
const past = { notBefore: 1_000_000_000, notAfter: 1_100_000_000 };

const root = issue({ name: "Root CA", pathLength: 1, validity: long });
const intermediate = issue({ name: "MQTT CA", issuer: root, pathLength: 0, validity: long });
const below = (name: string, use: "server" | "client", more: object = {}) =>
  issue({ name, use, issuer: intermediate, validity: long, ...more });
const chained = (issued: Issued) => ({ certificate: issued.pem + intermediate.pem, key: issued.key });
const server = below("JORGE-PC", "server");
const board = below("NUCLEO-H723ZG", "client");
const stranger = issue({ name: "Other CA" });

type Ends = { client: PromiseSettledResult<SecureStream>; server: PromiseSettledResult<SecureStream> };

async function shake(
  kind: keyof typeof kinds,
  security: Partial<Security> = {},
  service: Partial<Service> = {},
): Promise<Ends> {
  const [near, far] = await kinds[kind]();
  const [client, there] = await Promise.allSettled([
    secure(near, { serverName: "JORGE-PC", roots: [root.pem], clock, patience: 3000, ...security }),
    accept(far, { ...chained(server), patience: 3000, ...service }),
  ]);
  return { client, server: there };
}

const done = ({ client, server }: Ends): [SecureStream, SecureStream] => {
  if (client.status === "rejected") throw client.reason;
  if (server.status === "rejected") throw server.reason;
  return [client.value, server.value];
};
const why = (end: PromiseSettledResult<SecureStream>): string =>
  end.status === "rejected" ? String(end.reason) : "no failure";
const text = (octets: Uint8Array | undefined) => octets && new TextDecoder().decode(octets);
const octets = (text: string) => new TextEncoder().encode(text);

const mutual = { clientRoots: [root.pem], require: true };

for (const kind of Object.keys(kinds) as (keyof typeof kinds)[])
  for (const version of ["1.2", "1.3"] as const satisfies ProtocolVersion[])
    describe(`TLS ${version} ${kind}`, () => {
      test("secures a stream in both directions, and ends it", async () => {
        const [client, there] = done(await shake(kind, { version }));
        expect([client.version, there.version]).toEqual([`TLS ${version}`, `TLS ${version}`]);
        await client.write(octets("Hola XD"));
        expect(text(await there.read(1000))).toBe("Hola XD");
        await there.write(octets("adiós"));
        expect(text(await client.read(1000))).toBe("adiós");
        expect(await client.read(5)).toBeUndefined();
        expect(client.ended).toBe(false);
        const closing = client.close();
        expect(await there.read(1000)).toBeUndefined();
        expect(there.ended).toBe(true);
        await Promise.all([closing, there.close()]);
        await expect(client.write(octets("tarde"))).rejects.toThrow(/^the connection with .* is gone/);
      });

      test("is at its end after it was closed here, although the peer has said nothing", async () => {
        const [client, there] = done(await shake(kind, { version }));
        await Promise.all([client.close(), there.close()]);
        expect(await client.read(1000)).toBeUndefined();
      });

      test("gives the server's chain from the root down, each with its verdict", async () => {
        const told: Verdict[] = [];
        const [client, there] = done(
          await shake(kind, { version, onCertificate: verdict => told.push(verdict) }),
        );
        expect(client.chain.map(({ place, fault }) => [place, fault])).toEqual([
          ["root", undefined],
          ["intermediate", undefined],
          ["leaf", undefined],
        ]);
        expect(client.chain.at(-1)!.certificate).toEqual(server.der);
        expect(told).toEqual([...client.chain]);
        expect(client.commonName).toBe("JORGE-PC");
        expect([there.chain, there.commonName]).toEqual([[], undefined]);
        client.duplex.destroy();
      });

      test("follows a chain in which a certificate stands twice, or a stranger's in between", async () => {
        for (const between of [server.pem, stranger.pem, root.pem]) {
          const certificate = server.pem + between + intermediate.pem;
          const [client] = done(await shake(kind, { version }, { certificate, key: server.key }));
          expect(client.chain.map(({ place }) => place)).toEqual(["root", "intermediate", "leaf"]);
          client.duplex.destroy();
        }
      });

      test("knows the client by the common name of its certificate", async () => {
        const [client, there] = done(await shake(kind, { version, ...chained(board) }, mutual));
        expect(there.commonName).toBe("NUCLEO-H723ZG");
        expect(there.chain.map(({ place }) => place)).toEqual(["root", "intermediate", "leaf"]);
        await there.write(octets("hola"));
        expect(text(await client.read(1000))).toBe("hola");
        client.duplex.destroy();
      });

      test("gives the same secrets to both ends, and none without being asked", async () => {
        const lines: [string[], string[]] = [[], []];
        const [client] = done(
          await shake(
            kind,
            { version, onSecret: line => lines[0].push(line) },
            { onSecret: line => lines[1].push(line) },
          ),
        );
        expect(lines[0].toSorted()).toEqual(lines[1].toSorted());
        expect(lines[0]).toHaveLength(version === "1.2" ? 1 : 5);
        expect(new KeyLog().add(lines[0].join("\n"))).toEqual([]);
        client.duplex.destroy();
      });

      test("gives them for a server that the client refuses too, and shows that one no certificate", async () => {
        const lines: string[] = [];
        const wish = { version, ...chained(board), serverName: "broker.test" };
        const { client, server: there } = await shake(
          kind,
          { ...wish, onSecret: line => lines.push(line) },
          mutual,
        );
        expect(why(client)).toContain("broker.test was asked for");
        expect(lines).toHaveLength(version === "1.2" ? 1 : 5);
        // In TLS 1.2 the client's certificate stands before the server's Finished.
        if (version === "1.3") expect(why(there)).toMatch(/closed the connection during the handshake/);
      });

      describe("the client refuses a server's certificate", () => {
        const cases: Record<string, [Partial<Security>, Partial<Service>, RegExp]> = {
          "that has expired": [
            {},
            chained(below("JORGE-PC", "server", { validity: past })),
            /CN=JORGE-PC was valid until 2004.*renewed.*clock/,
          ],
          "that has expired on the clock given": [
            { clock: { now: () => now + years(120) } },
            {},
            /CN=Root CA was valid until.*set it \(NTP/,
          ],
          "that is not valid yet on the clock given": [
            { clock: { now: () => -years(1) } },
            {},
            /CN=Root CA is valid from.*the clock says.*NTP comes first/,
          ],
          "of an unknown authority": [
            { roots: [stranger.pem] },
            {},
            /CN=MQTT CA is issued by CN=Root CA.*neither trusted.*trust the root/,
          ],
          "whose intermediate is missing": [
            {},
            { certificate: server.pem },
            /CN=JORGE-PC is issued by CN=MQTT CA, which is neither trusted nor presented/,
          ],
          "for another name": [
            { serverName: "broker.test" },
            {},
            /issued for JORGE-PC, and broker.test was asked for; connect by a name/,
          ],
          "that is a client's": [
            { serverName: "NUCLEO-H723ZG" },
            chained(board),
            /not issued for a TLS server/,
          ],
        };
        for (const [name, [security, service, sentence]] of Object.entries(cases))
          test(name, async () => {
            const { client } = await shake(kind, { version, ...security }, service);
            expect(why(client)).toMatch(sentence);
            expect(client.status === "rejected" && client.reason).toBeInstanceOf(Refused);
            expect((client as { reason: Refused }).reason.messages.length).toBeGreaterThan(0);
          });
      });

      describe("the server refuses a client's certificate", () => {
        const cases: Record<string, [Partial<Security>, RegExp]> = {
          "that has expired": [
            chained(below("OLD", "client", { validity: past })),
            /client certificate.*has expired/,
          ],
          "of an unknown authority": [
            issuedAlone(issue({ name: "X", use: "client", issuer: stranger })),
            /authority that is neither trusted here nor sent along/,
          ],
          "that is a server's": [chained(server), /not for TLS clients|not issued for a TLS client/],
        };
        for (const [name, [security, sentence]] of Object.entries(cases))
          test(name, async () => {
            const ends = await shake(kind, { version, ...security }, mutual);
            expect(why(ends.server)).toMatch(sentence);
            expect(await clientSees(ends)).toMatch(
              version === "1.2"
                ? /closed the connection during the handshake, after our certificate: it may not trust/
                : /closed the connection after the handshake, before it said anything.*refused client certificate/,
            );
          });

        test("that is missing, with an alert", async () => {
          const ends = await shake(kind, { version }, mutual);
          expect(why(ends.server)).toMatch(/has no client certificate, and one is demanded/);
          expect(await clientSees(ends)).toMatch(
            version === "1.2"
              ? /alert handshake_failure.*client certificate/
              : /alert certificate_required.*give certificate and key/,
          );
        });

        test("that is not valid on the clock given", async () => {
          const late = { now: () => now + years(120) };
          const ends = await shake(kind, { version, ...chained(board) }, { ...mutual, clock: late });
          expect(why(ends.server)).toMatch(/was valid until/);
        });
      });

      test("a client without certificate is let in where none is required", async () => {
        const [client, there] = done(await shake(kind, { version }, { clientRoots: [root.pem] }));
        expect(there.commonName).toBeUndefined();
        client.duplex.destroy();
      });

      test("a peer that does not speak TLS is told so", async () => {
        const [near, far] = await kinds[kind]();
        near.duplex.write(octets("\x10\x0c\0\x04MQTT\x05\x02\0\0\0\0\0\0\0"));
        near.duplex.resume();
        const refused = await Promise.allSettled([
          accept(far, { ...chained(server), version, patience: 3000 }),
        ]);
        expect(why(refused[0])).toMatch(/does not speak TLS on this port/);
      });

      test("a peer that says nothing is waited for as long as patience allows", async () => {
        const [near] = await kinds[kind]();
        const silent = secure(near, {
          serverName: "JORGE-PC",
          roots: [root.pem],
          clock,
          version,
          patience: 50,
        });
        await expect(silent).rejects.toThrow(Unanswered);
        expect(near.duplex.destroyed).toBe(true);
      });
    });

const issuedAlone = ({ pem, key }: Issued) => ({ certificate: pem, key });

/** In TLS 1.3 a client learns of its refusal when it reads. */
async function clientSees({ client }: Ends): Promise<string> {
  if (client.status === "rejected") return String(client.reason);
  return client.value.read(1000).then(
    octets => `read ${octets}`,
    error => String(error),
  );
}

test("versions that do not meet are refused on both sides", async () => {
  const ends = await shake("in memory", { version: "1.3" }, { version: "1.2" });
  expect(why(ends.client)).toMatch(/alert protocol_version: it does not speak TLS 1.3/);
  expect(why(ends.server)).toMatch(/does not speak TLS 1.2/);
});

test("suites that do not meet are refused on both sides", async () => {
  const [one, other] = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"];
  const ends = await shake(
    "in memory",
    { version: "1.2", suites: [one] },
    { version: "1.2", suites: [other] },
  );
  expect(why(ends.client)).toMatch(/alert handshake_failure: no suite/);
  expect(why(ends.server)).toMatch(/no suite in common/);
});

test("the reference suite is the first choice with RSA keys in TLS 1.2", async () => {
  const rsa = issue({
    name: "JORGE-PC",
    use: "server",
    keys: "RSA-2048",
    issuer: intermediate,
    validity: long,
  });
  const [client] = done(await shake("in memory", { version: "1.2" }, chained(rsa)));
  expect(client.suite).toBe("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  client.duplex.destroy();
});

test("certificates and keys may be DER", async () => {
  const der = (issued: Issued) => ({
    certificate: [issued.der, intermediate.der],
    key: new Uint8Array(issued.privateKey.export({ format: "der", type: "pkcs8" })),
  });
  const [client, there] = done(
    await shake("in memory", { roots: [root.der], ...der(board) }, { ...der(server), ...mutual }),
  );
  expect(there.commonName).toBe("NUCLEO-H723ZG");
  client.duplex.destroy();
});

test("what is given to us is refused before anything is sent", async () => {
  const wrong = { certificate: board.pem, key: server.key };
  for (const [security, sentence] of [
    [{ roots: ["no PEM"] }, /no trusted root certificate is given/],
    [wrong, /private key does not belong to the certificate/],
    [{ certificate: "garbage", key: board.key }, /certificate or its private key can't be used/],
    [{ version: "1.2", suites: ["TLS_NONE"] }, /none of the suites is known/],
  ] as [Partial<Security>, RegExp][]) {
    const [near] = await kinds["in memory"]();
    await expect(
      secure(near, { serverName: "JORGE-PC", roots: [root.pem], clock, ...security }),
    ).rejects.toThrow(sentence);
  }
});

test("a refusal, however it is printed, holds neither the key nor a secret", async () => {
  const lines: string[] = [];
  const security = {
    ...chained(board),
    serverName: "broker.test",
    onSecret: (line: string) => lines.push(line),
  };
  const { client } = await shake("in memory", security, mutual);
  const printed = Bun.inspect((client as PromiseRejectedResult).reason, { depth: 20 });
  expect(printed).toContain("broker.test was asked for");
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [...lines.map(line => line.split(" ")[2]!), board.key.split("\n")[1]!])
    expect(printed).not.toContain(secret);
});
