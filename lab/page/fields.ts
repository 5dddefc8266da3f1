// The tree of one packet as lines, as far as it is unfolded; and which field an octet belongs to.
import type { Node, Shown } from "./captured.ts";

export interface Line {
  readonly node: Node;
  /** From 1. */
  readonly level: number;
  /** Among those of the same parent: which, from 1, of how many. */
  readonly position: number;
  readonly siblings: number;
  /** None: it can't be unfolded. */
  readonly isOpen?: boolean;
}

/** A packet's tree, with what is asked of it again and again worked out. */
export class Fields {
  readonly nodes = new Map<string, Node>();
  readonly #parents = new Map<Node, Node>();
  readonly #keys = new Map<Node, string>();
  readonly #owners = new Map<number, readonly (Node | undefined)[]>();
  /** Unfolded unless a person folded them. */
  readonly #open = new Set<Node>();

  constructor(readonly shown: Shown) {
    for (const node of shown.tree) this.#know(node, undefined, node.protocol ?? node.path);
    const said = shown.tree.filter(({ kind, protocol }) => kind === "layer" && !nothing.has(protocol!));
    const highest = said.at(-1)?.protocol;
    for (const node of said) if (node.protocol === highest) this.#unfold(node, 2);
    for (const node of this.nodes.values())
      if (node.kind === "malformed" || node.kind === "comment")
        for (const one of this.around(node)) this.#open.add(one);
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The fields around a field, innermost first. */
  *around(node: Node): Generator<Node> {
    for (let at = this.parent(node); at; at = this.parent(at)) yield at;
  }

  /** What is the same field in other packets, so that what is unfolded stays unfolded. */
  key(node: Node): string {
    return this.#keys.get(node)!;
  }

  isOpen(node: Node, folds: ReadonlyMap<string, boolean>): boolean {
    return node.inner !== undefined && (folds.get(this.key(node)) ?? this.#open.has(node));
  }

  lines(folds: ReadonlyMap<string, boolean>): Line[] {
    const lines: Line[] = [];
    const add = (nodes: readonly Node[], level: number): void => {
      for (const [i, node] of nodes.entries()) {
        const isOpen = node.inner ? this.isOpen(node, folds) : undefined;
        lines.push({ node, level, position: i + 1, siblings: nodes.length, isOpen });
        if (isOpen) add(node.inner!, level + 1);
      }
    };
    add(this.shown.tree, 1);
    return lines;
  }

  /** The innermost field of an octet; where several share it, the first, or the one after `than`. */
  owner(source: number, octet: number, than?: Node): Node | undefined {
    const owner = this.#ownersOf(source)[octet];
    const shared = owner && this.parent(owner)?.inner?.filter(node => holds(node, source, octet));
    if (!than || !shared || shared.length < 2) return owner;
    return shared[(shared.indexOf(than) + 1) % shared.length];
  }

  #ownersOf(source: number): readonly (Node | undefined)[] {
    const known = this.#owners.get(source);
    if (known) return known;
    const owners: (Node | undefined)[] = new Array(this.shown.sources[source]!.octets.length / 2);
    const own = (nodes: readonly Node[]): void => {
      // Backwards, so that of several in one octet the first has it.
      for (const node of nodes.toReversed()) {
        if (node.source === source && node.size)
          owners.fill(node, node.start!, Math.min(node.start! + node.size, owners.length));
        if (node.inner) own(node.inner);
      }
    };
    // Of a layer what lies above it is in later ones, which have the last word; the frame holds them all.
    for (const node of this.shown.tree) own([node]);
    this.#owners.set(source, owners);
    return owners;
  }

  #unfold(node: Node, levels: number): void {
    if (levels === 0 || !node.inner || (levels === 1 && node.inner.length > 12)) return;
    this.#open.add(node);
    for (const one of node.inner) this.#unfold(one, levels - 1);
  }

  #know(node: Node, parent: Node | undefined, layer: string): void {
    this.nodes.set(node.path, node);
    if (parent) this.#parents.set(node, parent);
    const [, ...path] = node.path.split(".");
    this.#keys.set(node, [layer, ...path].join("."));
    for (const inner of node.inner ?? []) this.#know(inner, node, layer);
  }
}

const nothing = new Set(["data", "padding"]);

export const holds = ({ source, start, size }: Node, of: number, octet: number): boolean =>
  source === of && start !== undefined && size !== undefined && octet >= start && octet < start + size;
