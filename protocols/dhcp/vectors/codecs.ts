// Which codec reads the vectors of this folder.
import type { CodecOf } from "../../wire/vector.ts";
import { message } from "../format.ts";

export const codecOf: CodecOf = () => ({ codec: message });
