// The walk through each TLS session of a capture, gathered packet by packet; its secrets are worked out at the end.
import type { Layer, Packet } from "../../../protocols/packet/index.ts";
import type { Ciphers } from "../../../protocols/tls/ciphers.ts";
import { type Direction, outcomeOf } from "../../../protocols/tls/direction.ts";
import { bodyOf, type Handshake } from "../../../protocols/tls/handshake.ts";
import { chosenVersion, isRetry, serverName } from "../../../protocols/tls/hello.ts";
import { HandshakeType, type KeyLog, kinds, Version } from "../../../protocols/tls/index.ts";
import { isEnciphered, type RecordValue } from "../../../protocols/tls/records.ts";
import { suiteOf } from "../../../protocols/tls/suite.ts";
import { nameOf } from "../../../protocols/wire/index.ts";
import type { Node, Shown } from "../../inspect/shown.ts";
import { shownOf } from "../../inspect/shown.ts";
import { type Host, Story } from "../../story/index.ts";
import { languages, type Said } from "../../words.ts";
import { type Gathered, type Passed, secretsOf } from "./secrets.ts";
import type { Part, Walk, WalkedRecord } from "./walk.ts";

export interface WalkOptions {
  readonly ciphers: Ciphers;
  /** Who is in the capture, for the story. */
  readonly hosts: readonly Host[];
  /** Whether values of secrets are told. */
  readonly secrets: boolean;
}

/** So many sessions, so many records of each until its handshake is done, and so many that carry data. */
const mostSessions = 20;
const mostOfHandshake = 40;
const mostOfData = 4;

interface Draft extends Gathered {
  readonly stream: number;
  readonly client: string;
  readonly server: string;
  serverName?: string;
  readonly records: (Omit<WalkedRecord, "secrets"> & { readonly epoch: string })[];
  data: number;
  more: number;
}

export class WalkGatherer {
  readonly #drafts = new Map<number, Draft>();
  readonly #story: Story;
  #first: bigint | undefined;

  constructor(readonly options: WalkOptions) {
    this.#story = new Story(options.hosts);
  }

  /** Packets with the keys, in order. */
  observe(packet: Packet): void {
    this.#first ??= packet.time;
    const { conversation, layers } = packet;
    if (
      conversation?.transport !== "tcp" ||
      !layers.some(({ protocol }) => protocol.name === kinds.record.name)
    )
      return;
    const draft = this.#draftOf(packet);
    if (!draft) return;
    let shown: Shown | undefined;
    for (const [at, layer] of layers.entries()) {
      if (layer.protocol.name !== kinds.record.name || layer.value === undefined) continue;
      const contents = contentsOf(layers, at);
      for (const one of contents)
        if (one.protocol.name === kinds.handshake.name) hear(draft, packet, one as Layer<Handshake>);
      const { contentType } = layer.value as RecordValue;
      const isData = draft.finished >= 2 && contentType === 23;
      if (isData ? ++draft.data > mostOfData : draft.records.length >= mostOfHandshake) {
        draft.more++;
        continue;
      }
      shown ??= shownOf(packet, undefined);
      draft.records.push(this.#record(packet, shown, at, contents));
    }
  }

  walks(keyLog: KeyLog): Walk[] {
    return [...this.#drafts.values()].map(draft => {
      const { stream, client, server, records, more, version, suite, passed } = draft;
      const secrets = secretsOf(draft, keyLog, this.options);
      const came = (packet: number): number[] =>
        secrets.flatMap(({ after }, i) =>
          after !== undefined && passed[after]?.packet === packet ? [i] : [],
        );
      const last = new Map(records.map(({ packet }, i) => [packet, i]));
      return {
        stream,
        client,
        server,
        ...(draft.serverName !== undefined && { serverName: draft.serverName }),
        ...(version !== undefined && { version: nameOf(Version, version) ?? `0x${version.toString(16)}` }),
        ...(suite && { suite: suite.name }),
        ...(draft.clientRandom && { clientRandom: draft.clientRandom.toHex() }),
        records: records.map(({ epoch, ...record }, i) => {
          const key = secrets.findIndex(one => one.opens?.way === record.way && one.opens.epoch === epoch);
          return {
            ...record,
            ...(record.sealing && { sealing: { ...record.sealing, ...(key >= 0 && { key }) } }),
            secrets: last.get(record.packet) === i ? came(record.packet) : [],
          };
        }),
        more,
        secrets: secrets.map(({ after: _, opens: __, ...secret }) => secret),
      };
    });
  }

  #draftOf({ conversation }: Packet): Draft | undefined {
    const { index, ends } = conversation!;
    const known = this.#drafts.get(index);
    if (known || this.#drafts.size >= mostSessions) return known;
    const text = ({ address, port }: (typeof ends)[number]) => `${address}:${port}`;
    const draft: Draft = {
      stream: index,
      client: text(ends[0]),
      server: text(ends[1]),
      records: [],
      passed: [],
      finished: 0,
      data: 0,
      more: 0,
      resumed: true,
      retried: false,
      preShared: false,
      extendedMasterSecret: false,
    };
    this.#drafts.set(index, draft);
    return draft;
  }

