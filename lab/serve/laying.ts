// What the servers need of the interface: their addresses, and frames that leave as they are on a wire.
import { Failure } from "../failure.ts";
import type { Configuration } from "../network/index.ts";
import { indexOf, offloadsOf, stateOf, switchOffload } from "../network/linux/interface.ts";
import { applyConfiguration, ownAddresses } from "../network/linux/netlink.ts";
import type { Undoing } from "./undoing.ts";

/** Adds the addresses that the interface has not got; all of it is undone with `undoing`. @throws SystemError */
export async function layOut(
  device: string,
  addresses: readonly Configuration[],
  undoing: Undoing,
): Promise<void> {
  for (const feature of offloadsOf(device)) {
    await undoing.before({ undo: "offload", device, feature });
    switchOffload(device, feature, false);
  }
  const own = new Set(
    ownAddresses()
      .filter(one => one.interface === device)
      .map(({ address }) => address),
  );
  for (const { address, prefix } of addresses) {
    if (own.has(address)) continue;
    await undoing.before({ undo: "address", device, address, prefix });
    applyConfiguration(indexOf(device), undefined, { address, prefix });
  }
}

/** @throws Failure; SystemError where there is no such interface */
export function refuseUnfit(device: string): void {
  const { isUp, isLoopback } = stateOf(device);
  if (isLoopback)
    throw new Failure(
      `${device} is this machine's own loopback: no board is there. Name the interface of its cable.`,
    );
  if (!isUp) throw new Failure(`${device} is down; bring it up with: ip link set ${device} up`);
}
