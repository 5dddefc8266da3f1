// One question, and the answer to it that can be believed (RFC 5452 §9), by UDP and, where it must be, by TCP.
import { type Clock, type Datagrams, type Endpoint, type Stream, Unanswered } from "../endpoint/index.ts";
import { colonHex, isIpv6, parseIpv6 } from "../ipv6/address.ts";
import { Opcode, Rcode } from "./codes.ts";
import { cookieOf, type EdnsAsking, ednsOf } from "./edns.ts";
import {
  cutMessageIn,
  type Message,
  type MessageDraft,
  message,
  messageIn,
  type Question,
} from "./format.ts";
import { sameName } from "./name.ts";
import { OptionCode } from "./options.ts";
import { type OptRecord, rcodeOf } from "./record.ts";
import { framed, messagesOf } from "./tcp.ts";
import { typeName } from "./types.ts";

/** How a question is asked. */
export interface Asking extends EdnsAsking {
  /** The server's address. */
  readonly server: string;
  /** 53 by default. */
  readonly port?: number;
  /** How long an attempt waits, in milliseconds: 5000 by default, as dig's. */
  readonly timeout?: number;
  /** How often it is sent before giving up: 3 by default. */
  readonly tries?: number;
  /** Asks the server to go and find out: true by default. */
  readonly recursion?: boolean;
  /** Says that forged signatures would be welcome too: the asking side checks them itself (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
  /** Asks whether the server has checked signatures (RFC 6840 §5.7). */
  readonly authenticData?: boolean;
  /** Opens a TCP connection, for an answer that UDP had to cut short; without it the answer stays cut short. */
  readonly connect?: (to: Endpoint, milliseconds: number) => Promise<Stream>;
  /** Asks by TCP from the start: needs `connect`. */
  readonly tcp?: boolean;
  /** A number from 0 up to 1 that nobody can guess; a seeded one makes a run repeatable. */
  readonly random?: () => number;
}

/** A question and its answer. */
export interface Exchange {
  readonly question: Question;
  readonly answer: Message;
  readonly server: Endpoint;
  readonly transport: "udp" | "tcp";
  /** How often it was sent until the answer came. */
  readonly attempts: number;
  /** From the last sending to the answer, in nanoseconds. */
  readonly time: bigint;
  /** Of the answer. */
  readonly octets: number;
}

/**
 * Why a datagram is no answer: from somebody else, not a message, no response, of another id, another question, or
 * with another cookie than went out.
 */
export type Stray = "sender" | "garbage" | "no response" | "id" | "question" | "cookie";
export type Strays = Record<Stray, number>;
export const noStrays = (): Strays => ({
  ...{ sender: 0, garbage: 0, "no response": 0, id: 0, question: 0, cookie: 0 },
});

/** Asks again after each timeout. Counts what came and was no answer in `strays`. @throws Unanswered */
export async function ask(
  datagrams: Datagrams,
  clock: Clock,
  question: Question,
  asking: Asking,
  strays: Strays,
): Promise<Exchange> {
  const { timeout = 5000, tries = 3, connect, tcp } = asking;
  const server = { address: canonical(asking.server), port: asking.port ?? 53 };
  let query = queryFor(question, asking);
  if (tcp && connect) return askStream(connect, clock, { question, server, attempts: 1 }, query, timeout);
  const began = clock.elapsed();
  for (let attempts = 1; attempts <= tries; attempts++) {
    const octets = message.encode(query);
    const sent = clock.elapsed();
    const next = () => {
      const left = timeout - milliseconds(clock.elapsed() - sent);
      return left > 0 ? datagrams.receive(left) : undefined;
    };
    // Listens first, so that nothing is left to do once the question is out: on a machine of few cores whatever this
    // process does then keeps those waiting who work on the answer.
    const coming = next();
    await datagrams.send(octets, server);
    for (let datagram = await coming; datagram; datagram = await next()) {
      const { address, port } = datagram.from;
      const fromServer = address === server.address && port === server.port;
      const answer = fromServer ? answerIn(datagram.octets, query) : "sender";
      if (typeof answer === "string") {
        strays[answer]++;
        continue;
      }
      const again = rcodeOf(answer) === Rcode.BADCOOKIE && withServerCookie(query, answer);
      if (again && attempts < tries) {
        query = again;
        break;
      }
      const time = clock.elapsed() - sent;
      const exchange: Exchange = {
        ...{ question, answer, server, transport: "udp", attempts, time },
        octets: datagram.octets.length,
      };
      return answer.flags.truncated && connect
        ? askStream(connect, clock, exchange, query, timeout)
        : exchange;
    }
  }
  const waited = Math.round(milliseconds(clock.elapsed() - began));
  throw new Unanswered(inWords(question, server), tries, waited);
}

