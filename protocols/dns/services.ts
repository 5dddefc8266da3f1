// The parameters of SVCB and HTTPS records as master files word them (RFC 9460 §2.1, appendix A).
import { escaped, unescaped } from "./entries.ts";
import { ServiceParameter } from "./options.ts";
import { ipv4, ipv6, numberIn, type Wording, Words } from "./wording.ts";

export interface Parameter {
  readonly code: number;
  readonly value: unknown;
}

const names = new Map<number, string>(Object.entries(ServiceParameter).map(([name, code]) => [code, name]));
const codeOf = (name: string): number => {
  const known = (ServiceParameter as Record<string, number>)[name.toLowerCase()];
  if (known !== undefined) return known;
  const [, digits] = /^key(\d{1,5})$/i.exec(name) ?? [];
  if (digits === undefined)
    throw new RangeError(`"${name}" is no parameter of a service; key65280 is how to name others`);
  return numberIn(digits, 0xffff);
};
const nameOfCode = (code: number): string => names.get(code) ?? `key${code}`;

const list = <V>(of: Wording<V>): Wording<V[]> => ({
  say: values => values.map(of.say).join(","),
  read: words =>
    splitList(words.next("a list").text).map(text => of.read(new Words([{ text, quoted: false }], "."))),
});

/** A comma within an item is `\,` (RFC 9460 appendix A.1). */
const splitList = (text: string): string[] => text.match(/(?:\\.|[^,\\])+/gs) ?? [];
const item: Wording<string> = {
  say: value => escaped(value).replaceAll(",", "\\,"),
  read: words => unescaped(words.next("an item").text),
};
const key: Wording<number> = { say: nameOfCode, read: words => codeOf(words.next("a key").text) };
const port: Wording<number> = { say: String, read: words => numberIn(words.next("a port").text, 0xffff) };
const whole: Wording<string> = {
  say: value => escaped(value),
  read: words => unescaped(words.next("a value").text),
};

const wordings = {
  [ServiceParameter.mandatory]: list(key),
  [ServiceParameter.alpn]: list(item),
  [ServiceParameter.port]: port,
  [ServiceParameter.ipv4hint]: list(ipv4),
  [ServiceParameter.ipv6hint]: list(ipv6),
  [ServiceParameter.dohpath]: whole,
} as unknown as Readonly<Record<number, Wording<unknown>>>;

export const parameters: Wording<readonly Parameter[]> = {
  say: all => all.map(said).join(" "),
  read: words => {
    const all: Parameter[] = [];
    while (words.left > 0) all.push(parameterIn(words.next("a parameter").text));
    const sorted = all.sort((a, b) => a.code - b.code);
    const twice = sorted.find(({ code }, i) => sorted[i + 1]?.code === code);
    if (twice) throw new RangeError(`the parameter ${nameOfCode(twice.code)} is there twice`);
    return sorted;
  },
};

function said({ code, value }: Parameter): string {
  const wording = wordings[code];
  if (wording) return `${nameOfCode(code)}="${wording.say(value)}"`;
  const octets = value as Uint8Array;
  if (octets.length === 0) return nameOfCode(code);
  if (code === ServiceParameter.ech) return `ech="${octets.toBase64()}"`;
  return `${nameOfCode(code)}="${escaped(String.fromCharCode(...octets))}"`;
}

function parameterIn(text: string): Parameter {
  const equals = text.indexOf("=");
  const code = codeOf(equals < 0 ? text : text.slice(0, equals));
  const value = equals < 0 ? "" : text.slice(equals + 1);
  const wording = wordings[code];
  if (wording) return { code, value: wording.read(new Words([{ text: value, quoted: false }], ".")) };
  if (code === ServiceParameter.ech) return { code, value: Uint8Array.fromBase64(value) };
  return { code, value: Uint8Array.from(unescaped(value), one => one.charCodeAt(0)) };
}
