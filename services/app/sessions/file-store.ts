import { randomBytes } from 'node:crypto';
import { open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from 'fastify';
import type { Logger } from 'pino';
import { Unavailable } from '../errors.js';
import { withItem } from './session-cart.js';
import { keyOf } from './session-key.js';
import { parseSession, serializeSession, startOfSessionsOf } from './session-payload.js';
import { Turns } from './turns.js';
import type { UserSessionStore } from './user-session-store.js';

const ENDING = '.json';
/** So many files are open at once where all are looked at. */
const BATCH_SIZE = 32;

interface Found {
  readonly text: string;
  readonly renewedAtMs: number;
}

/**
 * Sessions as files in a folder of this instance alone, for their owner only. A file's time is that of the last renewal: a read that
 * finds more than a tenth of the lifetime gone sets it, which takes no space and brings nothing back that has ended. What is written
 * is written beside and then renamed, so that a reader finds the old session or the new one.
 */
export class FileStore implements UserSessionStore {
  readonly #folder: string;
  readonly #ttlMs: number;
  readonly #now: () => number;
  readonly #log: Pick<Logger, 'warn' | 'info'>;
  readonly #turns = new Turns();
  #size = 0;
  #isFailing = false;

  constructor(
    { folder, ttlSeconds }: { folder: string; ttlSeconds: number },
    now: () => number,
    log: Pick<Logger, 'warn' | 'info'>,
  ) {
    this.#folder = folder;
    this.#ttlMs = ttlSeconds * 1000;
    this.#now = now;
    this.#log = log;
  }

  /** As of the last sweep, with what has begun and ended since. */
  get size(): number {
    return this.#size;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const file = this.#fileOf(id);
    this.#try(this.#read(file)).then((found) => {
      const nowMs = this.#now();
      if (found !== null && nowMs - found.renewedAtMs > this.#ttlMs / 10) {
        // The reader does not wait for it. Where it fails, the next read tries again.
        utimes(file, nowMs / 1000, nowMs / 1000).catch(() => {});
      }
      callback(null, found === null ? null : (parseSession(found.text)?.session ?? null));
    }, callback);
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    const file = this.#fileOf(id);
    const writing = this.#turns.take(file, async () => {
      if (session.user === undefined) return;
      // A request that was under way while its session ended must not bring it back.
      if (session.isStored && (await this.#read(file)) === null) return;
      await this.#write(file, serializeSession(session), this.#now());
      if (!session.isStored) this.#size++;
    });
    this.#try(writing).then(() => callback(), callback);
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    const file = this.#fileOf(id);
    this.#try(this.#turns.take(file, () => this.#remove(file))).then(() => callback(), callback);
  }

  /** Looks at each session: they are found by their id alone. */
  async revoke(userId: number): Promise<void> {
    const start = startOfSessionsOf(userId);
    const revokeOne = (file: string) =>
      this.#turns.take(file, async () => {
        if ((await this.#read(file))?.text.startsWith(start)) await this.#remove(file);
      });
    await this.#try(this.#forEach((file) => (file.endsWith(ENDING) ? revokeOne(file) : Promise.resolve())));
  }

  append(id: string, item: string): Promise<string[] | null> {
    const file = this.#fileOf(id);
    return this.#turns.take(file, async () => {
      const found = await this.#try(this.#read(file));
      const session = found === null ? undefined : parseSession(found.text)?.session;
      if (found === null || session === undefined) return null;
      const cart = withItem(session.cart ?? [], item);
      await this.#try(this.#write(file, serializeSession({ ...session, cart }), found.renewedAtMs));
      return cart;
    });
  }

  /** Removes what has expired, and what a process has left half-written that died. */
  async sweep(): Promise<void> {
    let kept = 0;
    await this.#forEach(async (file) => {
      const { mtimeMs } = await stat(file);
      if (this.#isExpired(mtimeMs)) await this.#remove(file);
      else if (file.endsWith(ENDING)) kept++;
    });
    this.#size = kept;
  }

  /** Null where there is none, or one that has expired. */
  async #read(file: string): Promise<Found | null> {
    const handle = await open(file, 'r').catch(unlessMissing);
    if (handle === undefined) return null;
    try {
      const { mtimeMs } = await handle.stat();
      if (this.#isExpired(mtimeMs)) return null;
      return { text: await handle.readFile('utf8'), renewedAtMs: mtimeMs };
    } finally {
      await handle.close();
    }
  }

  async #write(file: string, text: string, renewedAtMs: number): Promise<void> {
    const draft = `${file}.${randomBytes(6).toString('base64url')}`;
    try {
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(text);
        await handle.utimes(renewedAtMs / 1000, renewedAtMs / 1000);
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    } catch (error) {
      await unlink(draft).catch(() => {});
      if (!this.#isFailing) this.#log.warn({ err: error }, 'sessions cannot be written to disk');
      this.#isFailing = true;
      throw error;
    }
    if (this.#isFailing) this.#log.info('sessions can be written to disk again');
    this.#isFailing = false;
  }

  async #remove(file: string): Promise<void> {
    const isRemoved = await unlink(file).then(() => true, unlessMissing);
    if (isRemoved && file.endsWith(ENDING)) this.#size--;
  }

  /** What vanishes meanwhile is passed over. */
  async #forEach(look: (file: string) => Promise<void>): Promise<void> {
    const names = await readdir(this.#folder);
    for (let at = 0; at < names.length; at += BATCH_SIZE) {
      const batch = names
        .slice(at, at + BATCH_SIZE)
        .map((name) => look(path.join(this.#folder, name)).catch(unlessMissing));
      await Promise.all(batch);
    }
  }

  async #try<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw new Unavailable('session folder', error);
    }
  }

  #isExpired(renewedAtMs: number): boolean {
    return renewedAtMs + this.#ttlMs <= this.#now();
  }

  #fileOf(id: string): string {
    return path.join(this.#folder, keyOf(id) + ENDING);
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
