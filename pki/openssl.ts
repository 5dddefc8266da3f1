// What the authority does, in OpenSSL's words: lines for a shell, which work in any empty folder.
import { type Name, nameText } from "../protocols/x509/name.ts";
import type { KeyKind } from "./keys.ts";
import type { Use } from "./profiles.ts";

/** Files of an authority that exist already. */
export interface Signer {
  readonly certificate: string;
  readonly key: string;
}

export interface Steps {
  /** Names the files: "JORGE-PC" has `JORGE-PC.key.pem`. */
  readonly name: string;
  /** "/C=GB/CN=mosquitto.org" */
  readonly subject: string;
  readonly use: Use;
  /** RSA keys also unwrap, for the TLS 1.2 suites without (EC)DHE. */
  readonly rsa: boolean;
  readonly hosts?: readonly string[];
  readonly pathLength?: number;
  /** Hexadecimal. */
  readonly serial?: string;
  readonly days: number;
  /** Exact dates, which take `openssl ca`. */
  readonly validity?: { readonly notBefore: Date; readonly notAfter: Date };
  readonly version?: 1 | 3;
}

/** A key; under a password where a file holds one. */
export function keyLines(name: string, kind: KeyKind, passwordFile?: string): string[] {
  const encrypt = passwordFile ? ` -aes256 -pass ${word(`file:${passwordFile}`)}` : "";
  return ["umask 077", `openssl genpkey ${algorithms[kind]}${encrypt} -out ${word(`${name}.key.pem`)}`];
}

const algorithms: Readonly<Record<KeyKind, string>> = {
  "RSA-2048": "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
  "RSA-3072": "-algorithm RSA -pkeyopt rsa_keygen_bits:3072",
  "RSA-4096": "-algorithm RSA -pkeyopt rsa_keygen_bits:4096",
  "P-256": "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
  "P-384": "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
  Ed25519: "-algorithm ED25519",
};

/** A request for that key. */
export function requestLines({ name, subject, hosts = [] }: Steps, passwordFile?: string): string[] {
  const names = hosts.length > 0 ? ` -addext ${word(`subjectAltName=${namesText(hosts)}`)}` : "";
  const key = `${word(`${name}.key.pem`)}${passwordFile ? ` -passin ${word(`file:${passwordFile}`)}` : ""}`;
  return [`openssl req -new -key ${key} -subj ${word(subject)}${names} -out ${word(`${name}.request.pem`)}`];
}

/** A certificate for a request, signed by an authority; by the request's own key without one. */
export function certificateLines(
  steps: Steps,
  request: string,
  by?: Signer,
  passwordFile?: string,
): string[] {
  const { name, days, validity, serial, version } = steps;
  const own = word(`${name}.key.pem`);
  const out = word(`${name}.pem`);
  const password = passwordFile ? ` -passin ${word(`file:${passwordFile}`)}` : "";
  // Without extensions OpenSSL 3.0 makes a certificate of version 1.
  const extensions = version === 1 ? "" : ` -extfile ${word(`${name}.ext`)}`;
  const lines = version === 1 ? [] : heredoc(`${name}.ext`, extensionLines(steps, by !== undefined));
  if (!validity) {
    const signer = by ? `-CA ${word(by.certificate)} -CAkey ${word(by.key)}` : `-signkey ${own}`;
    const number = serial ? ` -set_serial 0x${serial}` : by ? " -CAcreateserial -CAserial serial" : "";
    return [
      ...lines,
      `openssl x509 -req -in ${word(request)} ${signer}${password}${number} -days ${days} -sha256${extensions} -out ${out}`,
    ];
  }
  const dates = `-startdate ${stamp(validity.notBefore)} -enddate ${stamp(validity.notAfter)}`;
  const signer = by ? `-cert ${word(by.certificate)} -keyfile ${word(by.key)}` : `-selfsign -keyfile ${own}`;
  return [
    ...lines,
    ...databaseLines([]),
    ...(serial ? [`echo ${serial.length % 2 ? `0${serial}` : serial} > serial`] : []),
    `openssl ca -batch -config ca.cnf -in ${word(request)} ${signer}${password} ${dates} -notext${extensions} -out ${out}${serial ? "" : " -rand_serial"}`,
  ];
}

export interface RevokedLine {
  readonly serial: string;
  readonly date: Date;
  readonly reason?: string;
}

/** A revocation list with what was revoked before, and one certificate more. */
export function listLines(
  name: string,
  by: Signer,
  before: readonly RevokedLine[],
  more?: { readonly certificate: string; readonly reason?: string },
  days = 30,
  passwordFile?: string,
): string[] {
  const password = passwordFile ? ` -passin ${word(`file:${passwordFile}`)}` : "";
  const signer = `-cert ${word(by.certificate)} -keyfile ${word(by.key)}${password}`;
  const reason = more?.reason ? ` -crl_reason ${more.reason}` : "";
  return [
    ...databaseLines(before),
    ...(more ? [`openssl ca -config ca.cnf ${signer} -revoke ${word(more.certificate)}${reason}`] : []),
    `openssl ca -config ca.cnf ${signer} -gencrl -crldays ${days} -out ${word(`${name}.crl.pem`)}`,
  ];
}

