// Packet identifiers: a number of 1 to 65535 that nothing else is under way with. MQTT 5 §2.2.1.

const largest = 0xffff;

/** The next one after `last` that `isFree`; `undefined` if all are taken. */
export function identifierAfter(last: number, isFree: (identifier: number) => boolean): number | undefined {
  for (let tries = 0, next = last; tries < largest; tries++) {
    next = (next % largest) + 1;
    if (isFree(next)) return next;
  }
  return undefined;
}
