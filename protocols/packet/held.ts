// What all streams of a capture hold back together: parts of messages, and segments that came before others.

/**
 * In octets. One stream may hold 4 MiB behind a gap and 16 MiB of a message, and a capture may have any number of
 * streams: what would go beyond this is given up, and said so.
 */
export const mostHeldTogether = 64 * 1024 * 1024;

export class Held {
  octets = 0;
  constructor(readonly most = mostHeldTogether) {}

  get full(): boolean {
    return this.octets > this.most;
  }
}
