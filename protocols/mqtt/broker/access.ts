// Who may come in, and who may read and write what: what the broker asks. MQTT 5 §5.4.1, §5.4.2 and §5.4.5.

/** A client as far as its rights go. */
export interface Party {
  readonly id: string;
  readonly userName: string | undefined;
}

export interface Access {
  /** Whether the user name and password of CONNECT are right; without a user name, whether anyone may come. */
  admits(userName: string | undefined, password: Uint8Array | undefined): Promise<boolean>;
  mayRead(who: Party, topic: string): boolean;
  mayWrite(who: Party, topic: string): boolean;
}
