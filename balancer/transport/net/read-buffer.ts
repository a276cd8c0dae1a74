/** As large as what the kernel mostly has at once, and more than a head and 64 KiB. */
const SIZE_BYTES = 98_304;
const MAX_FREE = 256;

/** Used ones, by all connections: taking one spares its pages from being given to the process anew, and a collection of garbage. */
const free: Buffer[] = [];

/** What one connection reads into: the same memory each time, unless it was lent and is not back. */
export class ReadBuffer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(SIZE_BYTES);
  #lent = false;

  /** For the next read. */
  next(): Buffer {
    if (this.#lent) this.#bytes = free.pop() ?? Buffer.allocUnsafeSlow(SIZE_BYTES);
    this.#lent = false;
    return this.#bytes;
  }

  filled(sizeBytes: number): Buffer {
    return this.#bytes.subarray(0, sizeBytes);
  }

  /** What was read now goes to somebody else, who calls what is returned when it is done, once at most. */
  lend(): () => void {
    const bytes = this.#bytes;
    this.#lent = true;
    return () => {
      if (free.length < MAX_FREE) free.push(bytes);
    };
  }
}
