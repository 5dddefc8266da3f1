// Domain names, as DNS and DHCP share them.
export * from "../names/name.ts";
