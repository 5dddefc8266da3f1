// Frames of a person's own interface, through libpcap (pcap(3PCAP); on Windows Npcap, which has the same calls).
import { CString, dlopen, FFIType, type Pointer, ptr, read, toArrayBuffer } from "bun:ffi";
import { Failure } from "../failure.ts";

const { cstring, i32, pointer, u32, void: nothing } = FFIType;

const symbols = {
  pcap_lib_version: { args: [], returns: cstring },
  pcap_create: { args: [pointer, pointer], returns: pointer },
  pcap_set_snaplen: { args: [pointer, i32], returns: i32 },
  pcap_set_promisc: { args: [pointer, i32], returns: i32 },
  pcap_set_timeout: { args: [pointer, i32], returns: i32 },
  pcap_set_buffer_size: { args: [pointer, i32], returns: i32 },
  pcap_activate: { args: [pointer], returns: i32 },
  pcap_setnonblock: { args: [pointer, i32, pointer], returns: i32 },
  pcap_datalink: { args: [pointer], returns: i32 },
  pcap_compile: { args: [pointer, pointer, pointer, i32, u32], returns: i32 },
  pcap_setfilter: { args: [pointer, pointer], returns: i32 },
  pcap_freecode: { args: [pointer], returns: nothing },
  pcap_next_ex: { args: [pointer, pointer, pointer], returns: i32 },
  pcap_stats: { args: [pointer, pointer], returns: i32 },
  pcap_geterr: { args: [pointer], returns: cstring },
  pcap_statustostr: { args: [i32], returns: cstring },
  pcap_close: { args: [pointer], returns: nothing },
  pcap_findalldevs: { args: [pointer, pointer], returns: i32 },
  pcap_freealldevs: { args: [pointer], returns: nothing },
} as const;

/** Not in every library that is still about. */
const later = {
  pcap_set_tstamp_precision: { args: [pointer, i32], returns: i32 },
  pcap_get_tstamp_precision: { args: [pointer], returns: i32 },
} as const;

const PCAP_ERROR_NO_SUCH_DEVICE = -5;
const PCAP_ERROR_PERM_DENIED = -8;
const PCAP_ERROR_IFACE_NOT_UP = -9;
const PCAP_ERROR_PROMISC_PERM_DENIED = -11;
const PCAP_TSTAMP_PRECISION_NANO = 1;
const PCAP_NETMASK_UNKNOWN = 0xffff_ffff;
const PCAP_ERRBUF_SIZE = 256;
/** sizeof(struct bpf_program), with the gap before its pointer. */
const programOctets = 16;
/** "any", of Linux: frames of every interface. */
const everywhere = "any";

/** Where the system keeps it. */
const names: Readonly<Record<string, readonly string[]>> = {
  linux: ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"],
  darwin: ["/usr/lib/libpcap.A.dylib", "libpcap.dylib"],
  win32: [`${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\Npcap\\wpcap.dll`, "wpcap.dll"],
};

const toGet: Readonly<Record<string, string>> = {
  linux: "install it (Debian: apt install libpcap0.8)",
  darwin: "it belongs to macOS: look whether /usr/lib/libpcap.A.dylib can be loaded",
  win32: "install Npcap from npcap.com",
};

const words = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
const textAt = (address: number): string => (address === 0 ? "" : new CString(address as Pointer).toString());

type Library = ReturnType<typeof loaded>;
let library: Library | undefined;

function loaded() {
  for (const name of names[process.platform] ?? []) {
    try {
      const { symbols: calls } = dlopen(name, symbols);
      try {
        return { ...calls, ...dlopen(name, later).symbols };
      } catch {
        return { ...calls, pcap_set_tstamp_precision: undefined, pcap_get_tstamp_precision: undefined };
      }
    } catch {}
  }
  const what = process.platform === "win32" ? "Npcap" : "libpcap";
  throw new Failure(`${what} is not to be found; ${toGet[process.platform] ?? "install it"}.`);
}

