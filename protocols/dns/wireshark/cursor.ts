// A message's octets, read as Wireshark reads them: to the message's end, whatever lengths within it say.
import { Cursor as Octets } from "../../packet/cursor.ts";
import { type Name, nameAt } from "./name.ts";

export class Cursor extends Octets {
  constructor(
    view: DataView,
    /** Where the message begins: compressed names count from there. */
    readonly origin: number,
    end: number,
  ) {
    super(view, end, origin);
  }

  name(name: string): Name {
    const read = nameAt(this.view, this.at, this.origin, this.end);
    this.item(name, read.text, this.take(read.size), read.size);
    return read;
  }
}
