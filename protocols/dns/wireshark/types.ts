// What Wireshark calls types and classes in the labels of questions and records.
import { nameOf } from "../../wire/index.ts";
import { Class } from "../codes.ts";
import { Type } from "../types.ts";

/** Types that have no name with us. */
const others: Readonly<Record<number, string>> = {
  ...{
    0: "Unused",
    3: "MD",
    4: "MF",
    7: "MB",
    8: "MG",
    9: "MR",
    11: "WKS",
    14: "MINFO",
    18: "AFSDB",
    19: "X25",
  },
  ...{
    20: "ISDN",
    21: "RT",
    22: "NSAP",
    23: "NSAP-PTR",
    24: "SIG",
    26: "PX",
    27: "GPOS",
    30: "NXT",
    31: "EID",
  },
  ...{ 32: "NIMLOC", 34: "ATMA", 36: "KX", 38: "A6", 40: "SINK", 42: "APL", 45: "IPSECKEY", 49: "DHCID" },
  ...{ 55: "HIP", 57: "RKEY", 58: "TALINK", 62: "CSYNC", 63: "ZONEMD", 100: "UINFO", 101: "UID", 102: "GID" },
  ...{ 103: "UNSPEC", 104: "NID", 105: "L32", 106: "L64", 107: "LP", 108: "EUI48", 109: "EUI64" },
  ...{ 253: "MAILB", 254: "MAILA", 32768: "TA", 32769: "DLV", 65281: "WINS", 65282: "WINS-R", 65422: "XPF" },
};

export const mnemonic = (type: number): string => nameOf(Type, type) ?? others[type] ?? `Unknown (${type})`;
export const className = (number: number): string =>
  number === 2 ? "CS" : (nameOf(Class, number) ?? "Unknown");
