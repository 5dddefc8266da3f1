// The system calls that Bun has no interface for, through the C library: Linux only, loaded with the first call.
import { dlopen, type Pointer, ptr, read, toArrayBuffer } from "bun:ffi";
import { getSystemErrorMap } from "node:util";

/** A system call that failed: which one, and the kernel's reason ("EPERM", 1). */
export class SystemError extends Error {
  override readonly name = "SystemError";
  readonly code: string;
  constructor(
    readonly call: string,
    readonly errno: number,
  ) {
    const [code, text] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, "unknown reason"];
    super(`${call}: ${code}, ${text}`);
    this.code = code;
  }
}

export const AF_INET = 2;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOL_SOCKET = 1;
const SOCK_CLOEXEC = 0o2000000;
const CLONE_NEWNET = 0x40000000;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** Moves the calling thread into a network namespace of its own. */
export function unshareNetwork(): void {
  checked("unshare", libc().unshare(CLONE_NEWNET));
}

/** Moves the calling thread into the network namespace that `descriptor` stands for. */
export function enterNetwork(descriptor: number): void {
  checked("setns", libc().setns(descriptor, CLONE_NEWNET));
}

/** The descriptor of a new socket; closed when a program is started. */
export function socket(family: number, type: number, protocol: number): number {
  return checked("socket", libc().socket(family, type | SOCK_CLOEXEC, protocol));
}

export function closeDescriptor(descriptor: number): void {
  libc().close(descriptor);
}

export function bindSocket(descriptor: number, address: Uint8Array): void {
  checked("bind", libc().bind(descriptor, ptr(address), address.length));
}

/** setsockopt with a C int or with the octets of a struct; `what` names the option in errors. */
export function setOption(
  descriptor: number,
  level: number,
  option: number,
  value: number | Uint8Array,
  what: string,
): void {
  const octets = typeof value === "number" ? octetsOf(Int32Array.of(value)) : value;
  checked(what, libc().setsockopt(descriptor, level, option, ptr(octets), octets.length));
}

/** getsockopt into `length` octets. */
export function option(descriptor: number, level: number, name: number, length: number): DataView {
  const octets = new Uint8Array(length);
  const size = Uint32Array.of(length);
  checked("getsockopt", libc().getsockopt(descriptor, level, name, ptr(octets), ptr(size)));
  return new DataView(octets.buffer);
}

/** ioctl with a struct, which the kernel may fill in; `what` names the request in errors. */
export function control(descriptor: number, request: number, argument: Uint8Array, what: string): void {
  checked(what, libc().ioctl(descriptor, request, ptr(argument)));
}

/** Where `octets` lie in memory, for a struct that points at another; they must outlive its use. */
export function addressOf(octets: Uint8Array): bigint {
  return BigInt(ptr(octets));
}

/** Sends one message on a socket; the number of octets sent. */
export function send(descriptor: number, octets: Uint8Array): number {
  return checked("send", Number(libc().send(descriptor, ptr(octets), octets.length, 0)));
}

/** Waits for one message on a blocking socket; the number of octets that came. */
export function receive(descriptor: number, into: Uint8Array): number {
  return checked("recv", Number(libc().recv(descriptor, ptr(into), into.length, 0)));
}

/** Takes one message if there is one: its octets, or none. What else is wrong with the socket is no message either. */
export function receiveIfAny(descriptor: number, into: Uint8Array): number | undefined {
  const length = Number(libc().recv(descriptor, ptr(into), into.length, MSG_DONTWAIT));
  return length < 0 ? undefined : length;
}

/** Blocks the thread until one of the descriptors can be read, or for `milliseconds`; whether one can be read. */
export function waitReadable(descriptors: number | readonly number[], milliseconds: number): boolean {
  const all = typeof descriptors === "number" ? [descriptors] : descriptors;
  // struct pollfd: the descriptor, and what is asked.
  const request = new DataView(new ArrayBuffer(8 * Math.max(1, all.length)));
  for (const [i, descriptor] of all.entries()) {
    request.setInt32(8 * i, descriptor, true);
    request.setInt16(8 * i + 4, POLLIN, true);
  }
  return libc().poll(ptr(request), all.length, milliseconds) > 0;
}

/** The memory that a descriptor shares with the kernel. */
export function share(descriptor: number, length: number): { memory: ArrayBuffer; release(): void } {
  const address = libc().mmap(null, length, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
  if (address === null || Number(address) === -1) throw new SystemError("mmap", errno());
  const release = () => void libc().munmap(address, length);
  return { memory: toArrayBuffer(address, 0, length), release };
}

/** Has the kernel kill this process as soon as the thread that started it is gone. */
export function dieWithParent(): void {
  checked("prctl", libc().prctl(PR_SET_PDEATHSIG, SIGKILL));
}

function checked(call: string, result: number): number {
  if (result < 0) throw new SystemError(call, errno());
  return result;
}

function errno(): number {
  return read.i32(libc().__errno_location() as Pointer, 0);
}

function octetsOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

let loaded: ReturnType<typeof load> | undefined;

function libc() {
  loaded ??= load();
  return loaded;
}

function load() {
  if (process.platform !== "linux") throw new Error(`no Linux system calls on ${process.platform}`);
  const musl = `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`;
  try {
    return open("libc.so.6");
  } catch {
    return open(musl);
  }
}

function open(library: string) {
  return dlopen(library, {
    unshare: { args: ["i32"], returns: "i32" },
    setns: { args: ["i32", "i32"], returns: "i32" },
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
    setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
    ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
    send: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    recv: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    mmap: { args: ["ptr", "u64", "i32", "i32", "i32", "i64"], returns: "ptr" },
    munmap: { args: ["ptr", "u64"], returns: "i32" },
    prctl: { args: ["i32", "u64"], returns: "i32" },
    __errno_location: { args: [], returns: "ptr" },
  }).symbols;
}
