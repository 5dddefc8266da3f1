// JORGE-PC's NTP by chronyd: it serves the machine's clock, and never sets it (chrony.conf(5)).
import { type Equipped, udp } from "./plan.ts";

export const chronyd = (program: string): Equipped => ({
  daemon: {
    name: "chronyd",
    // -x: no control of the clock; -d: in the foreground; -U: an ordinary user may start it.
    command: [program, "-x", "-d", "-U", "-u", "root", "-f", "chrony.conf"],
    ports: [udp(123)],
    services: { "": "ntp" },
  },
  files: {
    "chrony.conf": `# chronyd on JORGE-PC: NTP (123) of the intranet.
# The machine's clock counts as the reference, as with the lab's own server.
local stratum 1
allow all

# No commands. The file with its number goes when it ends.
cmdport 0
bindcmdaddress /
pidfile chronyd.pid
`,
  },
});
