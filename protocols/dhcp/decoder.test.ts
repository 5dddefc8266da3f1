// What the packet list and the explanations say of DHCP.
import { expect, test } from "bun:test";
import type { Explanations } from "../packet/index.ts";
import { dhcp } from "./decoder.ts";
import { explain } from "./explain.ts";
import { byCode, type MessageDraft, message, option } from "./format.ts";

const summary = (draft: Partial<MessageDraft>) => {
  const chaddr = Uint8Array.fromHex("00c0df24ba6b");
  return dhcp.summary(message.decode(message.encode({ op: 1, xid: 0x3d1d, chaddr, options: [], ...draft })));
};

test("a message is summed up as Wireshark does", () => {
  expect(summary({ options: option(53, 1) })).toBe("DHCP Discover - Transaction ID 0x3d1d");
  expect(summary({ op: 2, options: option(53, 5) })).toBe("DHCP ACK - Transaction ID 0x3d1d");
  expect(summary({ options: option(53, 200) })).toBe("DHCP message type 200 - Transaction ID 0x3d1d");
  expect(summary({ vendor: new Uint8Array(64) })).toBe("Boot Request from 00:c0:df:24:ba:6b");
  expect(summary({ op: 2, vendor: new Uint8Array(64) })).toBe("Boot Reply to 00:c0:df:24:ba:6b");
});

test("each field of the message and each option is explained in both languages", () => {
  const told: Explanations = explain;
  const fields = Object.keys(message.shape).filter(key => key !== "flags");
  for (const path of [...fields, "flags.broadcast", ...Object.keys(byCode).map(code => `options.${code}`)]) {
    const said = told[path];
    expect(said, path).toBeDefined();
    for (const sentence of [said!.en, said!.es]) expect(sentence, path).toMatch(/^[\p{Lu}«'].*\.$/u);
    expect(said!.en).not.toBe(said!.es);
    expect(said!.reference, path).toMatch(/§|RFC \d+/);
  }
});

test("nothing is explained that is not there", () => {
  const codes = new Set(Object.keys(byCode));
  const options = Object.keys(explain).flatMap(path => /^options\.(\d+)$/.exec(path)?.[1] ?? []);
  expect(options.filter(code => !codes.has(code))).toEqual([]);
});
