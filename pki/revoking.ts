// What an authority takes back: certificates revoked, and the lists that say so, made anew before they end.
import { type Hierarchy, type Holder, readHierarchy } from "./hierarchy.ts";
import { useOf } from "./issuance.ts";
import { listed, type Revoked, revocationList, subjectOf } from "./issue.ts";
import { locked } from "./lock.ts";
import { both } from "./make.ts";
import { Unusable } from "./store.ts";
import { replaceFiles } from "./write.ts";

export interface Listing {
  /** Now, by default. */
  readonly thisUpdate?: Date;
  /** By default thirty days after, or when the list before was due, if that is later. */
  readonly nextUpdate?: Date;
  /** The password of the authority's key, where that is encrypted. */
  readonly password?: string;
}

/**
 * Revokes the certificate of that serial number, on its issuer's list. A certificate on hold is released by the reason
 * removeFromCRL, and nothing else takes one off a list. @throws Unusable where it is revoked already, or never was on hold
 */
export function revoke(
  folder: string,
  issuer: string,
  { serial, date, reason }: Revoked,
  listing: Listing = {},
): Promise<void> {
  return locked(folder, async () => {
    const { authority, keys, before } = opened(folder, issuer, listing.password);
    const known = before.revoked.find(one => one.serial === serial);
    const others = before.revoked.filter(one => one !== known);
    const onHold = known?.reason === "certificateHold";
    if (reason === "removeFromCRL" && !onHold)
      throw new Unusable("only a certificate that is on hold can be taken off the list");
    if (known && !onHold)
      throw new Unusable(
        `${authority.name} revoked that certificate on ${known.date.toISOString()} already; nothing undoes that`,
      );
    const revoked = reason === "removeFromCRL" ? others : [...others, { serial, date, reason }];
    await write(folder, authority, keys, { ...before, revoked }, listing);
  });
}

/** Makes an authority's list anew, with the same certificates on it. @throws Unusable */
export function relist(folder: string, issuer: string, listing: Listing = {}): Promise<void> {
  return locked(folder, async () => {
    const { authority, keys, before } = opened(folder, issuer, listing.password);
    await write(folder, authority, keys, before, listing);
  });
}

/** Whose certificate has that serial number, and who issued it. */
export function withSerial(
  hierarchy: Hierarchy,
  serial: bigint,
): { readonly holder: Holder; readonly issuer: Holder } | undefined {
  for (const holder of hierarchy.holders) {
    const { certificate } = holder;
    if (!certificate || BigInt(`0x${certificate.x509.serialNumber}`) !== serial) continue;
    const issuer = hierarchy.issuerOf(certificate);
    if (issuer) return { holder, issuer };
  }
}

function opened(folder: string, name: string, password: string | undefined) {
  const hierarchy = readHierarchy(folder);
  const authority = hierarchy.holder(name);
  const { certificate } = authority;
  if (!certificate || useOf(certificate.extensions) !== "authority")
    throw new Unusable(`${authority.name} is no authority, so it keeps no revocation list`);
  const keys = hierarchy.keysOf(authority, password);
  const before = authority.list ? listed(authority.list.der) : { number: 0n, revoked: [] };
  return { authority, keys, before };
}

async function write(
  folder: string,
  authority: Holder,
  keys: ReturnType<Hierarchy["keysOf"]>,
  { number, revoked }: ReturnType<typeof listed>,
  { thisUpdate = new Date(), nextUpdate = dueAfter(thisUpdate, authority) }: Listing,
): Promise<void> {
  if (nextUpdate <= thisUpdate)
    throw new Unusable(
      "the next list can't be due before this one: the next update must be after this update",
    );
  const time = BigInt(Date.now());
  const issuer = subjectOf(authority.certificate!.der);
  const list = revocationList(
    { issuer, thisUpdate, nextUpdate, number: time > number ? time : number + 1n, revoked },
    keys,
  );
  await replaceFiles(folder, both(authority.place, "crl", list));
}

/** Thirty days on; the lists of the hierarchies that are ready to use last longer, and go on doing so. */
function dueAfter(thisUpdate: Date, { list }: Holder): Date {
  const soonest = new Date(thisUpdate.getTime() + 30 * 86_400_000);
  const before = new Date((list?.nextUpdate ?? 0) * 1000);
  return before > soonest ? before : soonest;
}
