// `bun lab tls`: what connect and serve print, what is left in which file, and that no secret is among it.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, intranet } from "../../pki/index.ts";
import { captureOf } from "../../protocols/tls/frames.ts";
import { record, authority as testAuthority } from "../../protocols/tls/recording.ts";
import { lab, root as project } from "../scenarios/lab.ts";
import { connection } from "../tls/connection.ts";
import { labTls } from "../tls/in-process.ts";
import { type Serving, serving } from "../tls/serve.ts";

setDefaultTimeout(20_000);

const place = mkdtempSync(join(tmpdir(), "lab-tls-"));
const state = join(place, "state");
const within = (name: string) => join(place, name);
let authority: Authority;
const servers: Serving[] = [];
const said: string[] = [];
const ports = { open: "", asking: "", mutual: "" };
const names = ["--servername", "JORGE-PC"];
let board: string[] = [];

const before = process.env.LAB_PKI;

beforeAll(async () => {
  process.env.LAB_PKI = state;
  authority = await intranet(join(state, "intranet"), { keys: "P-256", notice: () => {} });
  const own = { certificate: authority.chain("JORGE-PC").pem, key: authority.key("JORGE-PC").pem };
  const asked = { ...own, clientRoots: [authority.root.pem] };
  const kinds = { open: own, asking: asked, mutual: { ...asked, require: true } };
  for (const [name, service] of Object.entries(kinds)) {
    const server = await serving(service, { bind: "127.0.0.1", port: 0 }, line => said.push(line));
    servers.push(server);
    ports[name as keyof typeof ports] = `127.0.0.1:${server.port}`;
  }
  const key = authority.key("NUCLEO-H723ZG").files.pem;
  board = ["--cert", authority.chain("NUCLEO-H723ZG").file, "--key", key];
});
afterAll(async () => {
  process.env.LAB_PKI = before ?? "";
  await Promise.all(servers.map(server => server.close()));
  rmSync(place, { recursive: true });
});

const connect = (server: keyof typeof ports, ...words: string[]) =>
  labTls(["connect", ports[server], ...names, ...words]);

describe("connect", () => {
  test("tells the chain from the root down, and what was agreed on", async () => {
    const { code, stdout, stderr } = await connect("open", "--tls-version", "1.2");
    expect([code, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^✓ CN=Root CA is a trusted root, valid until/);
    expect(lines[1]).toMatch(/^✓ CN=MQTT CA is signed by CN=Root CA/);
    expect(lines[2]).toMatch(/^✓ CN=JORGE-PC is signed by CN=MQTT CA/);
    expect(lines[3]).toMatch(/^trusted \(.* UTC; asked for as JORGE-PC; revocation not checked: --crl\)/);
    expect(stdout).toMatch(/suite +TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: strong/);
    expect(stdout).toMatch(/session +new\n +client certificate +not requested\n/);
    expect(stdout).toMatch(/octets +\d+ sent, \d+ received\n +time +TCP .* ms, TLS .* ms, 2 round trips/);
  });

  test("speaks Spanish", async () => {
    const { stdout } = await labTls(["connect", ports.open, ...names], "es");
    expect(stdout).toMatch(/^✓ CN=Root CA es una raíz de confianza/);
    expect(stdout).toMatch(/certificado de cliente +no se pidió/);
  });

  test("judges on the date that is given, and says what other stacks would", async () => {
    const { code, stdout, stderr } = await connect("open", "--at", "+3y");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ CN=JORGE-PC was valid until .*, and the clock says/);
    expect(stderr).toMatch(/^lab: the certificate of .* is refused: CN=JORGE-PC was valid until/);
    expect(stderr).toMatch(
      /mbedTLS: -0x2700 .*validity has expired\); OpenSSL: error 10, certificate has expired/,
    );
  });

  test("checks revocation where lists are given", async () => {
    const lists = authority.crls.flatMap(({ files }) => ["--crl", files.pem]);
    const { code, stdout } = await connect("open", ...lists);
    expect([code, stdout]).toEqual([0, expect.stringContaining("revocation lists checked")]);
    const [first] = lists.slice(0, 2);
    const half = await connect("open", first!, lists[1]!);
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining("there is no revocation list of")]);
  });

  test("with --insecure goes on, and leaves a warning", async () => {
    const words = ["--insecure", "--cafile", authority.certificate("JORGE-PC").files.pem, "--at", "+3y"];
    const { code, stdout, stderr } = await connect("open", ...words);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^lab: --insecure: whoever answers is believed/);
    expect(stdout).toMatch(/not trusted .* and accepted all the same: --insecure/);
    const json = await connect("open", "--insecure", "--json");
    expect(json.stderr).toMatch(/^lab: --insecure/);
    expect(JSON.parse(json.stdout)).toMatchObject({ insecure: true, trusted: true });
  });

  test("tells a request for a client certificate from a demand", async () => {
    const wanted = async (server: keyof typeof ports, ...words: string[]) => {
      const { stdout } = await connect(server, "--json", ...words);
      return JSON.parse(stdout).clientCertificate;
    };
    const authorities = ["CN=Root CA"];
    for (const version of ["1.2", "1.3"]) {
      const words = ["--tls-version", version];
      expect([
        await wanted("open", ...words),
        await wanted("asking", ...words),
        await wanted("mutual", ...words),
        await wanted("asking", ...words, ...board),
        await wanted("mutual", ...words, ...board),
      ]).toEqual([
        { wanted: "not requested", shown: false, authorities: [] },
        { wanted: "requested", shown: false, authorities },
        { wanted: "required", shown: false, authorities },
        { wanted: "requested", shown: true, authorities },
        { wanted: "required", shown: true, authorities },
      ]);
    }
  });

  for (const version of ["1.2", "1.3"])
    test(`takes a session up again, at once and from a file, TLS ${version}`, async () => {
      const file = within(`session-${version}`);
      const words = ["--tls-version", version, "--json"];
      const first = await connect("open", ...words, "--reconnect", "--session-out", file);
      expect(JSON.parse(first.stdout)).toMatchObject({ resumed: false, again: { resumed: true } });
      const second = await connect("open", ...words, "--session-in", file);
      expect(JSON.parse(second.stdout)).toMatchObject({ resumed: true, trusted: true });
    });

  test("agrees on a protocol, a group and a suite", async () => {
    const words = ["--tls-version", "1.2", "--groups", "P-256", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"];
    const { stdout } = await connect("open", ...words, "--json", "--alpn", "mqtt");
    const agreed = {
      version: "TLS 1.2",
      group: "secp256r1",
      suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    };
    expect(JSON.parse(stdout)).toMatchObject({ ...agreed, protocol: null });
  });
});

