// The options of every command that reads captures.
import { Option } from "commander";

/** `-d`, one word each time. */
export const decodeAs = () =>
  new Option(
    "-d, --decode <table==port,protocol>",
    "decode a port as a protocol: tcp.port==1884,mqtt; may be repeated",
  )
    .argParser((value: string, before: string[]) => [...before, value])
    .default([] as string[], "none");

export const keylog = () =>
  new Option("--keylog <file>", "secrets of TLS sessions (NSS key log), or the server's RSA key (PEM)").env(
    "SSLKEYLOGFILE",
  );
