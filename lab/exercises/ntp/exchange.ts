// One exchange of the board with one server: the four times, and what comes of them. RFC 5905 §8, figure 15.
import type { Run } from "../exercise.ts";
import { arrivalOf, type Hall } from "./hall.ts";
import { messagesOf, type Told, timeOf, tsharkTime } from "./messages.ts";

export interface Exchange {
  readonly request: Told;
  readonly reply: Told;
  /** Nanoseconds since the Unix epoch. */
  readonly times: readonly [t1: bigint, t2: bigint, t3: bigint, t4: bigint];
}

export function exchangeWith(run: Run<Hall>, server: string): Exchange {
  const board = run.task.board.address;
  const request = messagesOf(run, "client", { from: board, to: server })[0]!;
  const reply = messagesOf(run, "server", { from: server, to: board })[0]!;
  const { receiveTimestamp, transmitTimestamp } = reply.message;
  return {
    ...{ request, reply },
    times: [
      timeOf(request.message.transmitTimestamp, request),
      timeOf(receiveTimestamp, reply),
      timeOf(transmitTimestamp, reply),
      arrivalOf(run, server),
    ],
  };
}

type Times = Exchange["times"];
const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;

/** In milliseconds: what the board's clock lacks. */
export const offsetOf = ([t1, t2, t3, t4]: Times): number => milliseconds(t2 - t1 + (t3 - t4)) / 2;
/** In milliseconds: the way there and back. */
export const delayOf = ([t1, t2, t3, t4]: Times): number => milliseconds(t4 - t1 - (t3 - t2));

/** The same four from tshark's fields of the reply, and the board's note. */
export const byTshark = (server: (run: Run<Hall>) => string) => ({
  filter: (run: Run<Hall>) => `ntp && ip.src == ${server(run)} && ip.dst == ${run.task.board.address}`,
  fields: ["frame.number", "ntp.org", "ntp.rec", "ntp.xmt"],
});
export const timesIn = (row: readonly string[], run: Run<Hall>, server: string): Times => [
  tsharkTime(row[1]!),
  tsharkTime(row[2]!),
  tsharkTime(row[3]!),
  arrivalOf(run, server),
];
