import { Pool } from 'undici';
import type { Claim } from '../claims/claim.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Round } from '../contract.js';
import { battery } from '../metrics/quantity.js';
import type { Tried } from '../protocols/batteries/battery.js';
import { batteryOf } from '../protocols/batteries/index.js';
import { createRandom } from '../stats/prng.js';
import { evidenceIn, options } from './evidence-of-cells.js';

/** A real cluster, some of which is not what it was. */
export function altered(cluster: Cluster, changes: Partial<Cluster>): Cluster {
  return new Proxy(cluster, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Opens a battery once and tries everything, and again after each of the changes. */
export async function tryOn(name: string, cluster: Cluster, ...changes: (() => void)[]): Promise<Tried[]> {
  const pool = new Pool(cluster.url);
  const rig = await batteryOf(name).open({
    cluster,
    pool,
    strategies: cluster.strategies,
    signal: new AbortController().signal,
    isWarm: false,
    firstSweep: 0,
    random: (label) => createRandom(7, label),
    calibrate: (measure) => measure(),
    say: () => {},
  });
  try {
    const all = [await rig.tryAll(0)];
    for (const [at, change] of changes.entries()) {
      change();
      all.push(await rig.tryAll(1 + at));
    }
    return all;
  } finally {
    await rig.close();
    await pool.destroy();
  }
}

/** What a claim would come to if three rounds had all been like this one. */
export function verdictIn(claim: Claim, name: string, strategies: Cluster['strategies'], tried?: Tried) {
  const { key } = battery({ battery: name });
  const rounds = [0, 1, 2].map((sweep) => {
    return { protocol: 'battery', measurement: key, factors: { battery: name }, sweep, ...tried } as unknown as Round;
  });
  const { rule } = claim.ask({ strategies, instances: [1, 2] });
  const estimates = rule.quantities.map((quantity) => quantity.estimate(evidenceIn(rounds), options()));
  return rule.decide(estimates);
}
