// The real programs that the tests hold the lab against: where they lie, their version, and the Debian package each comes from.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** One real program, as `lab doctor` and the tests speak of it. */
export interface Peer {
  /** The Debian package that brings it. */
  readonly package: string;
  /** What it is needed for: the end of "… is missing: without it, no …". */
  readonly serves: string;
  /** The words after which it prints its version. */
  readonly version: readonly string[];
  /**
   * Its package excludes another one of these: it is unpacked into `.peers/` instead of installed, and these packages,
   * which it would have brought with it, are installed.
   */
  readonly unpacked?: readonly string[];
  /** A shared library, found by this name instead of on the PATH. */
  readonly library?: string;
}

export const peers = {
  tshark: { package: "tshark", serves: "second opinion on captures and fields", version: ["--version"] },
  dumpcap: { package: "tshark", serves: "comparison of recorders", version: ["--version"] },
  capinfos: { package: "tshark", serves: "second opinion on capture files", version: ["--version"] },
  editcap: { package: "tshark", serves: "conversion between capture formats", version: ["--version"] },
  tcpdump: { package: "tcpdump", serves: "comparison of speed", version: ["--version"] },
  chromium: {
    package: "chromium",
    serves: "real browser for the page and the report",
    version: ["--version"],
  },
  dnsmasq: { package: "dnsmasq", serves: "real DHCP and DNS server", version: ["--version"] },
  "kea-dhcp4": { package: "kea-dhcp4-server", serves: "real DHCP server (Kea)", version: ["-v"] },
  udhcpc: { package: "udhcpc", serves: "real DHCP client (BusyBox)", version: ["--help"] },
  dhclient: { package: "isc-dhcp-client", serves: "real DHCP client (ISC)", version: ["--version"] },
  named: { package: "bind9", serves: "real DNS server (BIND)", version: ["-v"] },
  unbound: { package: "unbound", serves: "real DNS resolver", version: ["-V"] },
  dig: { package: "bind9-dnsutils", serves: "real DNS client", version: ["-v"] },
  chronyd: { package: "chrony", serves: "real NTP server", version: ["--version"] },
  ntpdig: { package: "ntpsec-ntpdig", serves: "real SNTP client", version: ["--version"] },
  ntpd: {
    package: "ntpsec",
    serves: "second real NTP server (NTPsec)",
    version: ["--version"],
    unpacked: ["libbsd0", "libcap2", "libssl3"],
  },
  ntpq: {
    package: "ntpsec",
    serves: "questions to an NTP server",
    version: ["--version"],
    unpacked: ["python3-ntp"],
  },
  mosquitto: { package: "mosquitto", serves: "real MQTT broker", version: ["-h"] },
  mosquitto_pub: { package: "mosquitto-clients", serves: "real MQTT publisher", version: ["--version"] },
  mosquitto_sub: { package: "mosquitto-clients", serves: "real MQTT subscriber", version: ["--version"] },
  mosquitto_rr: { package: "mosquitto-clients", serves: "real MQTT requester", version: ["--version"] },
  paho: {
    package: "python3-paho-mqtt",
    serves: "real MQTT client in Python (Paho)",
    version: [],
    library: "paho/mqtt/client.py",
  },
  openssl: { package: "openssl", serves: "second opinion on certificates and TLS", version: ["version"] },
  certtool: {
    package: "gnutls-bin",
    serves: "third opinion on certificates (GnuTLS)",
    version: ["--version"],
  },
  ip: { package: "iproute2", serves: "network of namespaces", version: ["-V"] },
  unshare: { package: "util-linux", serves: "network of namespaces without root", version: ["--version"] },
  setpriv: {
    package: "util-linux",
    serves: "end of foreign daemons with the lab that started them",
    version: ["--version"],
  },
  libpcap: {
    package: "libpcap0.8",
    serves: "capture on an interface of this machine",
    version: [],
    library: "libpcap.so.0.8",
  },
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as PeerName[];

/**
 * The path of a real program (or library), or `undefined` where it is missing. It is looked for among packages unpacked
 * into the folder that LAB_PEERS names, or `.peers/` of the project; then on the PATH and in the system's folders. So
 * of two packages that exclude each other one can be installed and the other unpacked (`dpkg-deb -x`).
 */
export function peer(name: PeerName): string | undefined {
  const { library }: Peer = peers[name];
  if (library) return libraryFolders().flatMap(folder => existing(join(folder, library)))[0];
  return Bun.which(name, { PATH: programFolders().join(delimiter) }) ?? undefined;
}

/** The version that a program prints of itself, such as "4.0.17"; `undefined` where it is missing or says none. */
export function peerVersion(name: PeerName): string | undefined {
  const path = peer(name);
  const { version }: Peer = peers[name];
  if (!path || version.length === 0) return undefined;
  // Some print it on stderr, some exit with an error after it, and none may keep us waiting.
  const run = Bun.spawnSync([path, ...version], { stdin: "ignore", timeout: 5000 });
  const printed = `${run.stdout}\n${run.stderr}`;
  return /\d+\.\d+(?:\.\d+)*(?:-P\d+)?/.exec(printed)?.[0];
}

/** One sentence on a program that is missing: what it is for and how to get it. */
export function lack(name: PeerName): string {
  const { package: from, serves, unpacked }: Peer = peers[name];
  const how = unpacked
    ? `apt-get install ${unpacked.join(" ")}, then apt-get download ${from} and dpkg-deb -x ${from}_*.deb .peers`
    : `apt-get install ${from}`;
  return `${name} is missing (${serves}); on Debian: ${how}`;
}

/** The programs that this machine lacks. */
export function missingPeers(): PeerName[] {
  return peerNames.filter(name => !peer(name));
}

const root = join(import.meta.dir, "..");
const unpacked = () => process.env.LAB_PEERS || join(root, ".peers");

function programFolders(): string[] {
  const system = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const beside = ["usr/sbin", "usr/bin", "sbin", "bin"].map(folder => join(unpacked(), folder));
  return [...beside, ...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...system];
}

function libraryFolders(): string[] {
  const triplet = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch as string] ?? "";
  const folders = [`/usr/lib/${triplet}`, `/lib/${triplet}`, "/usr/lib64", "/usr/lib", "/usr/local/lib"];
  // Of Debian's Python: modules are libraries too.
  return [join(unpacked(), "usr/lib", triplet), ...folders, "/usr/lib/python3/dist-packages"];
}

const existing = (path: string) => (existsSync(path) ? [path] : []);

/** The packages that bring the programs that this machine lacks. */
function missingPackages(): { readonly install: ReadonlySet<string>; readonly unpack: ReadonlySet<string> } {
  const missing = missingPeers().map((name): Peer => peers[name]);
  return {
    install: new Set(missing.flatMap(({ package: from, unpacked }) => unpacked ?? [from])),
    unpack: new Set(missing.flatMap(({ package: from, unpacked }) => (unpacked ? [from] : []))),
  };
}

// `bun scripts/peers.ts` lists them all; with --missing-packages, only what a package manager must still install, with
// --packages-to-unpack what is to be unpacked into .peers/.
if (import.meta.main) {
  const { install, unpack } = missingPackages();
  const wanted = process.argv.includes("--missing-packages")
    ? install
    : process.argv.includes("--packages-to-unpack")
      ? unpack
      : undefined;
  if (wanted) {
    if (wanted.size > 0) console.log([...wanted].join("\n"));
  } else {
    for (const name of peerNames) {
      const path = peer(name);
      console.log(path ? `${name} ${peerVersion(name) ?? "(version unknown)"} ${path}` : lack(name));
    }
  }
}