describe("serve", () => {
  test("says each handshake and each failure in a line", async () => {
    const keylog = within("serve.keys");
    const words = ["serve", "-p", "0", "--json", "--ca", authority.root.files.pem, "--keylog", keylog];
    const run = Bun.spawn([process.execPath, "lab", "tls", ...words], {
      ...{ cwd: project, env: { ...process.env, NO_COLOR: "1", LAB_PKI: state } },
      ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    });
    try {
      const port = Number(
        /127\.0\.0\.1:(\d+): clients must show/.exec(await until(run.stderr, "Ctrl-C"))![1],
      );
      const wish = {
        ...{
          address: "127.0.0.1",
          port,
          serverName: "JORGE-PC",
          roots: [authority.root.der],
          patience: 3000,
        },
        clock: { now: () => BigInt(Date.now()) * 1_000_000n },
      };
      const own = {
        certificate: authority.chain("NUCLEO-H723ZG").pem,
        key: authority.key("NUCLEO-H723ZG").pem,
      };
      const good = await connection({ ...wish, ...own });
      await good.stream?.close();
      await connection(wish);
      const lines = (await until(run.stdout, '"no certificate"'))
        .trim()
        .split("\n")
        .map(line => JSON.parse(line));
      expect(lines[0]).toMatchObject({
        done: true,
        version: "TLS 1.3",
        client: "NUCLEO-H723ZG",
        resumed: false,
      });
      expect(lines[1]).toMatchObject({ done: true, left: true });
      expect(lines[2]).toMatchObject({ done: false, failing: "no certificate" });
      expect(readFileSync(keylog, "utf8")).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
      expect(statSync(keylog).mode & 0o777).toBe(0o600);
    } finally {
      run.kill();
      await run.exited;
    }
  });

  test("shows a certificate that is wrong on purpose", async () => {
    const crls = within("lists.pem");
    const run = Bun.spawn(
      [process.execPath, "lab", "tls", "serve", "-p", "0", "--broken", "revoked", "--crl-out", crls],
      {
        ...{ cwd: project, env: { ...process.env, NO_COLOR: "1", LAB_PKI: state } },
        ...{ stdin: "ignore", stdout: "ignore", stderr: "pipe" },
      },
    );
    try {
      const port = /127\.0\.0\.1:(\d+): clients are not/.exec(await until(run.stderr, "Ctrl-C"))![1];
      const words = ["tls", "connect", `127.0.0.1:${port}`, ...names, "--crl", crls];
      const { code, stderr } = await lab(words, { LAB_PKI: state });
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/was revoked by CN=MQTT CA on .*key compromise/),
      ]);
    } finally {
      run.kill();
      await run.exited;
    }
  });
});

