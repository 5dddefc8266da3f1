// DNS messages; `# transport: tcp` are those of a TCP stream.
import type { CodecOf } from "../../wire/vector.ts";
import { transported } from "../format.ts";

export const codecOf: CodecOf = ({ about: { transport = "udp" } }) => ({
  codec: transported,
  state: { transport },
});
