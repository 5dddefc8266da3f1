// `-Y`: a display filter over Wireshark's names; a wrong one is shown with its place, and what may have been meant.
import { statSync } from "node:fs";
import { compile, type Filter, FilterError, pointed } from "../../protocols/filter/index.ts";
import type { AnyProtocol, DecodeAs } from "../../protocols/packet/index.ts";
import type { Wants } from "../../protocols/pcapng/capture.ts";
import { fileFrames, isPlainFile } from "../../protocols/pcapng/file.ts";
import { type Reading, Selection, Sieve, type Vocabulary } from "../../protocols/wireshark/index.ts";
import { usage } from "../failure.ts";
import { vocabulary } from "../wireshark.ts";
import { meant } from "../words.ts";

/** @throws Failure that shows where the filter is wrong */
export function filterOf(text: string, words: Vocabulary = vocabulary()): Filter {
  try {
    return compile(text, words);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const close = error.unknown === undefined ? undefined : meant(error.unknown, words.names());
    const [line, place] = pointed(text, error);
    throw usage(`${error.message}${close ? `; did you mean ${close}?` : "."}\n  ${line}\n  ${place}`);
  }
}

/** The filter over one capture's packets, each of which it has to be asked of, in order. */
export function selectionOf(text: string, reading?: Reading): Selection {
  const words = reading?.vocabulary ?? vocabulary();
  return new Selection(filterOf(text, words), reading ?? words.reading());
}

/**
 * Which frames of a file have to be dissected for what the filter selects, the first always; `undefined`: all, or it can
 * be read once only. Reads the file to its end. `opened`: whether secrets are known beside those in it.
 */
export function wantedBy(
  selection: Selection,
  file: string,
  protocols: readonly AnyProtocol[],
  rules: readonly DecodeAs[],
  opened: boolean,
): Wants | undefined {
  if (!isPlainFile(file)) return undefined;
  const sieve = Sieve.of(selection, protocols, rules, statSync(file).size, opened);
  if (!sieve) return undefined;
  if (!sieve.atOnce) {
    let secrets = false;
    const note: Wants = (view, start, end, linkType, number) => {
      sieve.note(view, start, end, linkType, number);
      return false;
    };
    for (const _ of fileFrames(file, ({ kind }) => (secrets ||= kind === "secrets"), note));
    if (secrets && !opened) return wantedBy(selection, file, protocols, rules, true);
  }
  return (view, start, end, linkType, number) =>
    number === 1 || sieve.passes(view, start, end, linkType, number);
}