export interface Verifying {
  readonly roots: readonly string[];
  /** The leaf stands first in it; what follows is tried as intermediates. */
  readonly chain: string;
  readonly lists: readonly string[];
  readonly purpose?: "server" | "client";
  readonly name?: string;
  /** Seconds since the Unix epoch. */
  readonly at?: number;
}

export function verifyLines({ roots, chain, lists, purpose, name, at }: Verifying): string[] {
  const isAddress = name !== undefined && /^[\d.]+$|:/.test(name);
  const words = [
    "openssl verify -x509_strict",
    ...(lists.length > 0 ? ["-crl_check_all"] : []),
    ...(purpose ? [`-purpose ssl${purpose}`] : []),
    ...(name ? [`${isAddress ? "-verify_ip" : "-verify_hostname"} ${word(name)}`] : []),
    ...(at === undefined ? [] : [`-attime ${at}`]),
    ...roots.map(file => `-CAfile ${word(file)}`),
    ...lists.map(file => `-CRLfile ${word(file)}`),
    `-untrusted ${word(chain)}`,
    word(chain),
  ];
  return [words.join(" ")];
}

/** A key with its certificates as PKCS #12. */
export function bundleLine(
  key: string,
  chain: string,
  out: string,
  password: string,
  keyPassword?: string,
): string {
  const opened = keyPassword ? ` -passin ${word(`file:${keyPassword}`)}` : "";
  return `openssl pkcs12 -export -inkey ${word(key)}${opened} -in ${word(chain)} -out ${word(out)} -passout ${word(`file:${password}`)}`;
}

/** The commands that show such a thing. */
export const showLine = {
  certificate: (file: string) => `openssl x509 -in ${word(file)} -noout -text`,
  request: (file: string) => `openssl req -in ${word(file)} -noout -text -verify`,
  "revocation list": (file: string) => `openssl crl -in ${word(file)} -noout -text`,
  "public key": (file: string) => `openssl pkey -pubin -in ${word(file)} -noout -text`,
  "private key": (file: string) => `openssl pkey -in ${word(file)} -noout -text_pub`,
  "encrypted private key": (file: string) => `openssl pkey -in ${word(file)} -noout -text_pub`,
  bundle: (file: string) => `openssl pkcs12 -in ${word(file)} -noout -info`,
} as const;

export const connectLine = (host: string, port: number): string =>
  `openssl s_client -connect ${word(`${host.includes(":") ? `[${host}]` : host}:${port}`)} -servername ${word(host)} -showcerts </dev/null`;

function extensionLines({ use, rsa, pathLength, hosts = [] }: Steps, issued: boolean): string[] {
  const length = pathLength === undefined ? "" : `,pathlen:${pathLength}`;
  return [
    `basicConstraints=critical,${use === "authority" ? `CA:TRUE${length}` : "CA:FALSE"}`,
    `keyUsage=critical,${usage[use]}${use === "server" && rsa ? ",keyEncipherment" : ""}`,
    ...(use === "authority" ? [] : [`extendedKeyUsage=${use}Auth`]),
    ...(hosts.length > 0 ? [`subjectAltName=${namesText(hosts)}`] : []),
    "subjectKeyIdentifier=hash",
    `authorityKeyIdentifier=keyid${issued ? "" : ":always"}`,
  ];
}

const usage = {
  authority: "keyCertSign,cRLSign",
  server: "digitalSignature",
  client: "digitalSignature",
} as const;

const namesText = (hosts: readonly string[]) =>
  hosts.map(host => `${/^[\d.]+$|:/.test(host) ? "IP" : "DNS"}:${host}`).join(",");

/** OpenSSL's small authority keeps its account in a text file. */
const databaseLines = (revoked: readonly RevokedLine[]): string[] => [
  ...heredoc("ca.cnf", [
    "[ca]",
    "default_ca=here",
    "[here]",
    "database=index.txt",
    "new_certs_dir=.",
    "serial=serial",
    "default_md=default",
    "unique_subject=no",
    "policy=any",
    "crl_extensions=list",
    "[list]",
    "authorityKeyIdentifier=keyid",
    "[any]",
    ...[
      "countryName",
      "stateOrProvinceName",
      "localityName",
      "organizationName",
      "organizationalUnitName",
    ].map(field => `${field}=optional`),
    "commonName=supplied",
  ]),
  ...(revoked.length > 0
    ? heredoc(
        "index.txt",
        revoked.map(({ serial, date, reason }) =>
          [
            "R",
            "391231235959Z",
            `${stamp(date).slice(2)}${reason ? `,${reason}` : ""}`,
            serial,
            "unknown",
            "/CN=?",
          ].join("\t"),
        ),
      )
    : [": > index.txt"]),
];

const heredoc = (file: string, lines: readonly string[]): string[] => [
  `cat > ${word(file)} <<'END'`,
  ...lines,
  "END",
];

/** "20300615120000Z" */
const stamp = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;

/** A name as OpenSSL's -subj takes it: "/C=GB/CN=mosquitto.org". */
export const slashed = (name: Name): string =>
  name.map(set => `/${nameText([set]).replaceAll("/", "\\/")}`).join("");

/** One word of a shell, whatever is in it. */
const word = (text: string): string =>
  /^[\w./@:+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
