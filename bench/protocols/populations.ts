/** How large a population of sessions may be, and what an instance has to be told for it. */

/** More than a session takes anywhere. */
const MOST_BYTES_PER_SESSION = 2_048;
const SHARE_OF_FREE_MEMORY = 0.5;
const HEAP_MIB = 4_096;

/** None expires meanwhile, and none is turned away. */
export const POPULATION_SETTINGS: Readonly<Record<string, string>> = {
  SESSION_TTL_SECONDS: '86400',
  SESSION_LIMIT: '10000000',
  // A limit, and nothing that is set aside: V8 would allow less where the machine has little memory.
  NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
};

/** As many as fit into half of what is free: a machine that swaps measures its disk. Pure. */
export function affordable(
  wanted: number,
  freeBytes: number,
): { readonly sessions: number; readonly cappedBecause: string | null } {
  const most = Math.floor((SHARE_OF_FREE_MEMORY * freeBytes) / MOST_BYTES_PER_SESSION);
  if (wanted <= most) return { sessions: wanted, cappedBecause: null };
  const free = `${Math.round(freeBytes / 2 ** 20)} MiB of memory are free`;
  return {
    sessions: most,
    cappedBecause: `${free}: half of it is enough for ${most} sessions of ${MOST_BYTES_PER_SESSION} bytes`,
  };
}
