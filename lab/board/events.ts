// What a board tells the lab as it goes along: facts, not sentences. console.ts words them.
import type { Message } from "../network/contract.ts";
import type { Said } from "../words.ts";

/** One certificate of a chain, in words, and what the board makes of it. */
export interface ShownCertificate {
  /** Version, serial number, issuer, subject, validity, signature, key, constraints, usage: what, and its value. */
  readonly words: readonly (readonly [what: string, value: string])[];
  /** Why it is not accepted; none if it is. */
  readonly refused?: Said;
}

export type BoardEvent =
  | { readonly event: "started"; readonly platform: string; readonly mac: string }
  /** `phase`: what it was doing when the link was lost. */
  | { readonly event: "link"; readonly up: boolean; readonly phase?: string }
  | { readonly event: "led"; readonly led: 1 | 2 | 3; readonly on: boolean }
  | { readonly event: "dhcp-state"; readonly state: string }
  | {
      readonly event: "configured";
      readonly by: "dhcp" | "static" | "static after silence";
      readonly address: string;
      readonly netmask: string;
      readonly gateway: string;
      readonly server?: string;
      readonly lease?: number;
    }
  | { readonly event: "resolving"; readonly name: string; readonly server: string }
  | { readonly event: "resolved"; readonly name: string; readonly address: string }
  | {
      readonly event: "clock-set";
      readonly server: string;
      /** The board's time before and after, formatted as the board does. */
      readonly before: string;
      readonly after: string;
      readonly offset: number;
      readonly delay: number;
      readonly stratum: number;
    }
  | { readonly event: "connecting"; readonly address: string; readonly port: number }
  | { readonly event: "connected"; readonly from: number }
  | { readonly event: "chain"; readonly certificates: readonly ShownCertificate[] }
  | { readonly event: "own-certificate"; readonly certificate: ShownCertificate }
  | {
      readonly event: "secured";
      readonly version: string;
      readonly suite: string;
      readonly milliseconds: number;
    }
  | { readonly event: "session"; readonly clientId: string; readonly keepAlive: number }
  | { readonly event: "subscribed"; readonly topic: string }
  | { readonly event: "published"; readonly topic: string; readonly text: string; readonly octets: number }
  | { readonly event: "message"; readonly topic: string; readonly text: string }
  | { readonly event: "ping" }
  | { readonly event: "pong"; readonly milliseconds: number }
  | { readonly event: "button" }
  | {
      readonly event: "testing";
      readonly topic: string;
      readonly size: number;
      readonly cycles: number;
    }
  /** Times in microseconds: this cycle's, and the averages so far. `octets`: how many came back. */
  | {
      readonly event: "cycle";
      readonly cycle: number;
      readonly write: number;
      readonly read: number;
      readonly averageWrite: number;
      readonly averageRead: number;
      readonly equal: boolean;
      readonly octets: number;
    }
  | {
      readonly event: "tested";
      readonly connection: "off" | "server" | "mutual";
      readonly broker: string;
      readonly port: number;
      readonly size: number;
      readonly cycles: number;
      readonly averageWrite: number;
      readonly averageRead: number;
      /** In how many cycles something else came back than was sent. */
      readonly unequal: number;
    }
  | { readonly event: "unsubscribed"; readonly topic: string }
  | { readonly event: "disconnected" }
  | { readonly event: "failed"; readonly phase: string; readonly reason: string };

/** `time`: when it happened, by the machine's clock, in nanoseconds since the Unix epoch, as packets are stamped. */
export type BoardMessage = Message & { readonly kind: "board"; readonly time: string } & BoardEvent;
