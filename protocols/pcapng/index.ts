// Capture files: pcapng read and written, classic pcap read. What touches the system is in file.ts and finish.ts.
export * from "./capture.ts";
export * from "./format.ts";
export { classicFile } from "./pcap.ts";
export { captureIn, frames, streamedFrames, type WindowedCapture } from "./reader.ts";
export * from "./writer.ts";
