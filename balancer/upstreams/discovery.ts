import type { UpstreamSpec } from '../contract.js';
import type { Pool } from './pool.js';

export interface DnsSource {
  readonly name: string;
  readonly port: number;
  /** Where each address is asked for its health. */
  readonly healthPort: number;
  readonly healthPath: string;
  readonly intervalMs: number;
  /** Every address of the name. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

/**
 * Follows the addresses of a name: a new one is added, one that is gone is drained and removed. A name that does not resolve
 * changes nothing: a resolver that is down must not take the instances with it. What an operator has drained or removed over the
 * admin listener stays so for as long as the name has its address. Returns what stops it.
 */
export function followDns(pool: Pool, source: DnsSource): () => void {
  /** Ids by address. */
  let known = new Map<string, string>();
  let timer: NodeJS.Timeout;
  let stopped = false;

  async function poll(): Promise<void> {
    const addresses = await source.resolve(source.name).catch(() => []);
    if (stopped) return;
    if (addresses.length > 0) {
      const current = new Map(
        addresses.map((address) => [address, known.get(address) ?? pool.add(specOf(address, source)).id]),
      );
      for (const [address, id] of known) {
        const gone = current.has(address) ? undefined : pool.get(id);
        if (gone) pool.remove(gone);
      }
      known = current;
    }
    timer = setTimeout(poll, source.intervalMs);
  }

  void poll();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function specOf(address: string, { port, healthPort, healthPath }: DnsSource): UpstreamSpec {
  const host = address.includes(':') ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, healthUrl: `http://${host}:${healthPort}${healthPath}` };
}
