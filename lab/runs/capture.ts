// The last step of a recording: secrets in front, names, and a comment on each packet that says what it is in the story.
import {
  type Analyzer,
  dissector,
  type Finding,
  infoOf,
  type Packet,
  protocolOf,
} from "../../protocols/packet/index.ts";
import { finish } from "../../protocols/pcapng/finish.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import type { Knowing, Rung } from "../ladder.ts";
import { protocols } from "../protocols.ts";
import { everybody, type Host, type Parties, Story, stepText } from "../story/index.ts";
import type { Language } from "../words.ts";
import { type Happening, Happenings } from "./happenings.ts";

/** A comment has room for 65 535 octets; a character takes three of them at the most, or two take four. */
const mostCharacters = 21_000;

export interface Finishing {
  readonly hosts: ReadonlyMap<string, Host>;
  /** Lines of an NSS key log. */
  readonly secrets: readonly string[];
  /** Whether the capture holds them, and its comments what they decipher; without, all is as an eavesdropper sees it. */
  readonly embedSecrets: boolean;
  readonly language: Language;
  readonly analyzer?: Analyzer<unknown>;
  /** Which packets the analyzer sees: beyond a router the same messages pass again. By default all. */
  readonly judges?: (packet: Packet) => boolean;
  /** What hosts did by themselves, in any order. */
  readonly happenings?: readonly Happening[];
  /** What a packet changes in what the hosts know. Called once for each, in order. */
  readonly learn?: (packet: Packet, parties: Parties) => readonly Knowing[];
}

export interface FinishedCapture {
  readonly packets: number;
  readonly rungs: readonly Rung[];
  /** The analyzer's, if there is one. */
  readonly findings: readonly Finding[];
}

/** Rewrites the recorded file once; returns the rungs of its ladder, and what the analyzer found. */
export async function finishCapture(file: string, finishing: Finishing): Promise<FinishedCapture> {
  const { hosts, secrets, embedSecrets, language, analyzer, learn, happenings = [] } = finishing;
  const { judges = () => true } = finishing;
  const keyLog = new KeyLog();
  const keys = secrets.map(line => `${line}\n`).join("");
  if (embedSecrets) keyLog.add(keys);
  const { packet: dissect } = dissector(protocols(keyLog));
  const story = new Story(hosts.values());
  const happened = new Happenings(file, hosts, happenings);
  const rungs: Rung[] = [];
  const findings: Finding[] = [];
  let first: bigint | undefined;
  const names = [...hosts.values()].flatMap(({ name, address }) =>
    address ? [{ address, names: [name] }] : [],
  );
  const { frames } = await finish(file, {
    names,
    ...(embedSecrets && keys !== "" && { secrets: keys }),
    comment: frame => {
      const packet = dissect(frame);
      first ??= packet.time;
      if (judges(packet)) findings.push(...(analyzer?.observe(packet) ?? []));
      const told = story.tell(packet);
      const says = told
        .map(one => one.says[language])
        .filter(Boolean)
        .join(" ");
      const steps = [...told.flatMap(one => one.steps), ...happened.steps(packet)].map(step =>
        stepText(step, language),
      );
      const parties = story.parties(packet);
      const { from, to } = parties;
      rungs.push({
        number: packet.number,
        time: Number(packet.time - first) / 1e9,
        epoch: String(packet.time),
        port: frame.interface,
        from,
        to: to === everybody ? "everybody" : to,
        protocol: protocolOf(packet),
        label: infoOf(packet),
        says,
        steps,
        ...(learn && { knows: learn(packet, parties) }),
      });
      return [[says, ...steps].join("\n").slice(0, mostCharacters)];
    },
  });
  findings.push(...(analyzer?.conclude() ?? []));
  return { packets: frames, rungs, findings };
}
