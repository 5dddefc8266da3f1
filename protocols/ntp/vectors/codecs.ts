// NTP messages of every mode.
import type { CodecOf } from "../../wire/vector.ts";
import { message } from "../format.ts";

export const codecOf: CodecOf = () => ({ codec: message });
