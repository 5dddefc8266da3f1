// The table of failures: each fault, in both directions, in TLS 1.2 and 1.3, with node:tls, OpenSSL and Mosquitto as the other side.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Failing, HandshakeRefused } from "../../protocols/tls/failures.ts";
import { otherStacks } from "../../protocols/tls/other-stacks.ts";
import type { Service } from "../../protocols/tls/server.ts";
import { lack, peer } from "../../scripts/peers.ts";
import { connection, type Wish } from "./connection.ts";
import {
  type ClientWish,
  clients,
  type PeerName,
  type ServerWish,
  servers,
  type Version,
} from "./failing-peers.ts";
import { type Shown, type Stage, stage } from "./failing-stage.ts";
import { type Serving, serving } from "./serve.ts";

const faults = [
  "expired",
  "not yet valid",
  "wrong name",
  "unknown authority",
  "missing intermediate",
  "revoked",
] as const;
type ShownFault = (typeof faults)[number] | "none";

const versions: readonly Version[] = ["1.2", "1.3"];
const others = { "node:tls": undefined, OpenSSL: "openssl", Mosquitto: "mosquitto" } as const;
const names = (Object.keys(others) as PeerName[]).filter(name => !lacking(name));

function lacking(name: PeerName): string | undefined {
  const program = others[name];
  return program && !peer(program) ? lack(program) : undefined;
}

/** What who verifies says; the holder of a client's certificate is NUCLEO-H723ZG, of a server's JORGE-PC. */
const named: Readonly<Record<(typeof faults)[number], RegExp>> = {
  expired: /CN=(JORGE-PC|NUCLEO-H723ZG) was valid until .*renewed/,
  "not yet valid": /CN=(JORGE-PC|NUCLEO-H723ZG) is valid from .*the clock says/,
  "wrong name": /CN=OTHER-PC is issued for OTHER-PC.*JORGE-PC was asked for; connect by a name/,
  "unknown authority":
    /CN=Unknown CA is issued by itself and is none of the trusted roots; trust that root if it is the right one/,
  "missing intermediate":
    /is issued by CN=MQTT CA, which is neither trusted nor presented; have the peer send the intermediate certificates too/,
  revoked: /was revoked by CN=MQTT CA on .*key compromise.*needs a new one/,
};
const failing: Readonly<Record<ShownFault, Failing>> = {
  expired: "expired",
  "not yet valid": "not yet valid",
  "wrong name": "wrong name",
  "unknown authority": "untrusted root",
  "missing intermediate": "unknown issuer",
  revoked: "revoked",
  none: "no certificate",
};
/** What OpenSSL says of each to the other side, on the wire. */
const alerts: Readonly<Record<ShownFault, string>> = {
  expired: "certificate_expired",
  "not yet valid": "bad_certificate",
  "wrong name": "bad_certificate",
  "unknown authority": "unknown_ca",
  "missing intermediate": "unknown_ca",
  revoked: "certificate_revoked",
  none: "certificate_required",
};

let set: Stage;
const closing: Serving[] = [];
const ports: Record<string, number> = {};

/** The servers of others: one a certificate, one that verifies clients, and those that share nothing with us. */
const wishes: Readonly<Record<string, (set: Stage) => ServerWish>> = {
  ...Object.fromEntries(faults.map(fault => [fault, ({ servers }: Stage) => ({ shown: servers[fault]! })])),
  mutual: ({ servers }) => ({ shown: servers.good!, mutual: true }),
  "1.1 alone": ({ servers }) => ({ shown: servers.good!, version: "1.1" }),
  "1.2 alone": ({ servers }) => ({ shown: servers.good!, version: "1.2" }),
  "1.3 alone": ({ servers }) => ({ shown: servers.good!, version: "1.3" }),
  "suite 1.2": ({ servers }) => ({ shown: servers.good!, suite: "ECDHE-ECDSA-AES256-GCM-SHA384" }),
  "suite 1.3": ({ servers }) => ({ shown: servers.good!, suite: "TLS_AES_128_CCM_SHA256" }),
  group: ({ servers }) => ({ shown: servers.good!, version: "1.3", group: "P-521" }),
  plain: ({ servers }) => ({ shown: servers.good!, plain: true }),
};

beforeAll(async () => {
  set = await stage(faults);
  await Promise.all(
    names.map(async name => {
      const keys = Object.keys(wishes).filter(key => isPossible(name, key));
      const found = await servers[name](
        set,
        keys.map(key => wishes[key]!(set)),
      );
      for (const [i, key] of keys.entries()) ports[`${name} ${key}`] = found[i]!;
    }),
  );
});
afterAll(async () => {
  await Promise.all(closing.map(one => one.close()));
  await set[Symbol.asyncDispose]();
});

/**
 * What a stack can't be made to be: s_server to speak no TLS; node:tls to leave out one of TLS 1.3's suites, which it
 * speaks all and always: there it is the groups that can part it from us, with the same alert.
 */