/** The same by TCP, which cuts nothing short (RFC 7766 §5). */
async function askStream(
  connect: NonNullable<Asking["connect"]>,
  clock: Clock,
  { question, server, attempts }: Pick<Exchange, "question" | "server" | "attempts">,
  query: MessageDraft,
  timeout: number,
): Promise<Exchange> {
  const sent = clock.elapsed();
  const stream = await connect(server, timeout);
  try {
    await stream.write(framed(message.encode(query)));
    for await (const octets of messagesOf(stream, timeout)) {
      const answer = answerIn(octets, query);
      const time = clock.elapsed() - sent;
      if (typeof answer !== "string")
        return { question, answer, server, transport: "tcp", attempts, time, octets: octets.length };
      if (milliseconds(time) > timeout) break;
    }
  } finally {
    await stream.close();
  }
  const waited = Math.round(milliseconds(clock.elapsed() - sent));
  throw new Unanswered(`${inWords(question, server)} by TCP`, 1, waited);
}

function queryFor(question: Question, asking: Asking): MessageDraft {
  const { recursion = true, checkingDisabled, authenticData, random = unpredictable } = asking;
  const edns = ednsOf(asking, random);
  return {
    id: Math.floor(random() * 2 ** 16),
    flags: {
      recursionDesired: recursion ? 1 : 0,
      checkingDisabled: checkingDisabled ? 1 : 0,
      authenticData: authenticData ? 1 : 0,
    },
    questions: [question],
    answers: [],
    authorities: [],
    additionals: edns ? [edns] : [],
  };
}

/** The query with the cookie that the server made for us (RFC 7873 §5.3). */
function withServerCookie(query: MessageDraft, answer: Message): MessageDraft | undefined {
  const made = cookieOf(answer);
  if (!made || made.server.length === 0 || cookieOf(query)?.server.length) return undefined;
  const opt = query.additionals[0] as OptRecord;
  const data = opt.data.map(option =>
    option.code === OptionCode.Cookie ? { ...option, value: made } : option,
  );
  return { ...query, additionals: [{ ...opt, data: data as OptRecord["data"] }] };
}

/** The answer to that query in these octets, or why there is none. */
function answerIn(octets: Uint8Array, query: MessageDraft): Message | Stray {
  // One that was cut within a record still says that it was.
  const answer = messageIn(octets) ?? cutMessageIn(octets);
  if (!answer) return "garbage";
  const { flags, questions } = answer;
  if (!flags.response || flags.opcode !== Opcode.Query) return "no response";
  if (answer.id !== query.id) return "id";
  // A server that could not read the question can't repeat it.
  if (questions.length === 0 && flags.rcode === Rcode.FORMERR) return answer;
  const [asked] = query.questions;
  const [repeated, ...more] = questions;
  const same =
    repeated !== undefined &&
    more.length === 0 &&
    sameName(repeated.name, asked!.name) &&
    repeated.type === asked!.type &&
    repeated.class === asked!.class;
  if (!same) return "question";
  const [mine, theirs] = [cookieOf(query)?.client, cookieOf(answer)?.client];
  return mine && theirs && mine.toHex() !== theirs.toHex() ? "cookie" : answer;
}

/** As sockets tell it: `::1` for `0:0:0:0:0:0:0:1`. */
const canonical = (address: string): string => (isIpv6(address) ? colonHex(parseIpv6(address)) : address);

const inWords = ({ type, name }: Question, { address, port }: Endpoint) =>
  `${typeName(type)} of ${name}, asked of ${address} port ${port}`;

const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;

const unpredictable = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
