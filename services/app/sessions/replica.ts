import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Whole = Type.Integer({ minimum: 0 });
const Text = Type.String({ minLength: 1 });

/**
 * What happened to sessions. How long it counts is said in ms from now, as clocks differ; order comes from stamps, which go up from an event
 * to all that its instance does once it knows of it (Kulkarni et al., Logical Physical Clocks, 2014).
 */
export const Change = Type.Union([
  /** A session as it is. `begun` and `written` are stamps. */
  Type.Object({ id: Text, userId: Whole, text: Text, begun: Whole, written: Whole, leftMs: Whole }, closed),
  Type.Object({ ended: Text, leftMs: Whole }, closed),
  /** All of the user's sessions that had begun by that stamp. */
  Type.Object({ revoked: Whole, by: Whole, leftMs: Whole }, closed),
]);
export type Change = Static<typeof Change>;
type SessionChange = Extract<Change, { id: string }>;

type Entry = Pick<SessionChange, 'userId' | 'text' | 'begun' | 'written'> & { readonly expiresAtMs: number };

interface Revocation {
  readonly by: number;
  readonly expiresAtMs: number;
}

/**
 * Sessions that several instances hold alike. Changes may come in any order and more than once: an end wins over all else, of two texts the one
 * that was written later, of two expiries the later one. So whoever has seen the same changes holds the same sessions.
 * Each method that changes something returns what others are to be told, or null where there is no such session.
 */
export class Replica {
  readonly #entries = new Map<string, Entry>();
  readonly #ended = new Map<string, number>();
  readonly #revoked = new Map<number, Revocation>();
  readonly #ttlMs: number;
  readonly #limit: number;
  readonly #now: () => number;
  #stamp = 0;

  constructor({ ttlSeconds, limit }: { ttlSeconds: number; limit: number }, now: () => number) {
    this.#ttlMs = ttlSeconds * 1000;
    this.#limit = limit;
    this.#now = now;
  }

  /** With those that have expired since the last sweep. */
  get size(): number {
    return this.#entries.size;
  }

  get(id: string): { readonly text: string; readonly leftMs: number } | null {
    const entry = this.#entries.get(id);
    const leftMs = entry === undefined ? 0 : entry.expiresAtMs - this.#now();
    return entry === undefined || leftMs <= 0 ? null : { text: entry.text, leftMs };
  }

  begin(id: string, userId: number, text: string): Change {
    const stamp = this.#nextStamp();
    return this.#put(id, { userId, text, begun: stamp, written: stamp, expiresAtMs: this.#now() + this.#ttlMs });
  }

  /** @param renews whether its lifetime begins anew */
  rewrite(id: string, text: string, { renews }: { readonly renews: boolean }): Change | null {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expiresAtMs <= this.#now()) return null;
    const written = text === entry.text ? entry.written : this.#nextStamp();
    const expiresAtMs = renews ? this.#now() + this.#ttlMs : entry.expiresAtMs;
    return this.#put(id, { ...entry, text, written, expiresAtMs });
  }

  end(id: string): Change | null {
    if (!this.#entries.has(id)) return null;
    return this.#apply({ ended: id, leftMs: this.#ttlMs });
  }

  revoke(userId: number): Change {
    return this.#apply({ revoked: userId, by: this.#nextStamp(), leftMs: this.#ttlMs });
  }

  merge(change: Change): void {
    this.#apply(change);
  }

  /** All that it knows, as it is when it is asked for. Ends first: they say what of the rest need not be kept. */
  *changes(): Generator<Change> {
    const left = (expiresAtMs: number) => Math.max(0, expiresAtMs - this.#now());
    for (const [userId, { by, expiresAtMs }] of [...this.#revoked])
      yield { revoked: userId, by, leftMs: left(expiresAtMs) };
    for (const [ended, expiresAtMs] of [...this.#ended]) yield { ended, leftMs: left(expiresAtMs) };
    for (const id of [...this.#entries.keys()]) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) yield this.#changeOf(id, entry);
    }
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    const nowMs = this.#now();
    for (const [id, { expiresAtMs }] of this.#entries) if (expiresAtMs <= nowMs) this.#entries.delete(id);
    for (const [id, expiresAtMs] of this.#ended) if (expiresAtMs <= nowMs) this.#ended.delete(id);
    for (const [id, { expiresAtMs }] of this.#revoked) if (expiresAtMs <= nowMs) this.#revoked.delete(id);
  }

  #apply(change: Change): Change {
    if ('ended' in change) this.#end(change.ended, this.#now() + change.leftMs);
    else if ('revoked' in change) this.#revoke(change.revoked, change.by, this.#now() + change.leftMs);
    else this.#mergeSession(change);
    return change;
  }

  #end(id: string, expiresAtMs: number): void {
    this.#entries.delete(id);
    this.#ended.set(id, Math.max(expiresAtMs, this.#ended.get(id) ?? 0));
    dropFirst(this.#ended, this.#limit);
  }

  /** Looks at each session: an index by user would cost memory for each. */
  #revoke(userId: number, by: number, expiresAtMs: number): void {
    this.#follow(by);
    const known = this.#revoked.get(userId);
    this.#revoked.set(userId, {
      by: Math.max(by, known?.by ?? 0),
      expiresAtMs: Math.max(expiresAtMs, known?.expiresAtMs ?? 0),
    });
    for (const [id, entry] of this.#entries) {
      if (entry.userId === userId && entry.begun <= by) this.#entries.delete(id);
    }
  }

  #mergeSession({ id, leftMs, ...session }: SessionChange): void {
    this.#follow(session.written);
    if (this.#ended.has(id) || session.begun <= (this.#revoked.get(session.userId)?.by ?? -1)) return;
    const known = this.#entries.get(id);
    const expiresAtMs = Math.max(this.#now() + leftMs, known?.expiresAtMs ?? 0);
    this.#put(id, { ...(known !== undefined && isLater(known, session) ? known : session), expiresAtMs });
  }

  /** At the end of the map, so that at its front is what was used longest ago, which goes where there is too much. */
  #put(id: string, entry: Entry): Change {
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    dropFirst(this.#entries, this.#limit);
    return this.#changeOf(id, entry);
  }

  #changeOf(id: string, { expiresAtMs, ...session }: Entry): Change {
    return { id, ...session, leftMs: Math.max(0, expiresAtMs - this.#now()) };
  }

  #nextStamp(): number {
    this.#stamp = Math.max(this.#stamp + 1, Math.floor(this.#now()));
    return this.#stamp;
  }

  #follow(stamp: number): void {
    this.#stamp = Math.max(this.#stamp, stamp);
  }
}

/** Of two that were written at one time at two places either would do, if only all take the same. */
function isLater(ours: Pick<Entry, 'written' | 'text'>, theirs: Pick<Entry, 'written' | 'text'>): boolean {
  return ours.written === theirs.written ? ours.text >= theirs.text : ours.written > theirs.written;
}

function dropFirst(map: Map<string, unknown>, limit: number): void {
  if (map.size <= limit) return;
  for (const first of map.keys()) {
    if (map.size <= limit) break;
    map.delete(first);
  }
}