const isPossible = (name: PeerName, server: string): boolean =>
  !(name === "OpenSSL" && server === "plain") &&
  !(name === "node:tls" && server === "suite 1.3") &&
  !(name !== "node:tls" && server === "group");

/** Nothing takes so long, but on a machine that has other things to do. */
const patience = 15_000;
setDefaultTimeout(20_000);

const clock = { now: () => BigInt(Date.now()) * 1_000_000n };
const credentials = ({ ders, keyDer }: Shown) => ({ certificate: ders, key: keyDer });

/** What our client says of a server of another's. */
async function asClient(server: string, wish: Partial<Wish>) {
  const { failure, seen, stream } = await connection({
    ...{ address: "127.0.0.1", port: ports[server]!, serverName: "JORGE-PC", clock, patience },
    roots: [set.root],
    ...wish,
  });
  // s_server serves one client after another.
  stream?.duplex.destroy();
  return {
    says: failure?.message ?? "nothing",
    failing: failure instanceof HandshakeRefused ? failure.failing : undefined,
    seen,
  };
}

/** What our server says of a client of another's, and the client of us. */
async function asServer(name: PeerName, service: Partial<Service>, wish: ClientWish, well = false) {
  const { promise, resolve } = Promise.withResolvers<{ says: string; failing?: Failing }>();
  const server = await serving(
    { ...credentials(set.servers.good!), patience, ...service },
    { bind: "127.0.0.1", port: 0, json: true },
    line => {
      const event = JSON.parse(line);
      if (well || !event.done || event.left) resolve(event);
    },
  );
  closing.push(server);
  const ended = clients[name](set, server.port, wish);
  const ours = await promise;
  // Who was let in waits for an answer of MQTT.
  if (well) await server.close();
  return { ...ours, theirs: await ended };
}

for (const name of Object.keys(others) as PeerName[])
  describe.skipIf(lacking(name) !== undefined)(lacking(name) ?? name, () => {
    for (const version of versions)
      describe(`TLS ${version}`, () => {
        test.concurrent("whose certificate is in order is let in, lists and all, by us and by them", async () => {
          const own = set.clients.good!;
          const ours = await asClient(`${name} mutual`, {
            ...{ version, crls: set.lists.server.ders, wantsSession: true },
            ...credentials(own),
          });
          expect([ours.says, ours.seen.session?.version]).toEqual(["nothing", `TLS ${version}`]);
          const service = { version, clientRoots: [set.root], require: true, crls: set.lists.client.ders };
          const theirs = await asServer(name, service, { version, shown: own, verifies: true }, true);
          expect(theirs).toMatchObject({ done: true, client: "NUCLEO-H723ZG" });
        });

        for (const fault of faults)
          test.concurrent(`our client refuses a server's certificate: ${fault}`, async () => {
            const crls = fault === "revoked" ? { crls: set.lists.server.ders } : {};
            const ours = await asClient(`${name} ${fault}`, { version, ...crls });
            expect(ours.says).toMatch(named[fault]);
            expect(ours.failing).toBe(failing[fault]);
          });

        for (const fault of [...faults, "none"] as const) {
          if (fault === "wrong name") continue;
          const shown = () => (fault === "none" ? undefined : set.clients[fault]!);

          test.concurrent(`our server refuses a client's certificate: ${fault}`, async () => {
            const crls = fault === "revoked" ? { crls: set.lists.client.ders } : {};
            const service = { version, clientRoots: [set.root], require: true, ...crls };
            const ours = await asServer(name, service, { version, shown: shown() });
            expect(ours.says).toMatch(
              fault === "none" ? /has no client certificate, and one is demanded/ : named[fault],
            );
            expect(ours.failing).toBe(failing[fault]);
          });

          test.concurrent(`our client learns what it can of a server that refuses it: ${fault}`, async () => {
            const own = shown();
            const ours = await asClient(`${name} mutual`, { version, ...(own && credentials(own)) });
            expect(ours.says).toMatch(refusedByServer(name, version, fault));
            expect(ours.seen.requested).toBeDefined();
          });
        }

        for (const fault of faults) {
          // Not applicable: mosquitto_pub takes no revocation lists (held below).
          if (name === "Mosquitto" && fault === "revoked") continue;
          test.concurrent(`our server learns what it can of a client that refuses it: ${fault}`, async () => {
            const service = { version, ...credentials(set.servers[fault]!) };
            const wish = { version, verifies: true, byName: fault === "wrong name" };
            const ours = await asServer(name, service, wish);
            expect(ours.says).toMatch(refusedByClient(name, fault));
            if (name !== "OpenSSL") return;
            // What we say that it is called there is what it is called there.
            const { code, says } = otherStacks(failing[fault])!.openssl;
            expect(ours.theirs).toContain(`verify error:num=${code}:${says}`);
          });
        }

        // Bun speaks both sides with node:tls: in TLS 1.3 no suite is left out then, and groups part the two instead.
        const groups = version === "1.3" && name === "node:tls";
        const suite = version === "1.2" ? "ECDHE-ECDSA-AES256-GCM-SHA384" : "TLS_AES_128_CCM_SHA256";
        const oneSuite = version === "1.2" ? { suites: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] } : {};

        const shared = groups ? "group" : "suite";
        test.concurrent(`our server has no ${shared} in common with a client`, async () => {
          const service = { version, ...(groups ? { groups: ["X25519"] } : oneSuite) };
          const wish = { version, ...(groups ? { group: "P-521" } : { suite }) };
          const ours = await asServer(name, service, wish);
          expect(ours.says).toMatch(new RegExp(`has no ${shared} in common with us; allow more ${shared}s`));
          expect(ours.failing).toBe(`no common ${shared}`);
        });

        test.concurrent(`our client has no ${shared} in common with a server`, async () => {
          const wish = { version, ...(groups ? { groups: ["X25519"] } : oneSuite) };
          const ours = await asClient(`${name} ${groups ? "group" : `suite ${version}`}`, wish);
          expect(ours.says).toMatch(/the alert handshake_failure: no suite or group in common/);
        });

        const older = version === "1.2" ? "1.1" : "1.2";
        test.concurrent(`our server refuses a client that speaks TLS ${older} alone`, async () => {
          const ours = await asServer(name, { version }, { version: older });
          expect(ours.says).toMatch(new RegExp(`does not speak TLS ${version}; choose another version`));
          expect(ours.failing).toBe("no common version");
        });

        test.concurrent(`our client and a server of TLS ${older} alone part`, async () => {
          // With a suite that TLS 1.1 has too, so that it is not the suites that part them.
          const suites = ["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"];
          const ours = await asClient(`${name} ${older} alone`, { version, suites });
          expect(ours.says).toMatch(new RegExp(`does not speak TLS ${version}; choose another version`));
        });

        if (!isPossible(name, "plain")) return;
        test.concurrent("our server is sent MQTT without TLS", async () => {
          const ours = await asServer(name, { version }, { version, plain: true });
          expect(ours.says).toMatch(/does not speak TLS on this port: it sent a CONNECT of MQTT without TLS/);
          expect(ours.failing).toBe("no TLS");
        });

        test.concurrent("our client comes to a port of MQTT without TLS", async () => {
          const ours = await asClient(`${name} plain`, { version });
          expect(ours.says).toMatch(
            /closed the connection after our hello without a word of TLS: .*MQTT's 1883/,
          );
          expect(ours.failing).toBe("closed");
        });
      });

    test.concurrent("our client of TLS 1.2 alone is refused by a server of TLS 1.3 alone", async () => {
      const ours = await asClient(`${name} 1.3 alone`, { version: "1.2" });
      expect(ours.says).toMatch(
        /the alert protocol_version: it does not speak TLS 1.2; choose another version/,
      );
    });
  });

