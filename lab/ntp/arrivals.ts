// When a datagram reached this machine: the kernel's stamp, which waits for no process (Linux).

const SIOCGSTAMPNS = 0x8907;

/**
 * What tells the arrival of the last datagram of a socket, in nanoseconds since the Unix epoch: of the machine's clock,
 * which `now` reads too. Where the kernel has no stamp, it is now.
 */
export async function arrivals(now: () => bigint): Promise<(descriptor: number) => bigint> {
  if (process.platform !== "linux") return now;
  const { control } = await import("../network/linux/system.ts");
  const stamp = new Uint8Array(16);
  const view = new DataView(stamp.buffer);
  return descriptor => {
    try {
      control(descriptor, SIOCGSTAMPNS, stamp, "read the time of arrival");
      return view.getBigInt64(0, true) * 1_000_000_000n + view.getBigInt64(8, true);
    } catch {
      // The first datagram has no stamp yet: asking for one switches them on.
      return now();
    }
  };
}
