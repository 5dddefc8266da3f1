// The packet list over one packet's fields and octets, which light one another.
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Language } from "../words.ts";
import type { Jump } from "./app.tsx";
import type { Captured, Node, State } from "./captured.ts";
import { Explained } from "./explained.tsx";
import { Fields } from "./fields.ts";
import { FilterBar } from "./filter.tsx";
import { FollowDialog, type Following } from "./follow.tsx";
import { PacketList } from "./list.tsx";
import { useMedia } from "./media.ts";
import { Octets } from "./octets.tsx";
import { Divider } from "./panes.tsx";
import { useRemembered } from "./remembered.ts";
import { useHistory, useSelection, useShown } from "./selecting.ts";
import { Tree } from "./tree.tsx";
import { Windows } from "./windows.ts";
import { number, percent, wordsIn } from "./words.ts";

export interface PacketsProps {
  /** Behind another tab it stays as it is, out of sight. */
  readonly isShown: boolean;
  readonly captured: Captured;
  readonly state: State;
  readonly language: Language;
  readonly names: Readonly<Record<string, string>> | undefined;
  /** A packet that another view asked for. */
  readonly jump: Jump | undefined;
  readonly onSelect: (packet: number | undefined) => void;
  readonly onHelp: () => void;
}

export function Packets(props: PacketsProps) {
  const { isShown, captured, state, language, names, jump, onSelect, onHelp } = props;
  const words = wordsIn(language);
  const isNarrow = useMedia("(max-width: 720px)");
  const [text, write] = useState("");
  const [filter, apply] = useSelection(captured, state.generation);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const selection = filter?.selection ?? 0;
  const windows = useMemo(
    () => new Windows(captured, selection, () => redraw(0)),
    [captured, selection, state.generation],
  );
  const total = filter ? filter.count : state.packets;

  const [at, put] = useState<number>();
  const packet = at === undefined ? undefined : filter ? windows.row(at)?.number : at + 1;
  const shown = useShown(captured, packet, state.generation);
  const fields = useMemo(() => shown && new Fields(shown), [shown]);
  const [path, choosePath] = useState<string>();
  const [lit, light] = useState<Node>();
  const [opened, openSource] = useState(0);
  // Another packet may have fewer sources than the one before.
  const source = fields && opened < fields.shown.sources.length ? opened : 0;
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [following, follow] = useState<Following>();
  const [rows, setRows] = useRemembered("rows", 46);
  const [columns, setColumns] = useRemembered("columns", 50);
  const [lower, setLower] = useState<"tree" | "octets">("tree");
  const [grid, tree, octets, input] = [
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLDivElement>(null),
    useRef<HTMLInputElement>(null),
  ];
  const kept = useRef<number | undefined>(undefined);
  const chosen = path === undefined ? undefined : fields?.nodes.get(path);

  /** The packet of this number, also if the filter has to give way. */
  const go = useCallback(
    async (wanted: number, field?: string) => {
      if (filter) {
        const place = await captured.place(wanted, filter.selection);
        const [row] = await captured.window(place, 1, filter.selection);
        if (row?.number !== wanted) {
          write("");
          await apply("");
          put(wanted - 1);
        } else put(place);
      } else put(wanted - 1);
      choosePath(field);
    },
    [captured, filter, apply],
  );
  const history = useHistory(packet, go);
  // The first packet is looked at before anybody chooses one.
  const isFirst = useRef(true);
  useEffect(() => {
    if (total === 0 || !isFirst.current) return;
    isFirst.current = false;
    put(before => before ?? 0);
    // In a report there is more to read before it.
    if (!captured.about.embedded && document.activeElement === document.body) grid.current?.focus();
  }, [total]);

  useEffect(() => onSelect(packet), [packet, onSelect]);
  useEffect(() => {
    if (jump) void go(jump.packet, jump.path).then(() => grid.current?.focus());
  }, [jump]);
  useEffect(() => {
    light(undefined);
    if (chosen === undefined) openSource(0);
  }, [fields]);
  // The octets of a field that is chosen come to the front, and what is folded over it unfolds.
  useEffect(() => {
    if (!chosen || !fields) return;
    if (chosen.source !== undefined) openSource(chosen.source);
    const closed = [...fields.around(chosen)].filter(node => !fields.isOpen(node, folds));
    if (closed.length > 0) fold(closed.map(node => [fields.key(node), true]));
  }, [chosen]);

  const fold = (changes: Iterable<readonly [string, boolean]>): void =>
    setFolds(before => new Map([...before, ...changes]));
  const choose = useCallback((node: Node) => {
    choosePath(node.path);
    // A pointer that lies still has nothing more to say.
    light(undefined);
  }, []);
  const submit = async (wanted: string): Promise<void> => {
    const before = packet ?? kept.current;
    const next = await apply(wanted);
    kept.current = next && before;
    put(next || before === undefined ? undefined : before - 1);
    if (next && before === undefined) put(0);
  };
  // The packet that was looked at stays in sight, or the one nearest to it, as soon as the filter has come so far.
  useEffect(() => {
    const wanted = kept.current;
    if (!filter || wanted === undefined || filter.count === 0) return;
    captured.place(wanted, filter.selection).then(
      place => {
        if (kept.current !== wanted || (place === filter.count && !filter.done)) return;
        kept.current = undefined;
        put(Math.min(place, filter.count - 1));
      },
      () => {},
    );
  }, [captured, filter]);
  const filterBy = (one: string, isMore: boolean): void => {
    const whole = isMore && text.trim() !== "" ? `(${text}) && ${one}` : one;
    write(whole);
    void submit(whole);
  };
  const step = (by: number): void => {
    if (total > 0) put(Math.max(0, Math.min((at ?? -1) + by, total - 1)));
  };
  const within = async (by: 1 | -1): Promise<void> => {
    const next = packet === undefined ? undefined : await captured.neighbour(packet, by);
    if (next !== undefined && next !== null) await go(next);
  };

  const keys = useRef<((event: KeyboardEvent) => boolean) | undefined>(undefined);
  keys.current = event => {
    const { key, ctrlKey, altKey, metaKey, target } = event;
    const isTyping = target instanceof HTMLInputElement;
    const isControl = ctrlKey || metaKey;
    if (isControl && key === "f") input.current?.select();
    else if (key === "/" && !isTyping && !isControl) input.current?.select();
    else if ((isControl && key === "ArrowDown") || key === "F8") step(1);
    else if ((isControl && key === "ArrowUp") || key === "F7") step(-1);
    else if (isControl && key === ".") void within(1);
    else if (isControl && key === ",") void within(-1);
    else if (isControl && key === "Home") step(-total);
    else if (isControl && key === "End") step(total);
    else if (isControl && key === "g") {
      const wanted = Number(prompt(words.goTo));
      if (Number.isInteger(wanted) && wanted > 0 && wanted <= state.packets) void go(wanted);
    } else if (altKey && key === "ArrowLeft") history.back();
    else if (altKey && key === "ArrowRight") history.forward();
    else if (key === "Escape" && !isTyping) grid.current?.focus();
    else if (key === "?" && !isTyping) onHelp();
    else return false;
    return true;
  };
  useEffect(() => {
    if (!isShown) return;
    const press = (event: KeyboardEvent): void => {
      if (keys.current!(event)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isShown]);

  const progress =
    filter && !filter.done
      ? words.searching(percent(filter.share))
      : (filter?.failed ??
        (filter ? words.countOf(number(total, language), number(state.packets, language)) : ""));
  return (
    <div class={isShown ? "packets" : "hidden"} style={{ "--rows": `${rows}%`, "--columns": `${columns}%` }}>
      <div class="bar">
        <FilterBar
          {...{ captured, words, text, write, input }}
          applied={filter?.text ?? ""}
          apply={submit}
          leave={() => grid.current?.focus()}
        />
        <div class="beside">
          <p class="found" role="status">
            {progress}
          </p>
          {shown?.follow.map(one => (
            <button key={one.protocol} type="button" onClick={() => follow(one)}>
              {words.follow} {one.protocol.toUpperCase()}
            </button>
          ))}
        </div>
      </div>
      <div class="panes">
        <div class="list-pane">
          <PacketList
            {...{ windows, total, at, language, names, isNarrow, grid }}
            choose={put}
            enter={() => (lower === "octets" && isNarrow ? octets : tree).current?.focus()}
          />
          {total === 0 && (filter ? filter.done : state.done) && (
            <p class="empty over">{filter ? words.nothing : words.noPackets}</p>
          )}
        </div>
        <Divider direction="rows" share={rows} set={setRows} label={words.resize} />
        <div class={`lower shows-${lower}`}>
          {isNarrow && (
            <div class="tabs small" role="tablist" aria-label={words.views}>
              {(["tree", "octets"] as const).map(one => (
                <button
                  key={one}
                  type="button"
                  role="tab"
                  aria-selected={one === lower}
                  onClick={() => setLower(one)}
                >
                  {words[one]}
                </button>
              ))}
            </div>
          )}
          {fields ? (
            <>
              <section class="tree-pane" aria-label={words.tree}>
                <Tree
                  {...{ fields, folds, fold, chosen, lit, choose }}
                  point={light}
                  label={words.tree}
                  view={tree}
                />
              </section>
              {!isNarrow && (
                <Divider direction="columns" share={columns} set={setColumns} label={words.resize} />
              )}
              <section class="octets-pane" aria-label={words.octets}>
                <Octets
                  {...{ fields, source, chosen, lit, choose, words, language }}
                  open={openSource}
                  point={light}
                  wide={isNarrow ? 8 : 16}
                  view={octets}
                />
              </section>
              <Explained
                {...{ language, words }}
                node={lit ?? chosen}
                shown={fields.shown}
                filter={filterBy}
                select={go}
              />
            </>
          ) : (
            <p class="empty">{words.choose}</p>
          )}
        </div>
      </div>
      {following && (
        <FollowDialog
          {...{ captured, following, words, language }}
          protocols={shown?.follow.map(({ protocol }) => protocol) ?? [following.protocol]}
          close={() => follow(undefined)}
          select={go}
        />
      )}
    </div>
  );
}