/** @throws Failure where the system has none */
const pcap = (): Library => {
  library ??= loaded();
  return library;
};

/** "libpcap version 1.10.3 …". @throws Failure where the system has none */
export const version = (): string => String(pcap().pcap_lib_version());

/** An interface that can be recorded. */
export interface Interface {
  readonly name: string;
  readonly description: string;
  readonly up: boolean;
  readonly loopback: boolean;
}

const PCAP_IF_LOOPBACK = 1;
const PCAP_IF_UP = 2;

/** @throws Failure where the system has no libpcap, or does not tell */
export function interfaces(): Interface[] {
  const list = new BigUint64Array(1);
  const error = new Uint8Array(PCAP_ERRBUF_SIZE);
  if (pcap().pcap_findalldevs(ptr(list), ptr(error)) !== 0)
    throw new Failure(`the interfaces can't be listed: ${textAt(ptr(error))}.`);
  const found: Interface[] = [];
  // struct pcap_if: next, name, description, addresses, flags.
  for (let at = Number(list[0]); at !== 0; at = read.ptr(at as Pointer, 0)) {
    const flags = read.u32(at as Pointer, 32);
    found.push({
      name: textAt(read.ptr(at as Pointer, 8)),
      description: textAt(read.ptr(at as Pointer, 16)),
      up: (flags & PCAP_IF_UP) !== 0,
      loopback: (flags & PCAP_IF_LOOPBACK) !== 0,
    });
  }
  pcap().pcap_freealldevs(Number(list[0]) as Pointer);
  return found;
}

export interface CaptureSettings {
  /** The most octets that are kept of a frame. */
  readonly snapLength: number;
  readonly promiscuous: boolean;
  /** A BPF filter (pcap-filter(7)); empty: all. */
  readonly filter: string;
  /** Of the kernel's buffer, in octets. */
  readonly buffer: number;
}

/** One frame. Its octets are the library's: they are good until the next one is asked for. */
export interface Captured {
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly originalLength: number;
  readonly octets: Uint8Array;
}

/** What the kernel counted: those that passed the filter, and those for which its buffer had no room. */
export interface Counts {
  readonly received: number;
  readonly dropped: number;
}

/** Frames are cut here, not in the kernel: cut there, those that come right after the filter is set were not handed over. */
const wholeFrame = 262_144;
/** How long the kernel gathers frames before it hands them over. */
const gatheredMilliseconds = 100;

/** An interface being recorded. */
export class LiveCapture implements Disposable {
  readonly #handle: Pointer;
  readonly linkType: number;
  readonly snapLength: number;
  readonly #nano: boolean;
  readonly #header = new BigUint64Array(1);
  readonly #data = new BigUint64Array(1);

  /** @throws Failure: no library, no such interface, not permitted, a filter that can't be read */
  constructor(
    readonly name: string,
    settings: CaptureSettings,
  ) {
    this.snapLength = settings.snapLength;
    const calls = pcap();
    const error = new Uint8Array(PCAP_ERRBUF_SIZE);
    const handle = calls.pcap_create(ptr(words(name)), ptr(error));
    if (!handle) throw new Failure(`${name} can't be recorded: ${textAt(ptr(error))}.`);
    this.#handle = handle as Pointer;
    try {
      calls.pcap_set_snaplen(handle, wholeFrame);
      calls.pcap_set_promisc(handle, settings.promiscuous && name !== everywhere ? 1 : 0);
      calls.pcap_set_timeout(handle, gatheredMilliseconds);
      calls.pcap_set_buffer_size(handle, settings.buffer);
      calls.pcap_set_tstamp_precision?.(handle, PCAP_TSTAMP_PRECISION_NANO);
      const status = calls.pcap_activate(handle);
      if (status < 0) throw this.#refused(status);
      this.#nano = calls.pcap_get_tstamp_precision?.(handle) === PCAP_TSTAMP_PRECISION_NANO;
      this.linkType = calls.pcap_datalink(handle);
      this.#select(settings.filter);
      calls.pcap_setnonblock(handle, 1, ptr(error));
    } catch (error) {
      calls.pcap_close(handle);
      throw error;
    }
  }

