import type { TLSSocket } from 'node:tls';
import type { Change } from '../sessions/replica.js';
import { encodeFrame, type Frame, FrameReader, type Hello } from './frames.js';

/** A peer that has not acknowledged for so long is dropped. It joins again once it can, and is told everything then. */
export const STALLED_AFTER_MS = 2000;
const LOOK_EVERY_MS = 500;
/** Waiting to be sent to a peer that takes it too slowly. */
const QUEUE_LIMIT_BYTES = 16 * 1024 * 1024;
/** Of what a peer is told when it joins, about so much in a frame. */
const PIECE_LENGTH = 65_536;

export interface LinkEvents {
  hello(link: Link, hello: Hello): void;
  merge(change: Change): void;
  /** @param why null where the other side has ended it in order */
  closed(link: Link, why: string | null): void;
}

/** A connection to a peer, whose handshake has shown that he knows the secret. */
export class Link {
  /** Null until he has said it. */
  node: string | null = null;
  /** Whether he has told all that he knew when he came. */
  hasWhole = false;
  /** Changes that he was told, without those when he came, and all that was written, in bytes before encryption. */
  readonly sent = { messages: 0, bytes: 0 };
  readonly isDialled: boolean;
  readonly remoteAddress: string;
  readonly #socket: TLSSocket;
  readonly #events: LinkEvents;
  readonly #reader = new FrameReader();
  readonly #waiting = new Map<number, { readonly sinceMs: number; done(): void }>();
  readonly #timer: NodeJS.Timeout;
  readonly #openedMs = performance.now();
  #frames = 0;
  #why: string | null = null;

  constructor(socket: TLSSocket, events: LinkEvents, { isDialled }: { readonly isDialled: boolean }) {
    this.#socket = socket;
    this.#events = events;
    this.isDialled = isDialled;
    this.remoteAddress = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.drop(error.message));
    socket.on('close', () => this.#close());
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  get isOpen(): boolean {
    return this.node !== null && this.#socket.writable;
  }

  greet(hello: Hello): void {
    this.#write(JSON.stringify(hello));
  }

  /** Resolves once he has merged it, or is gone. @param json of one change */
  tell(json: string): Promise<void> {
    this.sent.messages++;
    return this.#send(`[${json}]`);
  }

  /** Everything, piece by piece, the next once he has merged the last. */
  async tellAll(changes: Iterable<Change>): Promise<void> {
    let [piece, length] = [[] as string[], 0];
    for (const change of changes) {
      const json = JSON.stringify(change);
      piece.push(json);
      length += json.length;
      if (length < PIECE_LENGTH) continue;
      await this.#send(`[${piece.join()}]`);
      if (!this.isOpen) return;
      [piece, length] = [[], 0];
    }
    await this.#send(`[${piece.join()}],"whole":true`);
  }

  drop(why: string): void {
    this.#why ??= why;
    this.#socket.destroy();
  }

  /** In order: nothing is left for the other side to be told. */
  end(): void {
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), STALLED_AFTER_MS).unref();
  }

  #send(changes: string): Promise<void> {
    if (!this.#socket.writable) return Promise.resolve();
    const n = ++this.#frames;
    const merged = new Promise<void>((done) => this.#waiting.set(n, { sinceMs: performance.now(), done }));
    this.#write(`{"n":${n},"changes":${changes}}`);
    return merged;
  }

  #write(json: string): void {
    const frame = encodeFrame(json);
    this.sent.bytes += frame.length;
    // What is written in one turn goes out together.
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#socket.write(frame);
    if (this.#socket.writableLength > QUEUE_LIMIT_BYTES) this.drop('it takes too slowly what it is told');
  }

  #receive(chunk: Buffer): void {
    let merged = 0;
    try {
      for (const frame of this.#reader.read(chunk)) merged = Math.max(merged, this.#take(frame));
    } catch (error) {
      this.drop(`it sent ${error instanceof SyntaxError ? 'what is no JSON' : (error as Error).message}`);
    }
    if (merged > 0 && this.#socket.writable) this.#write(`{"ack":${merged}}`);
  }

  /** @returns the number to acknowledge, or 0 */
  #take(frame: Frame): number {
    if ('node' in frame) {
      if (this.node !== null) throw new Error('a second greeting');
      this.node = frame.node;
      this.#events.hello(this, frame);
      return 0;
    }
    if (this.node === null) throw new Error('no greeting first');
    if ('ack' in frame) {
      this.#acknowledge(frame.ack);
      return 0;
    }
    for (const change of frame.changes) this.#events.merge(change);
    if (frame.whole) this.hasWhole = true;
    return frame.n;
  }

  #acknowledge(upTo: number): void {
    for (const [n, { done }] of this.#waiting) {
      if (n > upTo) break;
      this.#waiting.delete(n);
      done();
    }
  }

  /** A process that stood still looks what has arrived meanwhile before it gives up: sockets come after timers in a turn. */
  #look(): void {
    if (this.#isStalled()) setImmediate(() => this.#isStalled() && this.drop('it does not answer'));
    else if (this.isOpen && this.#waiting.size === 0) void this.#send('[]');
  }

  #isStalled(): boolean {
    const [oldest] = this.#waiting.values();
    const sinceMs = this.node === null ? this.#openedMs : oldest?.sinceMs;
    return sinceMs !== undefined && performance.now() - sinceMs > STALLED_AFTER_MS;
  }

  #close(): void {
    clearInterval(this.#timer);
    for (const { done } of this.#waiting.values()) done();
    this.#waiting.clear();
    this.#events.closed(this, this.#why);
  }
}
