import type { Cluster } from '../cluster/cluster.js';

/** A cluster that does some things otherwise: to break what a number rests on. */
export function changed(cluster: Cluster, otherwise: Partial<Cluster>): Cluster {
  return new Proxy(cluster, {
    get(target, name) {
      if (Object.hasOwn(otherwise, name)) return Reflect.get(otherwise, name);
      // Private fields are found on the cluster itself alone.
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
