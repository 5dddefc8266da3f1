// Frames, and the tags in them.
import type { CodecOf } from "../../wire/vector.ts";
import { format, tag } from "../format.ts";

export const codecOf: CodecOf = ({ about }) => ({ codec: about.part === "tag" ? tag : format });
