// Wireshark's names for NTP.
import { malformed, type Place, type Wireshark } from "../packet/wireshark.ts";
import { Truncated } from "../wire/index.ts";
import { Mode } from "./format.ts";
import { toUnix } from "./timestamp.ts";
import { data, status } from "./wireshark/control.ts";
import { fields } from "./wireshark/fields.ts";
import { request } from "./wireshark/private.ts";

/** A timestamp of 0 means "not known"; Wireshark cuts what is less than a nanosecond, where we take the nearest one. */
const time = (name: string) => ({
  name,
  value: (stamp: bigint) =>
    stamp === 0n ? 0n : toUnix((stamp >> 32n) << 32n) + (((stamp & 0xffff_ffffn) * 1_000_000_000n) >> 32n),
});
/** The octets as a number: intervals are shown as they lie. */
const raw = (name: string) => ({ name, value: (seconds: number) => seconds * 65536 });

/** What is said in the data of modes 6 and 7 as well: filters need the tree for it. */
const elsewhereToo = (name: string) => ({ name, value: (value: number, _: Place) => value });
const octetsOf = (number: number): Uint8Array =>
  Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
const modeOf = ({ layer }: Place): number => layer.source.view.getUint8(layer.start) & 7;

export const wireshark: Wireshark = {
  protocols: ["ntp"],
  fields,
  paths: {
    flags: "ntp.flags",
    "flags.leap": "ntp.flags.li",
    "flags.response": "ntp.priv.flags.r",
    "flags.more": "ntp.priv.flags.more",
    "flags.version": "ntp.flags.vn",
    "flags.mode": "ntp.flags.mode",
    stratum: elsewhereToo("ntp.stratum"),
    poll: elsewhereToo("ntp.ppoll"),
    precision: { name: "ntp.precision", value: (power: number) => power & 0xff },
    rootDelay: raw("ntp.rootdelay"),
    rootDispersion: raw("ntp.rootdispersion"),
    referenceId: "ntp.refid",
    referenceTimestamp: time("ntp.reftime"),
    originTimestamp: time("ntp.org"),
    receiveTimestamp: time("ntp.rec"),
    transmitTimestamp: time("ntp.xmt"),
    "extensions.*": "ntp.ext",
    "extensions.*.type": "ntp.ext.type",
    "extensions.*.length": "ntp.ext.length",
    "extensions.*.value": "ntp.ext.value",
    "authenticator.keyId": { name: "ntp.keyid", value: octetsOf },
    "authenticator.digest": { name: "ntp.mac", when: (digest: Uint8Array) => digest.length > 0 },
    operation: "ntp.ctrl.flags2",
    "operation.response": "ntp.ctrl.flags2.r",
    "operation.error": "ntp.ctrl.flags2.error",
    "operation.more": "ntp.ctrl.flags2.more",
    "operation.opcode": "ntp.ctrl.flags2.opcode",
    sequence: "ntp.ctrl.sequence",
    status,
    associationId: elsewhereToo("ntp.ctrl.associd"),
    offset: "ntp.ctrl.offset",
    count: "ntp.ctrl.count",
    data: place => (modeOf(place) === Mode.private ? request(place) : data(place)),
  },
  *generated(place) {
    if (place.layer.malformed instanceof Truncated) yield malformed("NTP", place);
  },
};
