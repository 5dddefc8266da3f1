// Which codec reads which vector of this folder: the version of the conversation stands in its header.
import type { CodecOf } from "../../wire/vector.ts";
import { packet } from "../format.ts";

export const codecOf: CodecOf = ({ about }) => ({ codec: packet, state: { version: Number(about.version) } });
