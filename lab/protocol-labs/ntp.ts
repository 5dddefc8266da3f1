// The lab of NTP: two boards whose clocks are wrong, and the PC that knows the time; what each of them knows on the way.
import { analyzer, isTime, kissCode, Mode, ntp, type Report, type Time } from "../../protocols/ntp/index.ts";
import { shownTime, toUnix } from "../../protocols/ntp/timestamp.ts";
import type { Packet } from "../../protocols/packet/index.ts";
import type { Message } from "../network/index.ts";
import { ntpLines } from "../reports/ntp.ts";
import type { TimeServerPlan } from "../servers/ntp.ts";
import type { TimeClientPlan, ToldMeasurement, ToldSample } from "../servers/ntp-client.ts";
import type { Parties } from "../story/index.ts";
import type { Language, Said } from "../words.ts";
import { type ProtocolLab, programOf } from "./lab.ts";
import type { Learning, Lesson, Words } from "./notebook.ts";

const fresh = "NUCLEO-H723ZG";
const fast = "DISCO-F769NI";
const server = "JORGE-PC";
const pc = { address: "192.168.1.20", prefix: 24 } as const;

const client = programOf(import.meta.url, "../servers/ntp-client.ts");

export const ntpLab = (): ProtocolLab<Report> => {
  /** What the boards told of their measurements: T1 and T4 are in no message. */
  const told = new Map<string, ToldMeasurement>();
  return {
    protocol: "ntp",
    hosts: [
      {
        role: "client",
        name: fresh,
        mac: "00:c0:df:24:ba:6b",
        configuration: { address: "192.168.1.101", prefix: 24 },
        program: client,
        // A board whose clock was never set begins at 2000.
        settings: {
          server: pc.address,
          starts: Date.UTC(2000, 0, 1),
          samples: 3,
          pause: 150,
        } satisfies TimeClientPlan,
      },
      {
        role: "server",
        name: server,
        configuration: pc,
        program: programOf(import.meta.url, "../servers/ntp.ts"),
        settings: { settings: { pace: { interval: 0.125, burst: 3 } } } satisfies TimeServerPlan,
      },
      {
        role: "client",
        name: fast,
        configuration: { address: "192.168.1.102", prefix: 24 },
        program: client,
        // Four times at once is once too often for this server.
        settings: {
          server: pc.address,
          ahead: 3,
          samples: 4,
          pause: 10,
          after: 600,
        } satisfies TimeClientPlan,
      },
    ],
    analyzer,
    lines: ntpLines,
    lesson: () => lesson(told),
    say(host, message, language) {
      if (message.kind === "measured") told.set(host, message as ToldMeasurement);
      return saidBy(host, message, language);
    },
  };
};

function saidBy(host: string, message: Message, language: Language): string[] {
  const es = language === "es";
  if (message.kind === "clock") {
    const shows = timeOf(BigInt(message.time as string));
    return [es ? `${host}: mi reloj marca ${shows}` : `${host}: my clock shows ${shows}`];
  }
  if (message.kind !== "measured") return [];
  const { offset, error, samples, slowed, after } = message as ToldMeasurement;
  const by = `${seconds(offset, true)} ± ${seconds(error)} s`;
  const set = timeOf(BigInt(after));
  const times = samples.length;
  const slower = slowed === 0 ? "" : es ? `, ${slowed} vez más despacio` : `, slowed down ${slowed}×`;
  return [
    es
      ? `${host}: pregunté ${times} veces${slower}; corrijo mi reloj ${by}: ${set}`
      : `${host}: asked ${times} times${slower}; my clock is corrected by ${by}: ${set}`,
  ];
}

/** What each knows. */
const facts = {
  clock: { en: "its clock", es: "su reloj" },
  question: {
    en: "a random number to return, nothing of the other clock",
    es: "un número al azar que devolver, nada del otro reloj",
  },
  t1: { en: "T1 (I asked, my clock)", es: "T1 (pregunté, mi reloj)" },
  t2: { en: "T2 (it arrived, server's clock)", es: "T2 (llegó, reloj del servidor)" },
  t3: { en: "T3 (it answered, server's clock)", es: "T3 (respondió, reloj del servidor)" },
  t4: { en: "T4 (I heard, my clock)", es: "T4 (lo oí, mi reloj)" },
  offset: {
    en: "it is ahead by ((T2−T1)+(T3−T4))/2",
    es: "me adelanta ((T2−T1)+(T3−T4))/2",
  },
  delay: { en: "the way took (T4−T1)−(T3−T2)", es: "el camino tardó (T4−T1)−(T3−T2)" },
  best: { en: "best so far", es: "lo mejor hasta ahora" },
  pause: { en: "my pause", es: "mi pausa" },
} as const;

