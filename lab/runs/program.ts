// Where the program of a host lies.
import { fileURLToPath } from "node:url";

/** Absolute path of a host's program, from where its user stands: `programOf(import.meta.url, "../servers/dhcp.ts")`. */
export const programOf = (from: string, path: string): string => fileURLToPath(new URL(path, from));
