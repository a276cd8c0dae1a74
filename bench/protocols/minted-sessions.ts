import { HEADERS, type MintReply, ROUTES, type StrategyName } from '../../services/contract.js';
import { postJson } from '../cluster/http.js';

/** Whose sessions begin, and where. */
export interface Mint {
  /** Origin of an instance. */
  readonly url: string;
  readonly benchToken: string;
  readonly strategy: StrategyName;
}

/** So many begin with one request: with more it would take too long for an answer. */
const BATCH_SIZE = 5_000;

interface Wanted {
  /** How many of them, spread evenly, are to be presented. Default: none. */
  readonly keep?: number;
  /**
   * How often one request is tried. Of millions of commands one may be late on a busy machine; what it began before that stays, so that there are a few
   * more than were asked for. Default: once.
   */
  readonly attempts?: number;
}

/**
 * Begins so many sessions as a login does after the password check, without a request each.
 * @returns the headers that present those that are kept
 */
export async function mintSessions(
  { url, benchToken, strategy }: Mint,
  count: number,
  { keep = 0, attempts = 1 }: Wanted = {},
): Promise<Readonly<Record<string, string>>[]> {
  const kept: Readonly<Record<string, string>>[] = [];
  for (let begun = 0; begun < count; ) {
    const size = Math.min(BATCH_SIZE, count - begun);
    begun += size;
    const body = { count: size, keep: Math.round((keep * begun) / count) - kept.length };
    const headers = { [HEADERS.benchToken]: benchToken };
    const begin = () => postJson<MintReply>(`${url}/${strategy}${ROUTES.benchMint}`, body, headers);
    kept.push(...(await repeatedly(begin, attempts)).credentials);
  }
  return kept;
}

async function repeatedly<T>(act: () => Promise<T>, attempts: number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt >= attempts) throw error;
    }
  }
}
