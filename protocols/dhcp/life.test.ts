// Whole lives on a test clock: every state by its name in RFC 2131, at its exact moment.
import { expect, test } from "bun:test";
import { optionOf } from "../wire/index.ts";
import { type Message, MessageType } from "./format.ts";
import { type LifeOptions, live } from "./life.ts";
import { gives, honest, lab, refuses } from "./testing/scripted.ts";

const { Discover, Offer, Request, ACK } = MessageType;
const day = 86_400;

/** Lives for so many seconds; returns each state with its second, and each configuration. */
async function lifeOf(seconds: number, answers: Parameters<typeof lab>[0], more: Partial<LifeOptions> = {}) {
  const { clock, network, options, times, heard } = lab(answers);
  const ending = new AbortController();
  const second = () => Math.round(clock.milliseconds / 1000);
  const states: string[] = [];
  const configured: string[] = [];
  const living = live(clock, {
    ...options,
    signal: ending.signal,
    open: async lease => network.datagrams(lease?.address ?? "0.0.0.0", 68),
    configure: async lease => void configured.push(`${second()} ${lease?.address ?? "nothing"}`),
    onState: state => states.push(`${second()} ${state}`),
    ...more,
  });
  await clock.advance(seconds * 1000);
  ending.abort();
  await living;
  return { states, configured, times: times().map(at => Math.round(at / 1000)), heard };
}
const isRenewal = ({ ciaddr }: Message) => ciaddr !== 0;

test("a lease is renewed at T1, day by day", async () => {
  const { states, configured } = await lifeOf(day, honestAlways);
  expect(states).toEqual([
    ...["0 INIT", "0 SELECTING", "0 REQUESTING", "0 BOUND"],
    ...["43200 RENEWING", "43200 BOUND", "86400 RENEWING", "86400 BOUND"],
  ]);
  expect(configured).toEqual([0, 43_200, 86_400].map(at => `${at} 192.168.1.101`));
});

test("a server that falls silent is asked at half of the rest, then all are asked, then the address is given up", async () => {
  const silent = (request: Message, count: number) => (count > 2 ? [] : honest(request));
  const { states, configured, times } = await lifeOf(day + 5, silent);
  expect(states.slice(4)).toEqual([
    ...["43200 RENEWING", "75600 REBINDING", "86400 INIT", "86400 SELECTING"],
  ]);
  expect(configured).toEqual(["0 192.168.1.101", "86400 nothing"]);
  // T1 12 h, T2 21 h: half of 9 h, of 4.5 h, … down to a minute.
  const renewals = times.filter(at => at >= 43_200 && at < 75_600);
  expect(renewals.slice(0, 4)).toEqual([43_200, 59_400, 67_500, 71_550]);
  const gaps = renewals.slice(1).map((at, i) => at - renewals[i]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
});

test("when the server refuses to renew, the client is without address at once, and begins anew", async () => {
  const strict = (request: Message) => (isRenewal(request) ? [refuses(request)] : honest(request));
  const { states, configured } = await lifeOf(43_201, strict);
  expect(states.slice(4)).toEqual([
    "43200 RENEWING",
    "43200 INIT",
    "43200 SELECTING",
    "43200 REQUESTING",
    "43200 BOUND",
  ]);
  expect(configured).toEqual(["0 192.168.1.101", "43200 nothing", "43200 192.168.1.101"]);
});

test("a remembered address is asked for first, and forgotten when it is refused", async () => {
  const kept = await lifeOf(1, honestAlways, { remembered: "192.168.1.101" });
  expect(kept.states).toEqual(["0 INIT-REBOOT", "0 REBOOTING", "0 BOUND"]);
  const lost = await lifeOf(1, (request, count) => (count === 1 ? [refuses(request)] : honest(request)), {
    remembered: "192.168.1.101",
  });
  expect(lost.states).toEqual([
    ...["0 INIT-REBOOT", "0 REBOOTING", "0 INIT", "0 SELECTING", "0 REQUESTING", "0 BOUND"],
  ]);
});

test("a declined address is asked for again no sooner than ten seconds later", async () => {
  const probe = [true, false];
  const { states, heard } = await lifeOf(11, honestAlways, { probe: async () => probe.shift()! });
  expect(states.filter(state => state.endsWith("INIT"))).toEqual(["0 INIT", "10 INIT"]);
  expect(states.at(-1)).toBe("10 BOUND");
  expect(heard.map(({ options }) => optionOf(options, 53))).toContain(MessageType.Decline);
});

test("in silence it asks after 4, 8, 16, 32 and 64 seconds, rests, and asks anew", async () => {
  const { times } = await lifeOf(140, () => []);
  expect(times).toEqual([0, 4, 12, 28, 60, 134, 138]);
});

/** Renewals too. */
function honestAlways(request: Message) {
  const type = optionOf(request.options, 53);
  if (type === Discover) return [gives(request, Offer)];
  return type === Request ? [gives(request, ACK)] : [];
}