describe("cells of the table that do not apply stay so only as long as this holds", () => {
  test.skipIf(lacking("Mosquitto") !== undefined)("mosquitto_pub has no option for revocation lists", () => {
    const { stdout, stderr } = Bun.spawnSync([peer("mosquitto_pub")!, "--help"]);
    expect(`${stdout}${stderr}`).toContain("--cafile");
    expect(`${stdout}${stderr}`).not.toMatch(/crl|revo/i);
  });

  test("node:tls speaks all suites of TLS 1.3, whichever it is told to", async () => {
    const wish = { version: "1.3", suite: "TLS_CHACHA20_POLY1305_SHA256" } as const;
    const theirs = await asServer("node:tls", { version: "1.3" }, wish, true);
    expect(theirs).toMatchObject({ done: true, suite: "TLS_AES_128_GCM_SHA256" });
  });
});

/** A server of OpenSSL says why, by an alert; node:tls only closes. */
function refusedByServer(name: PeerName, version: Version, fault: ShownFault): RegExp {
  if (fault === "none")
    return version === "1.2"
      ? /alert handshake_failure: it had asked for a client certificate, and demands one/
      : /alert certificate_required: it demands a client certificate/;
  if (name !== "node:tls") return new RegExp(`the alert ${alerts[fault]}: our client certificate`);
  return version === "1.2"
    ? /closed the connection during the handshake, after our certificate: it may not trust who issued it, or it is expired or revoked/
    : /closed the connection after the handshake.*refused client certificate looks so; it may be expired, revoked, or of an authority/;
}

function refusedByClient(name: PeerName, fault: ShownFault): RegExp {
  if (name === "node:tls")
    return /closed the connection during the handshake, after our certificate, .*most likely it does not trust the authority.*another name, expired or revoked/;
  if (name === "Mosquitto" && fault === "wrong name")
    return /the alert internal_error: .*mosquitto's clients say so when our certificate is for another name/;
  return new RegExp(`the alert ${alerts[fault]}: the client says that our certificate`);
}
