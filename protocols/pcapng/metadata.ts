// What the blocks that are not packets say, in the reader's terms; of a malformed block, what could be read of it.
import { colons } from "../ethernet/address.ts";
import { colonHex } from "../ipv6/address.ts";
import { optionOf, type Value } from "../wire/index.ts";
import type { Interface, Names, Secrets, Section, Statistics } from "./capture.ts";
import {
  type decryptionSecrets,
  type interfaceDescription,
  type interfaceStatistics,
  type nameResolution,
  resolutionText,
  SecretsType,
  type sectionHeader,
} from "./format.ts";
import { TimeScale } from "./time.ts";

type Said<Format> = Partial<Value<Format>>;

const utf8 = new TextDecoder();

export function sectionOf(
  at: number,
  little: boolean,
  { major, minor, options = [] }: Said<typeof sectionHeader>,
): Section {
  return {
    kind: "section",
    at,
    format: "pcapng",
    little,
    version: `${major}.${minor}`,
    comments: commentsOf(options),
    hardware: optionOf(options, 2),
    system: optionOf(options, 3),
    application: optionOf(options, 4),
    options,
  };
}

/** The interface, and how it counts time; `undefined` if the block does not even hold its link type. */
export function interfaceOf(
  at: number,
  number: number,
  { linkType, snapLength, options = [] }: Said<typeof interfaceDescription>,
): { readonly met: Interface; readonly scale: TimeScale } | undefined {
  if (linkType === undefined || snapLength === undefined) return undefined;
  const scale = new TimeScale(optionOf(options, 9), optionOf(options, 14));
  const met: Interface = {
    kind: "interface",
    at,
    number,
    linkType,
    snapLength,
    resolution: resolutionText(scale.resolution),
    comments: commentsOf(options),
    name: optionOf(options, 2),
    description: optionOf(options, 3),
    options,
  };
  return { met, scale };
}

export function namesOf(at: number, { records = [] }: Said<typeof nameResolution>): Names {
  const entries = records.flatMap(({ value }) =>
    value instanceof Uint8Array ? [] : [{ address: addressText(value.address), names: value.names }],
  );
  return { kind: "names", at, entries };
}

export function statisticsOf(
  at: number,
  on: { readonly number: number; readonly scale: TimeScale },
  { time = 0n, options = [] }: Said<typeof interfaceStatistics>,
): Statistics {
  const instant = (units: bigint | undefined) =>
    units === undefined ? undefined : on.scale.nanoseconds(units);
  return {
    kind: "statistics",
    at,
    interface: on.number,
    time: on.scale.nanoseconds(time),
    start: instant(optionOf(options, 2)),
    end: instant(optionOf(options, 3)),
    received: optionOf(options, 4),
    dropped: optionOf(options, 5),
    options,
  };
}

/** `undefined` if the secrets could not be read. */
export function secretsOf(
  at: number,
  { kind: type, octets }: Said<typeof decryptionSecrets>,
): Secrets | undefined {
  if (type === undefined || octets === undefined) return undefined;
  const keylog = type === SecretsType["TLS key log"] ? utf8.decode(octets) : undefined;
  return { kind: "secrets", at, type, octets: octets.slice(), keylog };
}

/** The comments among a block's options. */
export const commentsOf = (
  options: readonly { readonly code: number; readonly value: unknown }[],
): readonly string[] => options.flatMap(({ code, value }) => (code === 1 ? [value as string] : []));

/** The direction of a packet's flags (draft-ietf-opsawg-pcapng §4.3.1). */
export const directionOf = (direction = 0): "in" | "out" | undefined =>
  direction === 1 ? "in" : direction === 2 ? "out" : undefined;

const addressText = (address: Uint8Array): string =>
  address.length === 4 ? address.join(".") : address.length === 16 ? colonHex(address) : colons(address);
