// The list of domain names in one option: compressed as in DNS, with the option's own octets as the message. RFC 3397 §2.
import { name } from "../names/name.ts";
import { Codec, type Field, type Reader, type Writer } from "../wire/index.ts";

class DomainList extends Codec<string[]> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): string[] {
    return this.alone(from, () => {
      const all: string[] = [];
      while (from.at < from.end) all.push(name.read(from));
      return all;
    });
  }

  write(to: Writer, draft: string[]): void {
    const outer = to.origin;
    to.origin = to.at;
    for (const one of draft) name.write(to, one);
    to.origin = outer;
  }

  override annotate(from: Reader, field: Field): string[] {
    field.fields ??= [];
    const into = field.fields;
    const first = into.length;
    return this.alone(from, () => {
      const all: string[] = [];
      while (from.at < from.end) all.push(name.note(from, String(into.length - first), into));
      return all;
    });
  }

  /** Pointers count from where the option's data begins, and may not leave it. */
  private alone<T>(from: Reader, read: () => T): T {
    const outer = from.origin;
    from.origin = from.at;
    try {
      return read();
    } finally {
      from.origin = outer;
    }
  }
}

/** Domain names up to the end. Canonical: each compressed as far as the names before it allow. */
export const domainList: Codec<string[]> = new DomainList();
