/** As large as what the kernel mostly has at once, and more than a head and 64 KiB. */
const SIZE_BYTES = 98_304;
const MAX_FREE = 256;

const free: Buffer[] = [];

/** Memory to read into. Taking a used one spares its pages from being given to the process anew, and a collection of garbage. */
export function takeReadBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(SIZE_BYTES);
}

export function returnReadBuffer(buffer: Buffer): void {
  if (free.length < MAX_FREE) free.push(buffer);
}
