// Cuts a connection behind one octet, as the cases want it.
import type { Watch } from "../faults/faults.ts";

export const cutter =
  ({ behind }: { readonly behind: number }) =>
  (): Watch =>
  (octets, from) =>
    from === "client" && octets.at(-1) === behind;
