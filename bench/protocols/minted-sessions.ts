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

/**
 * Begins so many sessions as a login does after the password check, without a request each.
 * @returns the headers that present `keep` of them, spread evenly over all
 */
export async function mintSessions(
  { url, benchToken, strategy }: Mint,
  count: number,
  keep = 0,
): Promise<Readonly<Record<string, string>>[]> {
  const kept: Readonly<Record<string, string>>[] = [];
  for (let begun = 0; begun < count; ) {
    const size = Math.min(BATCH_SIZE, count - begun);
    begun += size;
    const body = { count: size, keep: Math.round((keep * begun) / count) - kept.length };
    const headers = { [HEADERS.benchToken]: benchToken };
    const { credentials } = await postJson<MintReply>(`${url}/${strategy}${ROUTES.benchMint}`, body, headers);
    kept.push(...credentials);
  }
  return kept;
}
