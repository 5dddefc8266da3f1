// `-Y`: a display filter over Wireshark's names; a wrong one is shown with its place, and what may have been meant.
import { compile, type Filter, FilterError, pointed } from "../../protocols/filter/index.ts";
import { type Reading, Selection, type Vocabulary } from "../../protocols/wireshark/index.ts";
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
