// Handshake messages, records and certificates of a run, as its exercises ask for them.
import type { Layer, Packet } from "../../../protocols/packet/index.ts";
import { bodyOf } from "../../../protocols/tls/handshake.ts";
import { serverName } from "../../../protocols/tls/hello.ts";
import { kinds } from "../../../protocols/tls/index.ts";
import { ContentType, HandshakeType } from "../../../protocols/tls/numbers.ts";
import type { Run } from "../exercise.ts";

export interface Told<V> {
  readonly number: number;
  readonly packet: Packet;
  readonly value: V;
}

type Recorded = Pick<Run, "packets">;

/** The handshake messages of that type that could be read, in order. */
export const handshakes = <const T extends keyof typeof HandshakeType>(run: Recorded, type: T) =>
  run.packets.flatMap(packet =>
    packet.all(kinds.handshake).flatMap(({ value }) => {
      const body = value && bodyOf(value, HandshakeType[type] as Parameters<typeof bodyOf>[1]);
      return body === undefined ? [] : [{ number: packet.number, packet, value: body as Body<T> }];
    }),
  );
type Body<T extends keyof typeof HandshakeType> = Exclude<
  ReturnType<typeof bodyOf<Extract<(typeof HandshakeType)[T], Parameters<typeof bodyOf>[1]>>>,
  undefined
>;

export const clientHello = (run: Recorded) => handshakes(run, "client_hello")[0]!;
/** The one that chooses: after a HelloRetryRequest the last. */
export const serverHello = (run: Recorded) => handshakes(run, "server_hello").at(-1)!;
export const namedServer = (run: Recorded): string => serverName(clientHello(run).value)!;

/** Records with application data from that address. */
export const applicationRecords = (run: Recorded, from: string): Told<{ readonly length: number }>[] =>
  records(run, from).filter(({ value }) => value.contentType === ContentType.application_data);

export const records = (run: Recorded, from?: string) =>
  run.packets
    .filter(({ source }) => from === undefined || source === from)
    .flatMap(packet =>
      packet
        .all(kinds.record)
        .flatMap(({ value }: Layer<{ contentType: number; length: number }>) =>
          value ? [{ number: packet.number, packet, value }] : [],
        ),
    );
