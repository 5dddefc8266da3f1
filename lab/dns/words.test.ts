// dig's words: what they mean, and what is wrong with those that mean nothing.
import { describe, expect, test } from "bun:test";
import { Class, Type } from "../../protocols/dns/index.ts";
import { wordsOf } from "./words.ts";

describe("wordsOf", () => {
  test("takes name, type, class and server in any order that can be told apart", () => {
    for (const words of ["lan MX @192.168.1.1", "@192.168.1.1 lan mx", "lan IN MX @192.168.1.1"])
      expect(wordsOf(words.split(" "))).toMatchObject({
        name: "lan",
        type: Type.MX,
        class: Class.IN,
        server: "192.168.1.1",
      });
    expect(wordsOf(["version.bind", "CH", "TXT"])).toMatchObject({ class: Class.CH, type: Type.TXT });
    expect(wordsOf(["a.lan", "TYPE65280"])).toMatchObject({ type: 65280 });
    expect(wordsOf([])).toMatchObject({ name: ".", type: Type.NS });
    // A name may look like a type.
    expect(wordsOf(["mx"])).toMatchObject({ name: "mx", type: Type.A });
    expect(wordsOf([], { reverse: "20.1.168.192.in-addr.arpa" })).toMatchObject({ type: Type.PTR });
    expect(wordsOf(["a.lan."])).toMatchObject({ name: "a.lan." });
  });

  test("has dig's defaults, and switches them as dig does", () => {
    expect(wordsOf(["a"])).toMatchObject({
      recursion: true,
      udpSize: 1232,
      cookie: true,
      authenticData: true,
      tcp: false,
    });
    expect(wordsOf(["a", "+noall", "+answer"]).sections).toMatchObject({
      cmd: false,
      comments: false,
      answer: true,
      stats: false,
    });
    expect(wordsOf("a +norecurse +noedns +vc +do +cd +tries=1 +time=2".split(" "))).toMatchObject({
      ...{ recursion: false, udpSize: undefined, cookie: false, tcp: true, dnssec: true },
      ...{ checkingDisabled: true, tries: 1, time: 2 },
    });
    expect(wordsOf("a +bufsize=4096 +edns=1 +nsid +subnet=192.0.2.0/24 +retry=4".split(" "))).toMatchObject({
      ...{ udpSize: 4096, ednsVersion: 1, nsid: true, subnet: "192.0.2.0/24", tries: 5 },
    });
    expect(wordsOf(["a", "+cookie=0102030405060708"]).cookie).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(wordsOf("a +domain=lab.lan +domain=lan".split(" ")).search).toEqual(["lab.lan", "lan"]);
    expect(wordsOf(["a", "+sea"]).search).toBe(true);
    expect([wordsOf(["a", "ANY"]).tcp, wordsOf(["a", "ANY", "+notcp"]).tcp]).toEqual([true, false]);
  });

  test.each([
    ["a +shrt", "there is no option +shrt; did you mean +short?"],
    ["a +t", "+t may mean +trace or +tcp; write it out."],
    ["a +short=1", "+short takes no value."],
    ["a +bufsize", "+bufsize takes a value: +bufsize=…"],
    ["a +bufsize=x", '+bufsize takes a whole number up to 65535, not "x".'],
    ["a +cookie=xyz", '+cookie takes octets in hexadecimal, not "xyz".'],
    ["a AAA", '"AAA" is no type of record; did you mean'],
    ["a MX NS", '"NS" is one word too many'],
    ["a @x @y", "two servers, @x and @y; one is asked."],
    ["a @", "after @ comes the server"],
    ["a..b", "has an empty label; a domain name is expected"],
  ])("%s: %s", (words, says) => {
    expect(() => wordsOf(words.split(" "))).toThrow(says);
  });

  test("a class or a type that is none", () => {
    expect(() => wordsOf(["a"], { class: "XX" })).toThrow('"XX" is no class');
    expect(() => wordsOf(["a"], { type: "XX" })).toThrow('"XX" is no type');
  });
});
