import type { UpstreamSpec } from './contract.js';
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
 * changes nothing: a resolver that is down must not take the instances with it. Returns what stops it.
 */
export function followDns(pool: Pool, source: DnsSource): () => void {
  let known = new Set<string>();
  let timer: NodeJS.Timeout;
  let stopped = false;

  async function poll(): Promise<void> {
    const addresses = await source.resolve(source.name).catch(() => []);
    if (stopped) return;
    if (addresses.length > 0) {
      const specs = addresses.map((address) => specOf(address, source));
      const current = new Set(specs.map((spec) => pool.add(spec).id));
      for (const id of known) {
        const gone = current.has(id) ? undefined : pool.get(id);
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
