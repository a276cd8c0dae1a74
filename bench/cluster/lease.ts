import { BenchError } from '../errors.js';
import type { Cluster } from './cluster.js';

export interface Lease {
  /** The same cluster, for as long as the lease lasts. */
  readonly cluster: Cluster;
  /** From now on every call fails: whoever was given up and goes on later would lift the slices that the next one measures on. */
  end(): void;
}

/** Lends a cluster to a measurement, of which some may come to a standstill and wake up when another one measures. */
export function lend(owned: Cluster): Lease {
  let hasEnded = false;
  const refuse = async () => {
    throw new BenchError('CLUSTER_FAILED', 'This measurement was given up.');
  };
  const cluster = new Proxy(owned, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return hasEnded ? refuse : value.bind(target);
    },
  });
  return {
    cluster,
    end() {
      hasEnded = true;
    },
  };
}
