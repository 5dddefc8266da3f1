// DNS cookies as a server makes them: whoever brings one back has received it at that address (RFC 7873 §6, RFC 9018 §4).
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** What becomes of a cookie: the one to send, and whether the one that came was made here for that client. */
export interface Cookie {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly good: boolean;
}

/** Seconds that a cookie is good for, and seconds by which it may come from the future (RFC 9018 §4.3). */
const [longest, ahead] = [3600, 300];

export class CookieJar {
  readonly #secret: Uint8Array = randomBytes(32);

  /** `now`: seconds since the Unix epoch. */
  answer(client: Uint8Array, server: Uint8Array, address: string, now: number): Cookie {
    return {
      client,
      server: this.#made(client, address, now),
      good: this.#good(client, server, address, now),
    };
  }

  /** Version, reserved, time, hash; the hash is of our own making, for only this server has to know it again. */
  #made(client: Uint8Array, address: string, now: number): Uint8Array {
    const cookie = new Uint8Array(16);
    const view = new DataView(cookie.buffer);
    view.setUint8(0, 1);
    view.setUint32(4, now >>> 0);
    const hash = createHmac("sha256", this.#secret)
      .update(client)
      .update(cookie.subarray(0, 8))
      .update(address);
    cookie.set(hash.digest().subarray(0, 8), 8);
    return cookie;
  }

  #good(client: Uint8Array, server: Uint8Array, address: string, now: number): boolean {
    if (server.length !== 16) return false;
    const made = new DataView(server.buffer, server.byteOffset).getUint32(4);
    const age = ((now >>> 0) - made) | 0;
    return age >= -ahead && age <= longest && timingSafeEqual(this.#made(client, address, made), server);
  }
}
