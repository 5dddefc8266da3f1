// Link layers without Ethernet, by the part that a vector names.
import type { CodecOf } from "../../wire/vector.ts";
import { cooked, cooked2, loopback } from "../format.ts";

export const codecOf: CodecOf = ({ about }) => ({
  codec: about.part === "loopback" ? loopback : about.part === "version 2" ? cooked2 : cooked,
});
