// Octets where a reader by hand wants them.

export const octetsAt = (view: DataView, at: number, size: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, size);

/** @throws RangeError if the octets that are needed are not there */
export function need(at: number, size: number, end: number): void {
  if (at + size > end) throw new RangeError(`${size} octets wanted at ${at}, ${end - at} left`);
}
