import { setTimeout } from 'node:timers/promises';
import type { Cluster, PartName } from '../cluster/cluster.js';
import { changeUpstream, takeSnapshot } from '../cluster/serving.js';
import { type Random, shuffle, uniformInt } from '../stats/prng.js';
import type { Fault, Harm } from './history.js';

/** How long a part stays dead or drained. */
const AWAY_MS = 2_000;
const POLL_MS = 50;

/** Which kinds of part each harm is done to. */
const KINDS: readonly { readonly harm: Harm; readonly part: 'instance' | 'redis' }[] = [
  { harm: 'killed', part: 'instance' },
  { harm: 'frozen', part: 'instance' },
  { harm: 'drained', part: 'instance' },
  { harm: 'killed', part: 'redis' },
  { harm: 'frozen', part: 'redis' },
];

/** Faults without end: each kind once before any comes again, in an order and at instances that chance chooses. */
export function* drawFaults(parts: readonly PartName[], random: Random): Generator<Fault, never> {
  const instances = parts.filter((name) => name.startsWith('instance-'));
  const kinds = KINDS.filter(({ part }) => part === 'instance' || parts.includes(part));
  for (;;) {
    for (const { harm, part } of shuffle(kinds, random)) {
      yield { harm, part: part === 'redis' ? part : (instances[uniformInt(random, instances.length)] ?? '') };
    }
  }
}

export interface Scene {
  readonly cluster: Cluster;
  readonly freezeMs: number;
  /** How long a mended part may take until it serves. */
  readonly servingMs: number;
  readonly signal: AbortSignal;
}

/**
 * Does the harm and undoes it. Resolves when the part serves again, or is given up.
 * @returns whether every instance serves
 */
export async function inflict({ harm, part }: Fault, scene: Scene): Promise<boolean> {
  await HARMS[harm](part, scene);
  const { cluster, servingMs, signal } = scene;
  const deadline = performance.now() + servingMs;
  while ((await cluster.countServing()) < cluster.instances) {
    if (performance.now() > deadline) return false;
    await setTimeout(POLL_MS, undefined, { signal });
  }
  return true;
}

const HARMS: Readonly<Record<Harm, (part: PartName, scene: Scene) => Promise<void>>> = {
  async killed(part, { cluster, signal }) {
    await cluster.kill(part);
    await setTimeout(AWAY_MS, undefined, { signal });
    await cluster.restart(part);
  },
  async frozen(part, { cluster, freezeMs, signal }) {
    await cluster.freeze(part);
    try {
      await setTimeout(freezeMs, undefined, { signal });
    } finally {
      await cluster.thaw(part);
    }
  },
  async drained(part, { cluster, signal }) {
    // The balancer has them in their order.
    const { upstreams } = await takeSnapshot(cluster.admin);
    const { id = '' } = upstreams[Number(part.replace('instance-', '')) - 1] ?? {};
    await changeUpstream(cluster.admin, id, 'drain');
    await setTimeout(AWAY_MS, undefined, { signal });
    await changeUpstream(cluster.admin, id, 'resume');
  },
};
