// ICMP messages; `# version: 6` are those of IPv6.
import type { CodecOf } from "../../wire/vector.ts";
import { format } from "../format.ts";
import { format6 } from "../v6.ts";

export const codecOf: CodecOf = ({ about }) => ({ codec: about.version === "6" ? format6 : format });
