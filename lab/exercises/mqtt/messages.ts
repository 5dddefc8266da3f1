// MQTT packets of a run, as its exercises ask for them.
import { mqtt, type PacketOf, Type } from "../../../protocols/mqtt/index.ts";
import type { Packet } from "../../../protocols/packet/index.ts";
import type { Run } from "../exercise.ts";

export interface Told<N extends keyof typeof Type> {
  readonly number: number;
  readonly packet: Packet;
  readonly message: PacketOf<N>;
  /** The control packet, fixed header included. */
  readonly octets: Uint8Array;
}

/** Every control packet of that type, in order. */
export const messagesOf = <N extends keyof typeof Type>(run: Pick<Run, "packets">, type: N): Told<N>[] =>
  run.packets.flatMap(packet =>
    packet.all(mqtt).flatMap(({ value, source: { view }, start, end }) => {
      if (value?.type !== Type[type]) return [];
      const octets = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
      return [{ number: packet.number, packet, message: value as PacketOf<N>, octets }];
    }),
  );

export const said = ({ message }: Told<"PUBLISH">): string => new TextDecoder().decode(message.payload);

/** The PUBLISH of that text as its publisher sent it; what follows are the broker's. */
export const publishOf = (run: Pick<Run, "packets">, text: string): Told<"PUBLISH"> =>
  messagesOf(run, "PUBLISH").find(one => said(one) === text)!;

/** Of that text as the broker passed it on, to that address if one is given. */
export const passedOn = (
  run: Pick<Run, "packets">,
  text: string,
  broker: string,
  to?: string,
): Told<"PUBLISH"> =>
  messagesOf(run, "PUBLISH").find(
    one =>
      said(one) === text &&
      one.packet.source === broker &&
      (to === undefined || one.packet.destination === to),
  )!;

export const connectOf = (run: Pick<Run, "packets">, address: string): Told<"CONNECT"> =>
  messagesOf(run, "CONNECT").find(({ packet }) => packet.source === address)!;

/** Parallel values of one frame, as tshark joins them: a frame may carry several packets. */
export const parted = (field: string | undefined): string[] => (field ? field.split(",") : []);

/** A text as tshark shows octets. */
export const hexOf = (text: string): string => new TextEncoder().encode(text).toHex();