  #record(packet: Packet, shown: Shown, at: number, contents: readonly Layer[]): Draft["records"][number] {
    const layer = packet.layers[at] as Layer<RecordValue>;
    const direction = layer.state as { readonly ways?: readonly [Direction, Direction] } | Direction;
    const own = "ways" in direction ? direction.ways![layer.way] : (direction as Direction);
    const isSealed = isEnciphered(layer.value!.contentType, own);
    const { opened, by } = isSealed ? outcomeOf(own, layer.value!) : { opened: undefined, by: own };
    const messages = contents.filter(one => one.value !== undefined);
    const titles = messages.map(one => one.protocol.summary(one.value as never));
    const told = this.#story.tell(onlyWith([layer, ...contents], packet));
    return {
      packet: packet.number,
      time: Number(packet.time - this.#first!) / 1e9,
      way: layer.way,
      title: titles.length > 0 ? titles.join(", ") : layer.protocol.summary(layer.value as never),
      says: saidOf(told),
      parts: partsOf(shown, at, contents.length, packet.layers),
      ...(opened && {
        sealing: {
          epoch: by.epoch,
          sequence: by.sequence,
          nonce: opened.nonce.toHex(),
          additional: opened.additional.toHex(),
        },
      }),
      isClosed: isSealed && !opened,
      epoch: by.epoch,
    };
  }
}

/** The packet as if these were all its layers. */
const onlyWith = (layers: readonly Layer[], packet: Packet): Packet => ({
  number: packet.number,
  time: packet.time,
  frame: packet.frame,
  layers,
  conversation: undefined,
  way: packet.way,
  notes: [],
  source: packet.source,
  destination: packet.destination,
  layer: protocol => packet.layer(protocol),
  all: () => [],
});

const saidOf = (told: readonly { readonly says: Said }[]): Said =>
  Object.fromEntries(
    languages.map(language => [
      language,
      told
        .map(one => one.says[language])
        .filter(Boolean)
        .join(" "),
    ]),
  ) as Said;

/** The layers that lie in the record at this place. */
function contentsOf(layers: readonly Layer[], at: number): Layer[] {
  const end = layers.findIndex((one, i) => i > at && one.depth <= layers[at]!.depth);
  return layers.slice(at + 1, end < 0 ? undefined : end);
}

/** The record's octets with its fields; then those that were sealed in it. */
function partsOf(shown: Shown, at: number, count: number, layers: readonly Layer[]): Part[] {
  const nodes = Array.from({ length: count + 1 }, (_, i) =>
    shown.tree.find(({ path }) => path === String(at + i)),
  );
  const [record, ...contents] = nodes;
  if (!record || record.source === undefined) return [];
  const parts: Part[] = [];
  const add = (
    kind: Part["kind"],
    source: number,
    start: number,
    size: number,
    tree: readonly Node[],
  ): void => {
    const octets = shown.sources[source]!.octets.slice(2 * start, 2 * (start + size));
    parts.push({ kind, octets, tree: tree.map(node => moved(node, start)) });
  };
  const start = record.start ?? 0;
  const layer = layers[at]!;
  const own = contents.filter(node => node?.source === record.source) as Node[];
  add("wire", record.source, start, layer.end - layer.start, [record, ...own]);
  const others = Map.groupBy(
    contents.filter(node => node !== undefined && node.source !== record.source),
    node => node!.source!,
  );
  for (const [source, inner] of others) {
    const tree = inner as Node[];
    const first = Math.min(...tree.map(node => node.start ?? 0));
    const last = Math.max(...tree.map(node => lastOf(node)));
    add("deciphered", source, first, last - first, tree);
  }
  return parts;
}

const lastOf = (node: Node): number =>
  Math.max((node.start ?? 0) + (node.size ?? 0), ...(node.inner ?? []).map(lastOf));

const moved = (node: Node, by: number): Node => ({
  ...node,
  ...(node.start !== undefined && { start: node.start - by }),
  ...(node.inner && { inner: node.inner.map(one => moved(one, by)) }),
});

/** What a message of the handshake adds to what is known. */
function hear(draft: Draft, { number }: Packet, { value, way, source, start, end }: Layer<Handshake>): void {
  if (!value) return;
  const { type } = value;
  const clientHello = bodyOf(value, HandshakeType.client_hello);
  if (clientHello) {
    draft.clientRandom = clientHello.random;
    draft.serverName ??= serverName(clientHello);
  }
  const hello = bodyOf(value, HandshakeType.server_hello);
  const retries = type === HandshakeType.hello_retry_request || (hello !== undefined && isRetry(hello));
  if (hello) {
    draft.version = chosenVersion(hello);
    draft.suite = suiteOf(hello.cipherSuite);
    if (retries) draft.retried = true;
    else draft.serverRandom = hello.random;
    draft.preShared = hello.extensions?.some(({ code }) => code === 41) ?? false;
    draft.extendedMasterSecret = hello.extensions?.some(({ code }) => code === 23) ?? false;
  }
  if (type === HandshakeType.client_key_exchange) draft.resumed = false;
  const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start).slice();
  const verifyData = bodyOf(value, HandshakeType.finished)?.verifyData;
  if (draft.finished >= 2 || type === HandshakeType.hello_request) return;
  if (verifyData) draft.finished++;
  const passed: Passed = { packet: number, way, type, octets, retries, ...(verifyData && { verifyData }) };
  draft.passed.push(passed);
}
