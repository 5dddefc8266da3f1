// The options of DHCP in Wireshark's fields (RFC 2132 §2; RFC 2131 §4.1 for those in the rooms before them).
import type { Cursor } from "../../packet/cursor.ts";
import { expert, type Item, label } from "../../packet/wireshark.ts";
import { size as room } from "../parts.ts";
import { kinds, type Message } from "./kinds.ts";

const [pad, overload, end] = [0, 52, 255];

/** Where the message begins and what it has told so far. */
export interface Context extends Message {
  readonly start: number;
}

/** All options from here to the message's end. */
export function optionsField(cursor: Cursor, context: Context): void {
  if (!area(cursor, context))
    cursor.items.push(
      expert("dhcp.end_option_missing", "error", "protocol", "End option missing", context.start),
    );
  else if (cursor.at < cursor.end) cursor.bytes("dhcp.option.padding", cursor.end - cursor.at);
}

/** One option after the other until the end option; false: it is missing. */
function area(cursor: Cursor, context: Context): boolean {
  while (cursor.at < cursor.end) {
    const code = cursor.peek(1);
    if (code === pad) padding(cursor);
    else if (code === end) {
      // Wireshark shows it under a code that is none.
      const at = cursor.take(1);
      const items = [{ name: "dhcp.option.end", value: end, start: at, size: 1 }];
      cursor.item("dhcp.option.type", 0, at, 1, items);
      return true;
    } else option(cursor, code, context);
  }
  return false;
}

/** All zeros that follow one another are one. */
function padding(cursor: Cursor): void {
  const start = cursor.at;
  while (cursor.at < cursor.end && cursor.peek(1) === pad) cursor.take(1);
  const size = cursor.at - start;
  const items = [{ name: "dhcp.option.padding", value: cursor.octets(start, size), start, size }];
  cursor.item("dhcp.option.type", pad, start, size, items);
}

function option(cursor: Cursor, code: number, context: Context): void {
  cursor.need(2);
  const start = cursor.take(1);
  const outer = cursor.items;
  const items: Item[] = [];
  const size = cursor.peek(1);
  // No more than there is, should it say more.
  const there = Math.min(2 + size, cursor.end - start);
  outer.push({ name: "dhcp.option.type", value: code, start, size: there, items });
  cursor.items = items;
  try {
    cursor.number("dhcp.option.length", 1);
    const data = cursor.at;
    cursor.bytes("dhcp.option.value", size);
    cursor.at = data;
    const known = kinds[code];
    const problem = code === overload ? overloaded(cursor, context) : known?.(cursor, data + size, context);
    if (problem) items.push(expert("dhcp.bad_length", "error", "protocol", problem.message, start));
    // The octets are shown where nothing else says what they are.
    const bare = !known && code !== overload;
    if (size > 0 && !(bare || problem?.bare)) items[1] = { ...items[1]!, hidden: true };
    cursor.at = data + size;
  } finally {
    cursor.items = outer;
  }
}

/** Which rooms hold options as well, and those that they hold. */
function overloaded(cursor: Cursor, context: Context): undefined {
  const which = cursor.number("dhcp.option.option_overload", 1);
  const after = cursor.at;
  // Wireshark counts where the rooms are from the option, and so shows them elsewhere.
  if (which === 2 || which === 3)
    held(cursor, context, "Server host name", { name: "sname", at: context.start + 44, size: room.sname });
  if (which === 1 || which === 3)
    held(cursor, context, "Boot file name", { name: "file", at: context.start + 108, size: room.file });
  cursor.at = after;
}

function held(
  cursor: Cursor,
  context: Context,
  title: string,
  { name, at, size }: { name: "sname" | "file"; at: number; size: number },
): void {
  const inner = cursor.part(at, at + size);
  const ended = area(inner, context);
  const message = `${name} overload end option missing`;
  const missing = `dhcp.option.option_overload.${name}_end_missing`;
  const objections = ended ? [] : [expert(missing, "error", "protocol", message, at)];
  cursor.items.push(label(`${title} option overload`, at, size, [...inner.items, ...objections]));
}
