// `bun lab inspect -T`: packets by Wireshark's names, in tshark's forms: pdml, json, ek, fields.
import type { Observed, Reading } from "../../protocols/wireshark/index.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";
import { ekOf } from "./ek.ts";
import { fieldsWriter } from "./fields.ts";
import { pdmlFoot, pdmlHead, writePdml } from "./pdml.ts";
import type { Text } from "./text.ts";
import { JsonWriter } from "./tree-json.ts";

export type Form = "pdml" | "json" | "ek" | "fields";

/** What writes packets. Texts end without a line break. */
export interface FormWriter {
  readonly head?: string;
  readonly foot?: string;
  /** `first`: nothing was written before it. */
  packet(observed: Observed, to: Text, first: boolean): void;
}

export interface FormOptions {
  /** `-e`: the fields that are wanted. */
  readonly fields: readonly string[];
  /** `-E`: "separator=,". */
  readonly settings: readonly string[];
}

export function formWriter(form: Form, reading: Reading, options: FormOptions): FormWriter {
  for (const name of options.fields) refuseUnknown(name, reading);
  switch (form) {
    case "pdml":
      return { head: pdmlHead, foot: pdmlFoot, packet: (one, to) => writePdml(one, reading, to) };
    case "json": {
      const writer = new JsonWriter(reading, options.fields);
      return {
        head: "[",
        foot: "]",
        packet(one, to, first) {
          if (!first) to.text(",");
          writer.packet(one, to);
        },
      };
    }
    case "ek":
      return { packet: (one, to) => to.text(ekOf(one, reading, options.fields)) };
    case "fields":
      return fieldsWriter(reading, options);
  }
}

function refuseUnknown(name: string, { vocabulary }: Reading): void {
  if (vocabulary.typeOf(name)) return;
  const close = meant(name, [...vocabulary.names()]);
  throw usage(
    `-e ${name}: there is no such field; ${close ? `did you mean ${close}?` : "Wireshark's names are expected, such as ip.src."}`,
  );
}
