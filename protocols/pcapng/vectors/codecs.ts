// Whole files, pcapng and classic.
import type { CodecOf } from "../../wire/vector.ts";
import { captureFile } from "../format.ts";
import { classicFile } from "../pcap.ts";

export const codecOf: CodecOf = ({ octets }) => ({ codec: octets[0] === 0x0a ? captureFile : classicFile });
