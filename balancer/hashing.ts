interface Hashable {
  readonly id: string;
  readonly weight: number;
}

/** 32-bit FNV-1a, then the finalizer of MurmurHash3, without which keys that differ at the end stay neighbours. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Even, but nearly every key moves when the number of candidates changes: what makes the textbook warn. */
export function pickByModulo<C extends Hashable>(candidates: readonly C[], key: string): C {
  return candidates[hashString(key) % candidates.length] as C;
}

/**
 * Highest random weight (Thaler and Ravishankar, 1998): each candidate draws a score from the key, the highest wins. Only the keys of
 * one that leaves move. Weighted by -weight / ln(score) (Schindelhauer and Schomaker, 2005).
 */
export function pickByRendezvous<C extends Hashable>(candidates: readonly C[], key: string): C {
  let winner = candidates[0] as C;
  let best = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const uniform = (hashString(`${candidate.id}:${key}`) + 0.5) / 2 ** 32;
    const score = -candidate.weight / Math.log(uniform);
    if (score > best) {
      best = score;
      winner = candidate;
    }
  }
  return winner;
}
