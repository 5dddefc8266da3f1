// The lab's networks: which one this machine gets, and why.

import type { Network } from "./contract.ts";
import { enter, hasEntered } from "./enter.ts";
import { probe } from "./probe.ts";

export { beforeEnd, ending } from "./cleanup.ts";
export type * from "./contract.ts";
export { HostFailed } from "./host-failed.ts";
export { type Permission, type Probe, probe } from "./probe.ts";

export type NetworkKind = "auto" | "namespaces" | "relay";

/** A network, and one sentence on why it is this one. */
export interface OpenedNetwork {
  readonly network: Network;
  readonly why: string;
}

/**
 * Opens the network that was asked for; "auto" takes namespaces where this machine permits them, else the relay.
 * An ordinary user's process starts over in there (enter.ts): call it before anything is printed or opened.
 * @throws Error if namespaces are asked for and can't be had: why, and what would help
 */
export async function openNetwork(kind: NetworkKind): Promise<OpenedNetwork> {
  if (kind === "relay") return { network: await relay(), why: "relay: asked for" };
  const { namespaces } = await probe();
  if (namespaces.ok) {
    if (namespaces.how === "user") enter(namespaces.unshare);
    const { Namespaces } = await import("./namespaces.ts");
    const how = hasEntered() ? "inside a user namespace" : "as root";
    return { network: new Namespaces(), why: `namespaces: this machine permits them, ${how}` };
  }
  const { reason, hint } = namespaces;
  const lack = `no namespaces here: ${reason}${hint && `; ${hint}`}`;
  if (kind === "namespaces") throw new Error(lack);
  return { network: await relay(), why: `relay: ${lack}` };
}

/** Imported only where it is needed. */
async function relay(): Promise<Network> {
  if (hasEntered()) {
    const { switchLoopbackOn } = await import("./linux/netlink.ts");
    switchLoopbackOn();
  }
  const { openRelay } = await import("./relay.ts");
  return openRelay();
}
