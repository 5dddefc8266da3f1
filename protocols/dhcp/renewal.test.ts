// A lease kept, lost, given back and taken up again, on a clock that only the test moves.
import { expect, test } from "bun:test";
import { Refused, Unanswered } from "../endpoint/index.ts";
import { parseIpv4 } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { inform, keep, type Lease, reboot, release, renew } from "./client.ts";
import { MessageType } from "./format.ts";
import { gives, lab, leased, refuses } from "./testing/scripted.ts";

const { Discover, Request, ACK, Release, Inform } = MessageType;

test("a lease is renewed by unicast at its address", async () => {
  const { clock, network, client, heard, options, lease } = await leased(request => [gives(request, ACK)]);
  await clock.advance(43_200_000);
  const states: string[] = [];
  const renewed = await clock.run(
    renew(client, clock, lease, { ...options, onState: state => states.push(state) }),
  );
  expect(states).toEqual(["RENEWING", "BOUND"]);
  expect(renewed.acquiredAt).toBe(43_200_000_000_000n);
  expect(network.sent.filter(({ to }) => to.port === 67).at(-1)!.to).toEqual({
    address: "192.168.1.1",
    port: 67,
  });
  const request = heard.at(-1)!;
  expect(request.ciaddr).toBe(parseIpv4("192.168.1.101"));
  expect(request.flags.broadcast).toBe(0);
  expect([optionOf(request.options, 50), optionOf(request.options, 54)]).toEqual([undefined, undefined]);
});

test("a silent server is asked at halves of what is left, then all servers, until the lease runs out", async () => {
  const { clock, network, client, options, lease } = await leased(() => [], 3600);
  await clock.advance(1_800_000);
  const states: string[] = [];
  const failure = await clock.run(
    renew(client, clock, lease, { ...options, onState: state => states.push(state) }).catch(error => error),
  );
  expect(failure).toBeInstanceOf(Unanswered);
  expect(states).toEqual(["RENEWING", "REBINDING"]);
  expect(clock.milliseconds).toBe(3_600_000);
  const asked = network.sent.filter(({ to }) => to.port === 67).slice(2);
  const timesTo = (address: string) =>
    asked.filter(({ to }) => to.address === address).map(({ at }) => at / 1000);
  // T2 is at 3150 s: from 1800 s on half of what is left, 60 s at least.
  expect(timesTo("192.168.1.1")).toEqual([1800, 2475, 2812.5, 2981.25, 3065.625, 3125.625]);
  expect(timesTo("255.255.255.255")).toEqual([3150, 3375, 3487.5, 3547.5]);
});

test("a refused renewal ends the lease at once", async () => {
  const { clock, client, options, lease } = await leased(request => [refuses(request)]);
  await expect(clock.run(renew(client, clock, lease, options))).rejects.toBeInstanceOf(Refused);
});

test("a kept lease is renewed at T1 again and again, until the signal", async () => {
  const { clock, client, options, lease, times } = await leased(request => [gives(request, ACK)]);
  const stop = new AbortController();
  const renewals: bigint[] = [];
  const onLease = ({ acquiredAt }: Lease) => {
    if (renewals.push(acquiredAt / 1_000_000_000n) === 3) clock.after(5000, () => stop.abort());
  };
  await clock.run(keep(client, clock, lease, { ...options, signal: stop.signal, onLease }));
  expect(renewals).toEqual([43_200n, 86_400n, 129_600n]);
  expect(times().slice(2)).toEqual([43_200_000, 86_400_000, 129_600_000]);
  expect(clock.milliseconds).toBe(129_605_000);
});

test("the signal ends the keeping of a lease in the middle of a renewal too", async () => {
  const { clock, client, options, lease, types } = await leased(() => []);
  const stop = new AbortController();
  clock.after(43_201_000, () => stop.abort());
  await clock.run(keep(client, clock, lease, { ...options, signal: stop.signal }));
  expect(types()).toEqual([Discover, Request, Request]);
  expect(clock.milliseconds).toBe(43_201_000);
});

test("a release goes to the server by unicast, and nobody answers", async () => {
  const { clock, network, client, heard, options, lease } = await leased(() => []);
  await clock.run(release(client, clock, lease, options));
  expect(network.sent.at(-1)!.to).toEqual({ address: "192.168.1.1", port: 67 });
  await clock.advance(0);
  const said = heard.at(-1)!;
  expect(optionOf(said.options, 53)).toBe(Release);
  expect(said.ciaddr).toBe(parseIpv4("192.168.1.101"));
  expect(optionOf(said.options, 54)).toBe(parseIpv4("192.168.1.1"));
});

test("after a restart a remembered address is asked for without a server's name", async () => {
  const { clock, client, heard, options } = lab();
  const states: string[] = [];
  const lease = await clock.run(
    reboot(client, clock, "192.168.1.101", { ...options, onState: state => states.push(state) }),
  );
  expect(lease.address).toBe("192.168.1.101");
  expect(states).toEqual(["INIT-REBOOT", "REBOOTING", "BOUND"]);
  expect(optionOf(heard[0]!.options, 54)).toBeUndefined();
  expect(optionOf(heard[0]!.options, 50)).toBe(parseIpv4("192.168.1.101"));
  expect(heard[0]!.ciaddr).toBe(0);
});

test("a host with an address of its own asks for the rest", async () => {
  const { clock, client, heard, options } = lab(request => {
    const answer = gives(request, ACK, "0.0.0.0");
    return [{ ...answer, options: answer.options.filter(({ code }) => code !== 51) }];
  });
  const told = await clock.run(inform(client, clock, "192.168.1.30", options));
  expect(told).toMatchObject({
    prefix: 24,
    router: "192.168.1.1",
    dns: ["192.168.1.1"],
    server: "192.168.1.1",
  });
  expect(optionOf(heard[0]!.options, 53)).toBe(Inform);
  expect(heard[0]!.ciaddr).toBe(parseIpv4("192.168.1.30"));
});
