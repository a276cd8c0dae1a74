/** Uniform on [0, 1), as `Math.random` is. */
export type Random = () => number;

/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
 * Each label names a stream of its own, so that one more draw in one place changes nothing elsewhere.
 */
export function createRandom(seed: number, label: string): Random {
  const nextUint32 = xoshiro128(hashToState(`${seed}:${label}`));
  // 53 random bits: as many as the fraction of a double holds.
  return () => ((nextUint32() >>> 5) * 2 ** 26 + (nextUint32() >>> 6)) / 2 ** 53;
}

/** An integer from 0 to `below` - 1, all equally likely. */
export function uniformInt(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** The waiting time to the next event of a Poisson process, in the unit of `mean`. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** A shuffled copy (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = uniformInt(random, last + 1);
    const [a, b] = [shuffled[last] as T, shuffled[other] as T];
    shuffled[last] = b;
    shuffled[other] = a;
  }
  return shuffled;
}

/** The bare generator, 32 bits a draw; `state` is four 32-bit words, not all zero. */
export function xoshiro128(state: Uint32Array): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Four FNV-1a hashes from different bases, each finished as MurmurHash3 does, so that similar labels give unlike states. */
function hashToState(text: string): Uint32Array {
  return Uint32Array.from([0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35], (basis) => {
    let hash = basis;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  });
}
