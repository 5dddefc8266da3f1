// `-d tcp.port==1884,mqtt`: which protocol a port is decoded as, in Wireshark's words.
import type { AnyProtocol, Binding } from "../../protocols/packet/index.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

const tables = ["tcp.port", "udp.port", "tls.port", "ethertype", "ip.proto"] as const;

export function decodeAs(
  rules: readonly string[],
  known: readonly AnyProtocol[],
): { readonly binding: Binding; readonly protocol: string }[] {
  const names = [...new Set(known.map(protocol => protocol.name))];
  return rules.map(rule => {
    const [, table, key, protocol] = /^([\w.]+)==(\d+),([\w.]+)$/.exec(rule) ?? [];
    const found = tables.find(one => one === table);
    if (!found || key === undefined || protocol === undefined)
      throw usage(
        `-d ${rule}: table==number,protocol is expected, such as tcp.port==1884,mqtt; tables are ${tables.join(", ")}.`,
      );
    if (Number(key) > 65_535) throw usage(`-d ${rule}: ${key} is beyond 65535, the highest there is.`);
    if (!names.includes(protocol)) {
      const close = meant(protocol, names);
      throw usage(
        `-d ${rule}: there is no protocol "${protocol}"; ${close ? `did you mean ${close}?` : `there are ${names.join(", ")}.`}`,
      );
    }
    return { binding: { table: found, key: Number(key) }, protocol };
  });
}