  #error(): string {
    return String(pcap().pcap_geterr(this.#handle));
  }

  #refused(status: number): Failure {
    const { name } = this;
    if (status === PCAP_ERROR_PERM_DENIED || status === PCAP_ERROR_PROMISC_PERM_DENIED)
      return new Failure(`${name} can't be recorded: this user is not permitted to; ${toBePermitted()}.`);
    if (status === PCAP_ERROR_NO_SUCH_DEVICE)
      return new Failure(`there is no interface ${name}; bun lab capture -D lists them.`, 2);
    if (status === PCAP_ERROR_IFACE_NOT_UP)
      return new Failure(`${name} is down; bring it up first (ip link set ${name} up).`);
    const why = this.#error() || String(pcap().pcap_statustostr(status));
    return new Failure(`${name} can't be recorded: ${why}.`);
  }

  #select(filter: string): void {
    if (filter.trim() === "") return;
    const calls = pcap();
    const program = new Uint8Array(programOctets);
    const compiled = calls.pcap_compile(
      this.#handle,
      ptr(program),
      ptr(words(filter)),
      1,
      PCAP_NETMASK_UNKNOWN,
    );
    if (compiled !== 0)
      throw new Failure(
        `the filter ${JSON.stringify(filter)} can't be read: ${this.#error()}; it is BPF's language (pcap-filter(7)): udp port 53, host 192.168.1.20; display filters (dns.qry.name == …) are for bun lab inspect -Y.`,
        2,
      );
    const set = calls.pcap_setfilter(this.#handle, ptr(program));
    calls.pcap_freecode(ptr(program));
    if (set !== 0) throw new Failure(`the filter ${JSON.stringify(filter)} can't be used: ${this.#error()}.`);
  }

  /** The next frame, if one is there. @throws Failure if the interface is gone */
  next(): Captured | undefined {
    const status = pcap().pcap_next_ex(this.#handle, ptr(this.#header), ptr(this.#data));
    if (status === 0) return undefined;
    if (status < 0) throw new Failure(`the recording of ${this.name} ended: ${this.#error()}.`);
    const header = Number(this.#header[0]) as Pointer;
    const { seconds, fraction, size, originalLength } = headerAt(header);
    const kept = Math.min(size, this.snapLength);
    const octets = new Uint8Array(toArrayBuffer(Number(this.#data[0]) as Pointer, 0, kept));
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(this.#nano ? fraction : fraction * 1000);
    return { time, originalLength, octets };
  }

  counts(): Counts {
    const counts = new Uint32Array(8);
    if (pcap().pcap_stats(this.#handle, ptr(counts)) !== 0) return { received: 0, dropped: 0 };
    return { received: counts[0]!, dropped: counts[1]! + counts[2]! };
  }

  [Symbol.dispose](): void {
    pcap().pcap_close(this.#handle);
  }
}

/** struct pcap_pkthdr: a `struct timeval`, whose parts are as wide as the system has them, then the two lengths. */
function headerAt(at: Pointer) {
  if (process.platform === "win32")
    return {
      seconds: read.i32(at, 0),
      fraction: read.i32(at, 4),
      size: read.u32(at, 8),
      originalLength: read.u32(at, 12),
    };
  return {
    seconds: Number(read.i64(at, 0)),
    fraction: process.platform === "darwin" ? read.i32(at, 8) : Number(read.i64(at, 8)),
    size: read.u32(at, 16),
    originalLength: read.u32(at, 20),
  };
}

function toBePermitted(): string {
  if (process.platform === "darwin")
    return "on macOS one who may read /dev/bpf* is (Wireshark's ChmodBPF sees to it), or use sudo";
  if (process.platform === "win32") return "run it as administrator, or install Npcap for all users";
  return `use sudo, or give Bun the capability (sudo setcap cap_net_raw,cap_net_admin=eip ${process.execPath})`;
}