const know = (host: string, fact: Words, value: Words | undefined): Learning => ({ host, fact, value });

function lesson(told: ReadonlyMap<string, ToldMeasurement>): Lesson {
  /** The best sample of each board, among those that have come. */
  const best = new Map<string, ToldSample>();
  return {
    before: [
      know(fresh, facts.clock, { en: "never set: it began at 2000", es: "nunca puesto: empezó en 2000" }),
      know(server, facts.clock, { en: "right, stratum 1", es: "correcto, estrato 1" }),
      know(fast, facts.clock, {
        en: "wrong, and it does not know by how much",
        es: "mal, y no sabe por cuánto",
      }),
    ],
    learn(packet, parties) {
      const message = packet.layer(ntp);
      if (!message || !isTime(message)) return [];
      if (message.flags.mode === Mode.client) return asked(message, parties, told.get(parties.from));
      return answered(packet, message, parties, told.get(parties.to), best);
    },
  };
}

function asked(
  { transmitTimestamp }: Time,
  { from, to }: Parties,
  told: ToldMeasurement | undefined,
): Learning[] {
  const sample = told?.samples.find(({ origin }) => origin === String(transmitTimestamp));
  const t1 = sample ? timeOf(BigInt(sample.t1)) : { en: "noted", es: "anotada" };
  const number = `0x${transmitTimestamp.toString(16).padStart(16, "0")}`;
  return [know(from, facts.t1, t1), know(to, facts.question, number)];
}

function answered(
  packet: Packet,
  reply: Time,
  { from, to }: Parties,
  told: ToldMeasurement | undefined,
  best: Map<string, ToldSample>,
): Learning[] {
  // The server keeps nothing of a client.
  const forgotten = know(from, facts.question, undefined);
  const kiss = kissCode(reply);
  if (kiss !== undefined) {
    const wait = 2 ** reply.poll;
    return [
      forgotten,
      know(to, facts.pause, {
        en: `${wait} s from now on, for ${kiss} says: too often`,
        es: `${wait} s desde ahora, pues ${kiss} dice: demasiado seguido`,
      }),
    ];
  }
  const [t2, t3] = [reply.receiveTimestamp, reply.transmitTimestamp].map(one =>
    timeOf(toUnix(one, packet.time)),
  );
  const learnt = [forgotten, know(to, facts.t2, t2), know(to, facts.t3, t3)];
  const sample = told?.samples.find(({ origin }) => origin === String(reply.originTimestamp));
  if (!told || !sample) return learnt;
  const before = best.get(to);
  if (!before || BigInt(sample.delay) < BigInt(before.delay)) best.set(to, sample);
  const { offset, error } = best.get(to)!;
  const corrected = `${seconds(offset, true)} ± ${seconds(error)} s`;
  return [
    ...learnt,
    know(to, facts.t4, timeOf(BigInt(sample.t4))),
    know(to, facts.offset, `${seconds(sample.offset, true)} s`),
    know(to, facts.delay, `${seconds(sample.delay)} s`),
    know(to, facts.best, corrected),
    ...(sample === told.samples.at(-1) ? [know(to, facts.clock, set(told))] : []),
  ];
}

const set = ({ offset, error }: ToldMeasurement): Said => ({
  en: `set, by ${seconds(offset, true)} s; right within ${seconds(error)} s`,
  es: `puesto en hora, con ${seconds(offset, true)} s; correcto dentro de ${seconds(error)} s`,
});

/** "2021-10-08 14:26:20.123456" */
const timeOf = (unix: bigint): string => shownTime(unix).slice(0, 26);

const seconds = (nanoseconds: string, signed = false): string => {
  const value = Number(nanoseconds) / 1e9;
  return `${signed && value >= 0 ? "+" : ""}${value.toFixed(6)}`;
};
