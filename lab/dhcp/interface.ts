// A real interface, named by a person: whole frames on it, or a sentence on why that can't be.
import { networkInterfaces } from "node:os";
import type { Link } from "../../protocols/endpoint/index.ts";
import { Failure, usage } from "../failure.ts";
import { meant } from "../words.ts";

/** @throws Failure where there is no such interface, or no right to it */
export async function linkOf(name: string): Promise<Link> {
  try {
    const { openLink } = await import("../network/native-link.ts");
    return await openLink(name);
  } catch (error) {
    throw failure(name, error as Error & { code?: string });
  }
}

/** The first IPv4 address that an interface has, with its prefix. */
export function addressOf(name: string): { readonly address: string; readonly prefix: number } | undefined {
  const found = networkInterfaces()[name]?.find(({ family }) => family === "IPv4");
  return found?.cidr ? { address: found.address, prefix: Number(found.cidr.split("/")[1]) } : undefined;
}

export function failure(name: string, error: Error & { readonly code?: string }): Error {
  if (process.platform !== "linux")
    return new Failure(`frames on an interface can be had on Linux only, and this is ${process.platform}.`);
  if (error.code === "ENODEV" || error.code === "ENXIO") {
    const known = Object.keys(networkInterfaces());
    const close = meant(name, known);
    const next = close
      ? `did you mean ${close}?`
      : `there are ${known.join(", ") || "none with an address"}.`;
    return usage(`there is no interface "${name}" here; ${next}`);
  }
  if (error.code === "EPERM" || error.code === "EACCES")
    return new Failure(`DHCP on ${name} takes root's rights (${error.message}); run it with sudo.`);
  if (error.code === "ENETDOWN")
    return new Failure(`${name} is down; bring it up with: ip link set ${name} up`);
  return new Failure(`${name}: ${error.message}.`);
}
