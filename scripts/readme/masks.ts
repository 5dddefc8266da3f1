// What differs from run to run and from machine to machine in the README's outputs, and is not compared: the one place.

/** What a real program's lack costs stands below its name. */
const advice = /^ {17}\S.*\n/gm;

/** In this order: what comes first is masked first. A part in brackets stays. */
const masks: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["there or not", /^[✓✗] (\S+).*$/gm],
  ["weekday and time", /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d-\d\d-\d{4} - \d\d:\d\d:\d\d/g],
  ["date and time", /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?/g],
  ["octets", /^[0-9a-f]{4} {2}(?:[0-9a-f]{2} +)+.*$/gm],
  ["number of a packet, and time", /^ +\d+ +\d+\.\d+/gm],
  ["time", /^ +\d+\.\d{3}/gm],
  // Serial numbers of certificates, picked at random, are not all as long.
  ["length of a frame of TLS", /(?<= TLS +)\d+(?= )/g],
  ["length of a message of TLS", /(?<=(?:all of it|todo), )\d+(?= )/g],
  ["offset", /[+-]\d+\.\d{6}\b/g],
  ["duration", /\d+(?:\.\d+)? (?:ns|µs|ms|s)\b/g],
  ["slow or fast", /it was .* (?:slow|fast)/g],
  ["identifier", /\b0x[0-9a-f]+/g],
  ["number that many octets stand for", /\b(?:[0-9a-f]{2}:){7,}[0-9a-f]{2}\b/g],
  ["port", /\b(?:3[2-9]|[45]\d|6[0-5])\d{3}\b/g],
  ["count of packets", /\(\d+ packets\)/g],
  ["version", /(?<![\d.])\d+\.\d+\.\d+(?![\d.])/g],
  ["platform", /\bon \w+ \w+$/gm],
  // Lines of the ladder are as long as what stands on them leaves.
  ["line", /[─┄ ]{2,}/g],
];

/** The text with each of these replaced by its name. */
export function masked(text: string): string {
  let out = text.replace(advice, "");
  for (const [name, pattern] of masks)
    out = out.replace(pattern, (_, first) => `⟨${typeof first === "string" ? first : name}⟩`);
  return out.replace(/[ \t]+$/gm, "");
}
