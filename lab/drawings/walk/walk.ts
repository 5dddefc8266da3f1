// A TLS handshake to walk through: its records octet by octet, and the secrets in the order in which they come about. JSON.
import type { Node } from "../../inspect/shown.ts";
import type { Said } from "../../words.ts";

export interface Walk {
  /** Wireshark's index of the TCP stream. */
  readonly stream: number;
  readonly client: string;
  readonly server: string;
  readonly serverName?: string;
  /** "TLS 1.2"; none: the server did not answer. */
  readonly version?: string;
  readonly suite?: string;
  /** Hexadecimal. */
  readonly clientRandom?: string;
  readonly records: readonly WalkedRecord[];
  /** Records beyond those: of the same kind as the last ones. */
  readonly more: number;
  readonly secrets: readonly Secret[];
}

export interface WalkedRecord {
  readonly packet: number;
  /** Seconds since the first packet of the capture. */
  readonly time: number;
  /** 0: from the client. */
  readonly way: 0 | 1;
  /** "Client Hello", "Application Data". */
  readonly title: string;
  /** What it does, as the story has it. */
  readonly says: Said;
  /** The record as it was on the wire, then what was in it, if it was opened. */
  readonly parts: readonly Part[];
  /** With what it was sealed, where that is known. */
  readonly sealing?: {
    readonly epoch: string;
    readonly sequence: number;
    readonly nonce: string;
    readonly additional: string;
    /** Place among `Walk.secrets` of the key that opens it. */
    readonly key?: number;
  };
  /** It is sealed, and stays so. */
  readonly isClosed: boolean;
  /** Places among `Walk.secrets` of those that both sides can work out once it has passed. */
  readonly secrets: readonly number[];
}

/** Octets, and the fields that they are. */
export interface Part {
  readonly kind: "wire" | "deciphered";
  /** Hexadecimal. */
  readonly octets: string;
  /** Places count from the first of these octets. */
  readonly tree: readonly Node[];
}

export interface Secret {
  readonly name: string;
  /** Octets. */
  readonly size: number;
  /** How it is worked out, as the standard writes it: `HKDF-Expand-Label(…)`. */
  readonly formula: string;
  readonly says: Said;
  readonly reference: string;
  /** Places among `Walk.secrets` of what it comes from. */
  readonly from: readonly number[];
  /** How it came to be known here: told by the key log, or worked out from what is. None: it is not known. */
  readonly known?: "told" | "derived";
  /** Hexadecimal; only where secrets may be told. */
  readonly value?: string;
  /** verify_data: whether what was sent is what comes out. */
  readonly matches?: boolean;
  /** Whether anybody may know it. */
  readonly isPublic?: boolean;
}
