// The last step of a recording: secrets in front, names, and a comment on each packet that says what it is in the story.
import { dissector, infoOf, protocolOf } from "../../protocols/packet/index.ts";
import { finish } from "../../protocols/pcapng/finish.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import type { Rung } from "../ladder.ts";
import { protocols } from "../protocols.ts";
import { everybody, type Host, Story, stepText } from "../story/index.ts";
import type { Language } from "../words.ts";

export interface Finishing {
  readonly hosts: ReadonlyMap<string, Host>;
  /** Lines of an NSS key log, for the comments. */
  readonly secrets: readonly string[];
  /** Whether the capture holds them too. */
  readonly embedSecrets: boolean;
  readonly language: Language;
}

/** Rewrites the recorded file once; returns the rungs of its ladder. */
export async function finishCapture(
  file: string,
  finishing: Finishing,
): Promise<{ packets: number; rungs: Rung[] }> {
  const { hosts, secrets, embedSecrets, language } = finishing;
  const keyLog = new KeyLog();
  const keys = secrets.map(line => `${line}\n`).join("");
  keyLog.add(keys);
  const { packet: dissect } = dissector(protocols(keyLog));
  const story = new Story(hosts.values());
  const rungs: Rung[] = [];
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
      const told = story.tell(packet);
      const says = told
        .map(one => one.says[language])
        .filter(Boolean)
        .join(" ");
      const steps = told.flatMap(one => one.steps.map(step => stepText(step, language)));
      const { from, to } = story.parties(packet);
      const time = Number(packet.time - first) / 1e6;
      const label = infoOf(packet);
      rungs.push({
        number: packet.number,
        time,
        from,
        to: to === everybody ? "everybody" : to,
        protocol: protocolOf(packet),
        label,
        says,
        steps,
      });
      return [[says, ...steps].join("\n")];
    },
  });
  return { packets: frames, rungs };
}
