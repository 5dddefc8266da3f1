// A ladder as it is kept beside the tests: the board's messages and what they do to each side, without times, ports and numbers.
import type { Rung } from "../../ladder.ts";

/** Of TCP, ARP and ICMP kernel and relay tell each in their own way. */
const told: ReadonlySet<string> = new Set(["DHCP", "DNS", "NTP", "TLS", "MQTT"]);

/** What the board does by itself stands at whichever packet was the nearest. */
const byItself = /: .*(LED|clock|failed|link|the chain|static address|power|button)/;

/** The end of a connection is told in one packet, or in several. */
const ending = /FIN-WAIT|CLOSE-WAIT|TIME-WAIT|LAST-ACK|CLOSING|CLOSED|TLS closed|session closed/;

export function goldenOf(
  rungs: readonly Pick<Rung, "from" | "to" | "protocol" | "label" | "steps">[],
): string {
  const isOfBoard = ({ from, to }: Pick<Rung, "from" | "to">): boolean =>
    from === "NUCLEO-H723ZG" || to === "NUCLEO-H723ZG" || to === "everybody";
  const seen = rungs.filter(one => told.has(one.protocol.replace(/v\d.*/, "")) && isOfBoard(one));
  // How many messages of TLS share a packet is the sender's affair.
  const messages = seen.flatMap(({ from, to, protocol, label }) => {
    const each = /^(TLS|MQTT)/.test(protocol) ? label.split(", ") : [label];
    // Who says goodbye first when a connection is refused is a race.
    return each.filter(one => !one.includes("Close Notify")).map(one => `${from} → ${to}: ${masked(one)}`);
  });
  const steps = seen.flatMap(rung =>
    rung.steps.filter(step => !byItself.test(step) && !ending.test(step)).map(masked),
  );
  return [...messages, "", ...steps, ""].join("\n");
}

const masked = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/g, "0x…")
    .replace(/\b\d{5}\b/g, "…")
    .replace(/\d\d:\d\d:\d\d/g, "…");
