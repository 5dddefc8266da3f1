// From our tree to Wireshark's fields: each field of a layer's tree becomes what its protocol's `paths` say.
import type { Layer, Packet } from "../packet/index.ts";
import type { Definition, Entry, FieldValue, Item, Paths, Place, Wireshark } from "../packet/wireshark.ts";
import type { Field } from "../wire/index.ts";
import { fieldsOf, planOf } from "./plan.ts";
import { kinds } from "./quick.ts";

/** What the fields below a path become. */
interface Node {
  makes?: readonly Entry[] | ((place: Place) => Iterable<Item>);
  /** Where that is a name and nothing else. */
  name?: string | undefined;
  readonly below: Map<string, Node>;
  /** Below any list index or code that has no node of its own. */
  any?: Node;
}

/** A protocol's `paths` and `fields`, ready to be walked by. */
export class Walker {
  readonly #root: Node;
  readonly #fields: Wireshark["fields"];
  /** By format: a protocol of several names may have several. */
  readonly #plans = new Map<unknown, ReturnType<typeof planOf>>();

  constructor({ paths, fields }: Pick<Wireshark, "paths" | "fields">) {
    this.#root = compiled(paths);
    this.#fields = fields;
  }

  /** The root's place: what the hooks of a protocol are told. Its `inner()` are the items of the whole tree. */
  place(layer: Layer, packet: Packet, facts: unknown, item: Place["item"]): Place {
    return new Root(this, layer, this.#root, packet, facts, item);
  }

  /** The items of all fields of a layer. */
  whole(place: Root, into: Item[]): void {
    const { layer } = place;
    const { format } = layer.protocol;
    let plan = this.#plans.get(format);
    if (plan === undefined && !this.#plans.has(format)) {
      plan = this.#root.makes ? undefined : planOf(format, key => makesAny(this.#root.below.get(key)));
      this.#plans.set(format, plan);
    }
    if (!plan || layer.value === undefined || layer.malformed)
      return this.inner(place.field, this.#root, place, into);
    for (const field of fieldsOf(plan, layer))
      this.items(field, this.#root.below.get(field.key), place, into);
  }

  /** The items of a field. */
  items(field: Field, node: Node | undefined, up: Standing | Root, into: Item[]): void {
    if (!node) return;
    const { makes } = node;
    if (node.name !== undefined && !field.malformed) {
      into.push(this.#plain(node.name, field, up));
      return;
    }
    // Octets that a field ended within are no value of it.
    if (field.malformed && field.value === undefined && !field.fields?.length) return;
    const place = new Standing(this, field, node, up, up.layer, up.packet, up.facts, up.item);
    if (makes === undefined) return this.inner(field, node, place, into);
    if (typeof makes === "function") {
      if (field.malformed && field.value === undefined) return this.inner(field, node, place, into);
      for (const item of makes(place)) into.push(item);
      return;
    }
    for (let i = 0; i < makes.length; i++) this.#made(makes[i]!, place, i === 0, into);
  }

  /** Of a field that is nothing but its name. */
  #plain(name: string, { start, end, value }: Field, { layer }: Standing | Root): Item {
    const definition = this.#fields[name];
    const size = end - start;
    return {
      name,
      value: definition && valueOfType(definition, value, layer.source.view, start, size),
      start,
      size,
      show: undefined,
      hidden: undefined,
      generated: undefined,
      items: undefined,
    };
  }

  /** The items of the fields in a field. */
  inner(field: Field, node: Node, place: Standing | Root, into: Item[]): void {
    for (const one of field.fields ?? [])
      this.items(one, node.below.get(one.key) ?? (isCode(one.key) ? node.any : undefined), place, into);
  }

  #made(entry: Entry, place: Standing, first: boolean, into: Item[]): void {
    const { field, node } = place;
    const { name, within } = entry;
    if (entry.when && !entry.when(field.value, place)) return;
    if (entry.before) for (const item of entry.before(place)) into.push(item);
    if (name === undefined) {
      this.inner(field, node, place, into);
      if (within) for (const item of within(place)) into.push(item);
    } else {
      const items: Item[] = [];
      if (first && isOpen(node) && field.fields && !entry.flat) this.inner(field, node, place, items);
      if (within) for (const item of within(place)) items.push(item);
      into.push(this.#item(name, entry, place, items));
      if (first && entry.flat) this.inner(field, node, place, into);
    }
    if (entry.after) for (const item of entry.after(place)) into.push(item);
  }

  #item(name: string, entry: Entry, place: Standing, items: readonly Item[]): Item {
    const { field } = place;
    const start = field.start + numberOf(entry.at ?? 0, place);
    const size = entry.size === undefined ? field.end - start : numberOf(entry.size, place);
    const definition = this.#fields[name];
    const value = entry.value
      ? entry.value(field.value, place)
      : definition && valueOfType(definition, field.value, place.layer.source.view, start, size);
    const show = typeof entry.show === "function" ? entry.show(field.value, place) : entry.show;
    return {
      name,
      value,
      start,
      size,
      show,
      hidden: entry.hidden,
      generated: entry.generated,
      items: items.length > 0 ? items : undefined,
    };
  }
}

const numberOf = (value: number | ((place: Place) => number), place: Place): number =>
  typeof value === "number" ? value : value(place);

/** The place of a whole layer: its tree is made when somebody asks for it. */
class Root implements Place {
  readonly up: undefined;
  #field: Field | undefined;

  constructor(
    readonly walker: Walker,
    readonly layer: Layer,
    readonly node: Node,
    readonly packet: Packet,
    readonly facts: unknown,
    readonly item: Place["item"],
  ) {}

  get field(): Field {
    this.#field ??= this.layer.tree();
    return this.#field;
  }

  inner(): Item[] {
    const items: Item[] = [];
    this.walker.whole(this, items);
    return items;
  }
}

class Standing implements Place {
  constructor(
    readonly walker: Walker,
    readonly field: Field,
    readonly node: Node,
    readonly up: Standing | Root,
    readonly layer: Layer,
    readonly packet: Packet,
    readonly facts: unknown,
    readonly item: Place["item"],
  ) {}

  inner(): Item[] {
    const items: Item[] = [];
    this.walker.inner(this.field, this.node, this, items);
    return items;
  }
}

const isCode = (key: string): boolean => {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
};

/** Our value as one of this type; of its octets where ours is of another kind. */
function valueOfType(
  { type }: Definition,
  value: unknown,
  view: DataView,
  start: number,
  size: number,
): FieldValue | undefined {
  const kind = kinds[type];
  if (kind === "nothing") return undefined;
  if (kind === "octets")
    return value instanceof Uint8Array ? value : new Uint8Array(view.buffer, view.byteOffset + start, size);
  if (kind === "text") return typeof value === "string" ? value : undefined;
  if (kind === "wide") {
    if (typeof value === "bigint") return value;
    return typeof value === "number" ? BigInt(value) : unsigned(view, start, size);
  }
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") return Number(value);
  return size <= 6 ? Number(unsigned(view, start, size)) : undefined;
}

function unsigned(view: DataView, start: number, size: number): bigint {
  let number = 0n;
  for (let i = 0; i < Math.min(size, 8); i++) number = number * 256n + BigInt(view.getUint8(start + i));
  return number;
}

function compiled(paths: Paths): Node {
  const root: Node = { below: new Map() };
  for (const [path, makes] of Object.entries(paths)) {
    let node = root;
    for (const key of path === "" ? [] : path.split(".")) node = below(node, key);
    node.makes =
      typeof makes === "function"
        ? makes
        : [makes].flat().map((one: string | Entry) => (typeof one === "string" ? { name: one } : one));
    if (typeof makes === "string") node.name = makes;
  }
  named(root);
  return root;
}

/** A field that has others in it is more than its name. */
function named(node: Node): void {
  if (isOpen(node)) node.name = undefined;
  for (const inner of node.below.values()) named(inner);
  if (node.any) named(node.any);
}

const isOpen = ({ below, any }: Node): boolean => below.size > 0 || any !== undefined;

/** Whether anything comes of a field: nothing does of one whose function looks at no place. */
const makesAny = (node: Node | undefined): boolean =>
  node !== undefined && !(typeof node.makes === "function" && node.makes.length === 0);

function below(node: Node, key: string): Node {
  if (key === "*") {
    node.any ??= { below: new Map() };
    return node.any;
  }
  let next = node.below.get(key);
  if (!next) {
    next = { below: new Map() };
    node.below.set(key, next);
  }
  return next;
}
