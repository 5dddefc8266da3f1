// For tests: a program that writes leases until it is killed, and tells of each once it is on disk.
import { writeSync } from "node:fs";
import { TestClock } from "../../endpoint/memory.ts";
import { LeaseFile } from "../lease-file.ts";

/** The client of the lease with this number. */
export const clientOf = (lease: number): string =>
  `02:00:00:00:${(lease >> 8).toString(16).padStart(2, "0")}:${(lease & 0xff).toString(16).padStart(2, "0")}`;

if (import.meta.main) {
  const leases = new LeaseFile(process.argv[2]!, new TestClock());
  for (let i = 0; ; i++) {
    const mac = clientOf(i);
    leases.add({ key: `1 ${mac}`, mac, address: 0x0a00_0000 + i, state: "bound", expires: undefined });
    writeSync(1, `${mac}\n`);
  }
}
