// What a frame carries, and for whom.
import { expect, test } from "bun:test";
import { ethernet, vlan } from "./decoder.ts";

const carries = (hex: string) =>
  ethernet.payload!(ethernet.format.decode(Uint8Array.fromHex(hex)), undefined, 0);
const addresses = "ffffffffffff00c0df24ba6b";

test("the type names the protocol above", () => {
  expect(carries(`${addresses}0806`)).toEqual({ bindings: [{ table: "ethertype", key: 0x806 }] });
});

test("a length bounds what is carried, so that the rest is trailer", () => {
  expect(carries(`${addresses}0026424203`)).toEqual({ bindings: [], size: 35 });
  expect(carries(`${addresses}0010f0f00105`)).toEqual({ bindings: [], size: 12 });
  expect(carries(`${addresses}0002`)).toEqual({ bindings: [], size: 2 });
  expect(carries(`${addresses}0004aaaa030000000800`)?.size).toBe(0);
});

test("SNAP brings the type back, unless an organization has types of its own", () => {
  expect(carries(`${addresses}0024aaaa030000000800`)).toEqual({
    bindings: [{ table: "ethertype", key: 0x800 }],
    size: 28,
  });
  expect(carries(`${addresses}0024aaaa0300000c2000`)).toEqual({ bindings: [], size: 28 });
});

test("a tag hands on to what it tags, another tag too", () => {
  const tagged = vlan.format.decode(Uint8Array.fromHex("a0648100"));
  expect(vlan.payload!(tagged, undefined, 0)).toEqual({
    bindings: [{ table: "ethertype", key: 0x8100 }],
  });
  expect(vlan.summary(tagged)).toBe("VLAN 100, priority 5, VLAN");
});

test("summaries and ends are in the spelling that people read", () => {
  const frame = ethernet.format.decode(Uint8Array.fromHex(`${addresses}0806`));
  expect(ethernet.summary(frame)).toBe("00:c0:df:24:ba:6b → ff:ff:ff:ff:ff:ff ARP");
  expect(ethernet.ends!(frame)).toEqual(["00:c0:df:24:ba:6b", "ff:ff:ff:ff:ff:ff"]);
});
