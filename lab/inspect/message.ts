// `bun lab PROTOCOL decode`: one message as a tree.
import type { AnyProtocol } from "../../protocols/packet/index.ts";
import { malformations, Reader } from "../../protocols/wire/index.ts";
import { exit } from "../failure.ts";
import { plain } from "./json.ts";
import { octetsOf } from "./octets.ts";
import { messageLines } from "./tree.ts";

/** Prints the tree of the octets; returns 1 if they are no message of that protocol. `state`: what the conversation decided before. */
export async function decodeMessage(
  protocol: AnyProtocol,
  words: readonly string[],
  { json = false, state }: { readonly json?: boolean; readonly state?: unknown } = {},
): Promise<number> {
  const octets = await octetsOf(words);
  const tree = protocol.format.dissect(Reader.over(octets, state), protocol.name);
  const [wrong] = malformations(tree);
  const value = wrong ? undefined : protocol.format.decode(octets, state);
  if (json) console.log(JSON.stringify(wrong ? { malformed: String(wrong) } : value, plain));
  else for (const line of messageLines(protocol, tree, value)) console.log(line);
  return wrong ? exit.failed : exit.done;
}
