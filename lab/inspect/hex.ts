// Octets as everybody shows them: offset, sixteen octets in hexadecimal, and what is printable of them.

/** A line for each sixteen octets. */
export function* hexOf(octets: Uint8Array): Generator<string> {
  for (let at = 0; at < octets.length; at += 16) {
    const row = octets.subarray(at, at + 16);
    const pairs = Array.from(row, octet => octet.toString(16).padStart(2, "0"));
    const hex = `${pairs.slice(0, 8).join(" ").padEnd(23)}  ${pairs.slice(8).join(" ").padEnd(23)}`;
    const text = Array.from(row, octet =>
      octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".",
    ).join("");
    yield `${at.toString(16).padStart(4, "0")}  ${hex}  ${text}`;
  }
}
