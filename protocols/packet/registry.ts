// Which protocol is found where.
import { Reader } from "../wire/index.ts";
import type { AnyProtocol, Binding } from "./protocol.ts";

/** One more binding, as Wireshark's "Decode As": it goes before those that the protocols name. */
export interface DecodeAs {
  readonly binding: Binding;
  /** The protocol's name. */
  readonly protocol: string;
}

export class Registry {
  readonly #tables = new Map<Binding["table"], Map<number, AnyProtocol>>();
  readonly #recognizing: readonly AnyProtocol[];
  readonly #ofDatagrams: readonly AnyProtocol[];

  /** @throws RangeError if a rule names a protocol that is not among them */
  constructor(protocols: readonly AnyProtocol[], rules: readonly DecodeAs[]) {
    this.#recognizing = protocols.filter(({ recognizes }) => recognizes);
    this.#ofDatagrams = protocols.filter(({ recognizesDatagram }) => recognizesDatagram);
    for (const protocol of protocols) for (const binding of protocol.over) this.#bind(binding, protocol);
    for (const { binding, protocol: name } of rules) {
      const protocol = protocols.find(known => known.name === name);
      if (!protocol)
        throw new RangeError(
          `no protocol "${name}"; there are ${protocols.map(known => known.name).join(", ")}`,
        );
      this.#bind(binding, protocol);
    }
  }

  /** The first protocol that knows its own by the octets alone. */
  recognized(view: DataView, start: number, end: number): AnyProtocol | undefined {
    return this.#recognizing.find(protocol => protocol.recognizes!(new Reader(view, start, end)));
  }

  /** The first whose message the datagram is, by its octets alone. */
  recognizedDatagram(view: DataView, start: number, end: number): AnyProtocol | undefined {
    for (const protocol of this.#ofDatagrams)
      if (protocol.recognizesDatagram!(new Reader(view, start, end))) return protocol;
    return undefined;
  }

  /** The protocol that is bound there. */
  bound(table: Binding["table"], key: number): AnyProtocol | undefined {
    return this.#tables.get(table)?.get(key);
  }

  /** The protocol of the first binding that is known. */
  of(bindings: readonly Binding[]): AnyProtocol | undefined {
    for (const { table, key } of bindings) {
      const protocol = this.#tables.get(table)?.get(key);
      if (protocol) return protocol;
    }
    return undefined;
  }

  #bind({ table, key }: Binding, protocol: AnyProtocol): void {
    let keys = this.#tables.get(table);
    if (!keys) {
      keys = new Map();
      this.#tables.set(table, keys);
    }
    keys.set(key, protocol);
  }
}
