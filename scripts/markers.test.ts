// Blocks of Markdown that scripts write.
import { expect, test } from "bun:test";
import { blocksIn, fenced, withBlock } from "./markers.ts";

const markdown = `# Title

<!-- drawn: one -->
old
<!-- /drawn -->
Between <!-- printed: one --> and
<!-- /printed -->

<!-- drawn: two words -->
<!-- /drawn -->
`;

test("finds the blocks of one kind, and what stands in them", () => {
  expect(blocksIn(markdown, "drawn")).toEqual([
    { what: "one", text: "old" },
    { what: "two words", text: "" },
  ]);
});

test("writes one block anew, whatever is in it, and nothing else", () => {
  const after = withBlock(markdown, "drawn", "one", "$& `new`\n");
  expect(after).toBe(markdown.replace("old", () => "$& `new`"));
  expect(withBlock(after, "drawn", "one", "old")).toBe(markdown);
});

test("a block that does not end is refused, and not taken for the next one's end", () => {
  const open = markdown.replace("old\n<!-- /drawn -->\n", "old\n");
  expect(() => blocksIn(open, "drawn")).toThrow('"<!-- drawn: one -->" has no "<!-- /drawn -->" after it');
});

test("a fence is longer than any in the text", () => {
  expect(fenced("a\n```\nb\n")).toBe("````text\na\n```\nb\n````");
});
