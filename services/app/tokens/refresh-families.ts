import { createHash, randomBytes } from 'node:crypto';
import type { Result } from 'ioredis';
import type { TokenScope } from '../../contract.js';
import type { RedisClient } from '../backends/redis-clients.js';
import { UserIndex } from '../backends/user-index.js';
import { Unavailable } from '../errors.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    rotateRefreshToken(
      key: string,
      presentedHash: string,
      successorHash: string,
      nowMs: number,
      graceMs: number,
      limit: number,
    ): Result<string | null, Context>;
  }
}

/**
 * Retires the presented token and adds its successor, or ends the family where the presented one is not known. Tokens that
 * were retired before the grace are forgotten: known or not, whoever presents one has a copy that he should not have.
 */
const ROTATE = `
local text = redis.call('GET', KEYS[1])
if not text then return nil end
local presented, successor, now, grace, limit = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local family = cjson.decode(text)
local isKnown, kept = false, {}
for _, token in ipairs(family.tokens) do
  local retired = token.retiredAtMs
  if not retired or (grace > 0 and now - retired < grace) then
    if token.hash == presented then
      isKnown = true
      token.retiredAtMs = retired or now
    end
    table.insert(kept, token)
  end
end
if not isKnown then
  redis.call('DEL', KEYS[1])
  return nil
end
table.insert(kept, { hash = successor })
while #kept > limit do table.remove(kept, 1) end
family.tokens = kept
redis.call('SET', KEYS[1], cjson.encode(family), 'KEEPTTL')
return text`;

const KEY_PREFIX = 'refresh:';
const TOKEN = /^([\w-]{22})\.([\w-]{43})$/;

/** Tokens that a family remembers, the oldest out: so many refreshes may race within the grace. */
const REMEMBERED_LIMIT = 64;

export interface RefreshOptions {
  /** From the login on, however often it is refreshed. */
  readonly ttlSeconds: number;
  /** How long a retired token still gets a successor: two tabs at once, a reply that was lost. */
  readonly graceSeconds: number;
}

/** What a login has begun: all refresh tokens that descend from its first one (RFC 9700 section 4.14.2). */
export interface Family {
  /** Names the family to others, who cannot make a token of it. */
  readonly sessionId: string;
  readonly userId: number;
  readonly scope: TokenScope | undefined;
  /** The newest token. */
  readonly refreshToken: string;
}

interface StoredFamily {
  readonly userId: number;
  readonly scope?: TokenScope;
  readonly tokens: readonly { readonly hash: string; readonly retiredAtMs?: number }[];
}

/** Refresh tokens in Redis: one key for each family, with hashes only. */
export class RefreshFamilies {
  /** Round trips so far. */
  trips = 0;
  readonly #redis: RedisClient;
  readonly #options: RefreshOptions;
  readonly #now: () => number;
  readonly #index: UserIndex;

  constructor(redis: RedisClient, options: RefreshOptions, now: () => number) {
    this.#redis = redis;
    this.#options = options;
    this.#now = now;
    this.#index = new UserIndex(redis, { keyPrefix: 'user-refresh:', ttlSeconds: options.ttlSeconds }, now);
    redis.defineCommand('rotateRefreshToken', { numberOfKeys: 1, lua: ROTATE });
  }

  async begin(userId: number, scope: TokenScope | undefined): Promise<Family> {
    const familyId = random(16);
    const [sessionId, secret] = [toSessionId(familyId), random(32)];
    const stored: StoredFamily = { userId, ...(scope && { scope }), tokens: [{ hash: hash(secret) }] };
    await this.#send(() => {
      const writing = this.#redis.set(KEY_PREFIX + sessionId, JSON.stringify(stored), 'EX', this.#options.ttlSeconds);
      return this.#index.noteWith(writing, userId, sessionId);
    });
    return { sessionId, userId, scope, refreshToken: `${familyId}.${secret}` };
  }

  /** Whose family a token names, whether or not it is a good one of it. */
  async userOf(refreshToken: string): Promise<number | null> {
    const parts = parse(refreshToken);
    if (parts === null) return null;
    const text = await this.#send(() => this.#redis.get(KEY_PREFIX + parts.sessionId));
    return text === null ? null : (JSON.parse(text) as StoredFamily).userId;
  }

  /** Gives a token its successor. Null where there is none: the family has ended, or ends here as someone else has used the token. */
  async rotate(refreshToken: string): Promise<Family | null> {
    const parts = parse(refreshToken);
    if (parts === null) return null;
    const { familyId, sessionId, secret } = parts;
    const successor = random(32);
    const [key, graceMs] = [KEY_PREFIX + sessionId, this.#options.graceSeconds * 1000];
    const text = await this.#send(() =>
      this.#redis.rotateRefreshToken(key, hash(secret), hash(successor), this.#now(), graceMs, REMEMBERED_LIMIT),
    );
    if (text === null) return null;
    const { userId, scope } = JSON.parse(text) as StoredFamily;
    return { sessionId, userId, scope, refreshToken: `${familyId}.${successor}` };
  }

  async end(sessionId: string): Promise<void> {
    await this.#send(() => this.#redis.del(KEY_PREFIX + sessionId));
  }

  /** Ends all families of a user. */
  async revoke(userId: number): Promise<void> {
    await this.#index.deleteAll(userId, KEY_PREFIX, (command) => this.#send(command));
  }

  async #send<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    this.trips++;
    try {
      return await command();
    } catch (error) {
      throw new Unavailable('store of refresh tokens', error);
    }
  }
}

function parse(refreshToken: string) {
  const [, familyId = '', secret = ''] = TOKEN.exec(refreshToken) ?? [];
  return familyId === '' ? null : { familyId, secret, sessionId: toSessionId(familyId) };
}

/** Access tokens bear it to services that must not be able to present a token of the family, not even a wrong one. */
const toSessionId = (familyId: string): string => hash(familyId).slice(0, 22);
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');
const random = (sizeBytes: number): string => randomBytes(sizeBytes).toString('base64url');