/** What comes until those words do. */
async function until(stream: ReadableStream<Uint8Array>, words: string): Promise<string> {
  let text = "";
  const reader = stream.getReader();
  while (!text.includes(words)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended before it said ${words}: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe("decode", () => {
  test("shows a record with the message in it, and a message without a record", async () => {
    const alert = await labTls(["decode", "15", "03", "03", "00", "02", "02", "28"]);
    expect([alert.code, alert.stderr]).toEqual([0, ""]);
    expect(alert.stdout).toMatch(
      /TLS alert, Alert \(Fatal: Handshake Failure\)\n {2}Level: fatal \(2\) {2}@5\+1/,
    );
    const done = await labTls(["decode", "0e000000", "--json"]);
    expect(JSON.parse(done.stdout)[1]).toEqual({ kind: "tls.handshake", value: { type: 14, body: {} } });
  });

  test("shows what there is of a flight that is cut short", async () => {
    const { code, stdout, stderr } = await labTls(["decode", "15030300020228", "1603"]);
    expect([code, stderr]).toEqual([1, "lab: the last 2 octets begin a record that is not whole.\n"]);
    expect(stdout).toContain("handshake_failure (40)");
  });
});

test("analyze opens a capture with a key log beside it", async () => {
  const hosts = testAuthority("P-256");
  const recording = await record({ ...hosts, version: "TLSv1.3", said: ["hola"], mutual: true });
  const [capture, keys] = [within("session.pcapng"), within("session.keys")];
  writeFileSync(capture, captureOf({ ...recording, keyLog: "" }));
  writeFileSync(keys, recording.keyLog);
  const shut = await labTls(["analyze", capture]);
  expect(shut.stdout).toMatch(/TLS 1\.3, TLS_AES_128_GCM_SHA256[\s\S]*\(not all opened\)/);
  expect(shut.stdout).not.toContain("Certificate of the client");
  const open = await labTls(["analyze", capture, "--keylog", keys]);
  expect(open.stdout).toMatch(/Certificate of the client: NUCLEO-H723ZG[\s\S]*carried: \d+ % is the price/);
});

test("no private key is anywhere but in its file, and no secret is printed", async () => {
  const [session, keylog] = [within("a-session"), within("a-keylog")];
  const all = ["--showcerts", "--reconnect", "--session-out", session, "--keylog", keylog];
  const printed: string[] = [...said];
  for (const version of ["1.2", "1.3"])
    for (const words of [board, [...board, "--json"], []]) {
      const run = await connect("mutual", "--tls-version", version, ...words, ...all);
      printed.push(run.stdout, run.stderr);
    }
  const keys = ["Root CA", "MQTT CA", "JORGE-PC", "NUCLEO-H723ZG"] as const;
  const secrets = [
    ...keys.map(name => authority.key(name).pem.split("\n")[1]!),
    ...keys.map(name => authority.key(name).der.toHex()),
    ...readFileSync(keylog, "utf8")
      .trim()
      .split("\n")
      .map(line => line.split(" ")[2]!),
    ...readFileSync(session, "utf8")
      .split("\n")
      .filter(line => /^[\w+/=]{40,}$/.test(line)),
  ];
  expect(secrets.length).toBeGreaterThan(30);
  for (const secret of secrets) expect(printed.join("\n")).not.toContain(secret);
  expect(printed.join("\n")).not.toContain("PRIVATE KEY");
  expect([session, keylog].map(file => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);

  const files = readdirSync(place, { recursive: true, encoding: "utf8" }).map(within);
  const held = files.filter(
    file => statSync(file).isFile() && /PRIVATE KEY/.test(readFileSync(file, "latin1")),
  );
  expect(held.filter(file => !file.endsWith("key.pem"))).toEqual([]);
  for (const file of held) expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a file that others could read is closed to them before a session is written into it", async () => {
  const file = within("loose");
  writeFileSync(file, "", { mode: 0o644 });
  await connect("open", "--session-out", file);
  expect(existsSync(file) && statSync(file).mode & 0o777).toBe(0o600);
});
