// Texts as Wireshark reads UTF-8: more leniently than RFC 3629, and with fewer marks for what is none.

/** What can't be printed is escaped. One U+FFFD for a sequence that is cut short, a surrogate, or beyond Unicode; overlong ones are taken. */
export function utf8(octets: readonly number[]): string {
  let text = "";
  for (let i = 0; i < octets.length; ) {
    const first = octets[i++]!;
    if (first < 0x80) {
      text += first < 0x20 || first === 0x7f ? escaped(first) : String.fromCharCode(first);
      continue;
    }
    const wanted = first < 0xc0 || first >= 0xfe ? 0 : Math.clz32(~(first << 24)) - 1;
    let code = wanted === 0 ? -1 : first & (0x3f >> wanted);
    let read = 0;
    for (; read < wanted && (octets[i]! & 0xc0) === 0x80; read++, i++) code = code * 64 + (octets[i]! & 0x3f);
    const isCharacter = read === wanted && code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    text += isCharacter ? printable(code) : "\ufffd";
  }
  return text;
}

const short: Readonly<Record<number, string>> = {
  ...{ 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r" },
};
const escaped = (octet: number): string => short[octet] ?? `\\${octet.toString(8).padStart(3, "0")}`;

function printable(code: number): string {
  const character = String.fromCodePoint(code);
  if (!/[\p{Cc}\p{Cf}\p{Cn}]/u.test(character)) return character;
  const hex = code.toString(16).toUpperCase();
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
