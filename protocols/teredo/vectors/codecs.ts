// What Teredo puts before a packet.
import type { CodecOf } from "../../wire/vector.ts";
import { format } from "../format.ts";

export const codecOf: CodecOf = () => ({ codec: format });
