// Words and names: judged without regard to case, spacing or quotes.
import { Illegible, type Kind } from "../exercise.ts";

const plain = (text: string): string =>
  text
    .normalize("NFKC")
    .trim()
    .replace(/^(["'`«“])(.*)(["'`»”])$/su, "$2")
    .replace(/\s+/gu, " ")
    .trim();

function read(text: string, expected: { en: string; es: string }): string {
  const said = plain(text);
  if (said === "") throw new Illegible(expected);
  return said;
}

const aText = { en: "a text", es: "un texto" };

/** A text. */
export const text: Kind<string> & Required<Pick<Kind<string>, "spelling">> = {
  name: "text",
  expects: () => aText,
  read: typed => read(typed, aText),
  show: value => value,
  spelling: value => plain(value).toLowerCase(),
};

const aName = {
  en: "a domain name, such as broker.example.org",
  es: "un nombre de dominio, por ejemplo broker.example.org",
};

/** A domain name: a dot at its end makes no difference (RFC 1034 §3.1), nor does case. */
export const domainName: Kind<string> = {
  ...text,
  name: "name",
  expects: () => aName,
  read(typed) {
    const name = read(typed, aName);
    if (/[\s,;/]/.test(name)) throw new Illegible(aName);
    return name;
  },
  spelling: value => plain(value).toLowerCase().replace(/\.$/, ""),
};
