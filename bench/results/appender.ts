import { closeSync, writeSync } from 'node:fs';

/** Writes some of the bytes at the end of the file, and tells how many. */
export type Write = (fd: number, bytes: Buffer) => number;

/**
 * Appends to a file that nobody else appends to. Bytes that could not be written (a full disk) are kept and tried again before
 * those that come next, from the byte on that was the first to be refused: a line that was begun is completed.
 */
export class Appender {
  #unwritten = Buffer.alloc(0);
  #failure: string | undefined;

  constructor(
    private readonly fd: number,
    private readonly write: Write = writeSync,
  ) {}

  /** Why some of it is not in the file; undefined where all is. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Never throws: see `failure`. */
  append(text: string): void {
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(text)]);
    this.#attempt(() => this.#writeAll());
  }

  /** Tries once more what is not written yet. */
  close(): void {
    this.#attempt(() => this.#writeAll());
    try {
      closeSync(this.fd);
    } catch (error) {
      // Some file systems tell only now that there is no room.
      this.#failure ??= messageOf(error);
    }
  }

  #writeAll(): void {
    while (this.#unwritten.length > 0) {
      const written = this.write(this.fd, this.#unwritten);
      if (written === 0) throw new Error('nothing was written');
      this.#unwritten = this.#unwritten.subarray(written);
    }
  }

  #attempt(work: () => void): void {
    try {
      work();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}
