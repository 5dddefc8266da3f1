// Text in drawings: no line is wider than its place, nothing is lost, and nothing is markup.
import { expect, test } from "bun:test";
import { h } from "preact";
import { markup } from "./markup.ts";
import { fitting, widthOf, wrapped } from "./text.ts";

test("lines are no wider than the place, and hold every word", () => {
  const text = "NUCLEO-H723ZG asks everybody who can lease it an address, averyveryverylongwordthatmustbreak";
  for (const width of [40, 90, 300]) {
    const lines = wrapped(text, width, 12);
    for (const line of lines) expect(widthOf(line, 12)).toBeLessThanOrEqual(width);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  }
});

test("what is too long ends in an ellipsis, in the place and in the number of lines", () => {
  expect(widthOf(fitting("a".repeat(100), 60, 12), 12)).toBeLessThanOrEqual(60);
  const lines = wrapped("one two three four five six", 40, 12, 2);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toEndWith("…");
});

test("markup escapes text and attributes, and leaves handlers out", () => {
  const drawn = markup(
    h("p", { title: '"><script>', onClick: () => {}, hidden: false }, "</p><script>", 1, null, [
      "&",
      h("br", {}),
    ]),
  );
  expect(drawn).toBe('<p title="&#34;&#62;&#60;script&#62;">&#60;/p&#62;&#60;script&#62;1&#38;<br></p>');
});
