// `bun lab inspect -T`: a capture written in one of tshark's forms.
import { usage } from "../failure.ts";
import { vocabulary } from "../wireshark.ts";
import { selectionOf } from "./filter.ts";
import { type Form, formWriter } from "./forms.ts";
import { readPackets } from "./reading.ts";
import { toStandardOutput } from "./text.ts";

export interface FormChoice {
  readonly form: Form;
  readonly field: readonly string[];
  readonly setting: readonly string[];
  readonly twoPasses?: boolean;
  readonly displayFilter?: string;
  readonly number?: number;
  readonly count?: number;
  readonly decode: readonly string[];
  readonly keylog?: string;
}

/** Returns the exit code: 1 where the capture could not be read to its end. */
export async function inspectForm(file: string, choice: FormChoice): Promise<number> {
  const { form, field: fields, setting: settings, twoPasses, number, count } = choice;
  if (twoPasses && file === "-")
    throw usage("-2 reads the capture twice, and standard input can be read once: name a file.");
  const reading = vocabulary().reading(twoPasses ? 2 : 1);
  const { displayFilter } = choice;
  const selection = displayFilter === undefined ? undefined : selectionOf(displayFilter, reading);
  const writer = formWriter(form, reading, { fields, settings });
  if (twoPasses) {
    const code = await readPackets(file, choice, packet => {
      reading.observe(packet);
    });
    if (code !== 0) return code;
    reading.again();
  }
  const out = toStandardOutput();
  if (writer.head !== undefined) out.text(`${writer.head}\n`);
  let shown = 0;
  const code = await readPackets(file, choice, packet => {
    const observed = reading.observe(packet);
    if (selection && !selection.selects(packet, observed)) return true;
    if (number !== undefined && packet.number !== number) return true;
    writer.packet(observed, out, shown === 0);
    out.text("\n");
    shown++;
    return packet.number !== number && shown !== count;
  });
  if (writer.foot !== undefined) out.text(`${writer.foot}\n`);
  out.put();
  return code;
}
