// How a run of `bun test` is read.
import { expect, test } from "bun:test";
import { outcome, skipped } from "./tests.ts";

const printed = `a.test.ts:
(pass) prints 7 fail
 9 pass
(fail) bad [0.17ms]

 12 pass
 3 skip
 1 todo
 2 fail
 1 error
 20 expect() calls
Ran 18 tests across 2 files. [6.00ms]
`;

test("the totals are the last ones printed", () => {
  expect(outcome(printed, 1)).toEqual({ passed: 12, failed: 2 });
});

test("a run that died before its totals has failed", () => {
  expect(outcome("(pass) one\n", 137)).toEqual({ passed: 0, failed: 1 });
  expect(outcome(" 5 pass\n 0 fail\n", 0)).toEqual({ passed: 5, failed: 0 });
});

test("skipped tests are found with their groups and their characters", () => {
  const report = `<testsuites><testsuite name="a.test.ts">
    <testcase name="ok" classname="" time="0.1" file="a.test.ts" line="2" assertions="1" />
    <testcase name="is skipped &amp; &lt;odd&gt; [needs &quot;x&quot;]" classname="d" time="0" file="b/a.test.ts" line="3" assertions="0">
      <skipped />
    </testcase>
    <testcase name="(unnamed)" classname="d" time="0" file="b/a.test.ts" line="3" assertions="0">
      <skipped />
    </testcase>
    <testcase name="bad" classname="" file="a.test.ts"><failure type="AssertionError" message="no" /></testcase>
  </testsuite></testsuites>`;
  expect(skipped(report)).toEqual([{ file: "b/a.test.ts", name: 'd > is skipped & <odd> [needs "x"]' }]);
});
