// `bun lab tls decode`: records of one side as trees, with the messages that they carry; or a handshake message alone.
import { ethernet } from "../../protocols/ethernet/index.ts";
import { ipv4 } from "../../protocols/ipv4/index.ts";
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { KeyLog, kinds, tls } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { ContentType, HandshakeType } from "../../protocols/tls/numbers.ts";
import { exit, Failure } from "../failure.ts";
import { plain } from "../inspect/json.ts";
import { octetsOf } from "../inspect/octets.ts";
import { messageLines } from "../inspect/tree.ts";
import { framesOf } from "./compare-tape.ts";
import { frameOf } from "./witness.ts";

/** Prints the trees; returns 1 where something in them is malformed or left over. @throws Failure */
export async function decodeTls(
  words: readonly string[],
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const octets = recordsOf(await octetsOf(words));
  const { packet: dissect } = dissector([
    ...[ethernet, ipv4, tcp],
    ...tls({ keyLog: new KeyLog(), ciphers: native }),
  ]);
  // The server's messages are laid out as its own.
  const way = octets[0] === ContentType.handshake && servers.has(octets[5]!) ? 1 : 0;
  const frames = [...framesOf([{ way, at: 0, octets }], 49_152)];
  const packets = frames.map((frame, i) => dissect(frameOf(i, frame)));
  const layers = packets.flatMap(packet => packet.layers.filter(({ protocol }) => isTls(protocol.name)));
  const taken = layers
    .filter(({ protocol }) => protocol.name === kinds.record.name)
    .reduce((sum, { value }) => sum + 5 + ((value as { length?: number } | undefined)?.length ?? 0), 0);
  if (layers.length === 0)
    throw new Failure(`these ${octets.length} octets begin a record that is not whole; give all of it.`);
  const wrong = layers.some(({ malformed }) => malformed);
  if (json)
    console.log(
      JSON.stringify(
        layers.map(({ protocol, value, malformed }) => ({
          kind: protocol.name,
          ...(malformed ? { malformed: String(malformed) } : { value }),
        })),
        plain,
      ),
    );
  else for (const line of packets.flatMap(packet => [...linesOf(packet)])) console.log(line);
  if (taken < octets.length)
    console.error(`lab: the last ${octets.length - taken} octets begin a record that is not whole.`);
  return wrong || taken < octets.length ? exit.failed : exit.done;
}

/** Offsets count from the first octet of the segment, or of what was put together from several. */
function* linesOf(packet: Packet): Generator<string> {
  const begins = packet.layers.find(({ protocol }) => protocol.name === "tcp")?.headerEnd ?? 0;
  for (const layer of packet.layers.filter(({ protocol }) => isTls(protocol.name))) {
    const base = layer.source.view === packet.frame.view ? begins : 0;
    yield* messageLines(layer.protocol, layer.tree(), layer.value, base, layer.malformed);
  }
}

const isTls = (name: string): boolean => name === "tls" || name.startsWith("tls.");

const servers = new Set<number>([
  HandshakeType.hello_request,
  HandshakeType.server_hello,
  HandshakeType.encrypted_extensions,
  HandshakeType.server_key_exchange,
  HandshakeType.certificate_request,
  HandshakeType.server_hello_done,
]);

/** Records as they are; a handshake message without them is put into one. @throws Failure */
function recordsOf(octets: Uint8Array): Uint8Array {
  const [first = 0, second] = octets;
  const isRecord = first >= ContentType.change_cipher_spec && first <= 24 && second === 3;
  if (isRecord) return octets;
  const length = octets.length < 4 ? -1 : (octets[1]! << 16) | (octets[2]! << 8) | octets[3]!;
  const named = Object.values(HandshakeType).some(type => type === first);
  if (named && length === octets.length - 4 && octets.length <= 1 << 14)
    return Uint8Array.of(ContentType.handshake, 3, 3, octets.length >> 8, octets.length & 0xff, ...octets);
  const hint = first === 0x30 ? "; certificates are read by bun lab pki inspect" : "";
  throw new Failure(
    `these ${octets.length} octets are neither records of TLS (16 03 …) nor a handshake message (01 00 …)${hint}.`,
  );
}
