// What may be asked of the bench, and how the rest is refused.
import { expect, test } from "bun:test";
import { connectionsIn, crowdIn, cyclesIn, nameOf, sizesIn } from "./plan.ts";

test("sizes are taken once each, the smallest first", () => {
  expect(sizesIn("1460, 16,1460,16384")).toEqual([16, 1460, 16_384]);
});

test("connections are every mode in every version; in the clear there is no version", () => {
  expect(connectionsIn("plain,server,mutual", "1.2,1.3").map(nameOf)).toEqual([
    "plain",
    "TLS 1.2",
    "TLS 1.3",
    "mutual TLS 1.2",
    "mutual TLS 1.3",
  ]);
  expect(connectionsIn("mutual,plain", "1.3").map(nameOf)).toEqual(["plain", "mutual TLS 1.3"]);
});

test("what can't be measured is refused with a sentence that says what can", () => {
  const refused: [() => unknown, string][] = [
    [() => sizesIn("16,many"), '--sizes: "many" is no size; whole octets from 1 to 65536'],
    [() => sizesIn("0"), '"0" is no size'],
    [() => sizesIn("65537"), '"65537" is no size'],
    [() => sizesIn("1e3"), '"1e3" is no size'],
    [() => sizesIn(" ,"), "--sizes names none"],
    [() => cyclesIn("0"), '--cycles: "0" is no number from 1 to 100000'],
    [() => cyclesIn("-5"), '"-5" is no number'],
    [() => cyclesIn(""), '"" is no number'],
    [() => crowdIn("501"), '--connections: "501" is no number from 0 to 500; 0 leaves memory out'],
    [
      () => connectionsIn("plain,mutal", "1.2"),
      '"mutal" is none of plain, server, mutual; did you mean mutual?',
    ],
    [() => connectionsIn("", "1.2"), "--modes names none"],
    [() => connectionsIn("plain", "1.1"), '--tls-version: "1.1" is none of 1.2, 1.3'],
  ];
  for (const [ask, sentence] of refused) expect(ask).toThrow(sentence);
});
