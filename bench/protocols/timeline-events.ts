import { setTimeout } from 'node:timers/promises';
import type { Cluster, PartName } from '../cluster/cluster.js';
import type { TimelineRound } from '../contract.js';
import type { Random } from '../stats/prng.js';
import { uniformInt } from '../stats/prng.js';
import type { Requirement } from './protocol.js';

type Event = TimelineRound['events'][number];

/** What an event may do, and whom it tells. */
export interface Scene {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Notes what was done or seen, with the time. */
  note(name: Event['name'], part: PartName): void;
}

/** Something that happens to a cluster under load. */
export interface Happening {
  readonly requires: readonly Requirement[];
  /** About how long it takes with so many instances, in s. */
  seconds(instances: number): number;
  /** Resolves when all is as it was before, but for what was lost. */
  happen(scene: Scene): Promise<void>;
}

/** How long a fault is left to itself. */
const FAULT_MS = 2_000;
/** A server that is restarted by purpose is soon there again. */
const RESTART_MS = 200;
const POLL_MS = 20;
const DETECTION_DEADLINE_MS = 10_000;

/** By the name that a cell's factor `event` has. */
export const HAPPENINGS: Readonly<Record<string, Happening>> = {
  'instance killed': {
    requires: [],
    seconds: () => 4.3,
    async happen(scene) {
      const { cluster, note } = scene;
      const victim = anyInstance(scene);
      note('kill', victim);
      await cluster.kill(victim);
      await noteWhenDown(scene, victim);
      await setTimeout(FAULT_MS / 2);
      note('restart', victim);
      await cluster.restart(victim);
      note('up', victim);
    },
  },
  'instance frozen': {
    requires: [],
    seconds: () => 8,
    async happen(scene) {
      const { cluster, note } = scene;
      const victim = anyInstance(scene);
      note('freeze', victim);
      await cluster.freeze(victim);
      await noteWhenDown(scene, victim);
      await setTimeout(FAULT_MS / 2);
      note('thaw', victim);
      await cluster.thaw(victim);
      if (await untilServing(scene, (serving) => serving === cluster.instances)) note('up', victim);
    },
  },
  'scaled out and in': {
    requires: [],
    seconds: () => 4,
    async happen({ cluster, note }) {
      const { instances } = cluster;
      const added = `instance-${instances + 1}`;
      note('add', added);
      await cluster.scaleTo(instances + 1);
      note('up', added);
      await setTimeout(FAULT_MS / 2);
      note('remove', added);
      await cluster.scaleTo(instances);
      note('gone', added);
    },
  },
  'store killed': {
    requires: ['Redis', 'a Redis of its own'],
    seconds: () => 2,
    happen: (scene) => killStore(scene, FAULT_MS),
  },
  'store restarted, persistent': {
    requires: ['Redis', 'a Redis of its own', 'a Redis with a disk'],
    seconds: () => 1,
    async happen(scene) {
      const { cluster, note } = scene;
      await cluster.persistStore(true);
      note('persistent', 'redis');
      try {
        await killStore(scene, RESTART_MS);
      } finally {
        await cluster.persistStore(false);
      }
    },
  },
  'store frozen': {
    requires: ['Redis', 'a Redis of its own'],
    seconds: () => 2,
    async happen({ cluster, note }) {
      await cluster.freeze('redis');
      note('freeze', 'redis');
      await setTimeout(FAULT_MS);
      note('thaw', 'redis');
      await cluster.thaw('redis');
    },
  },
  'rolling restart, drained': {
    requires: [],
    seconds: (instances) => 2.3 * instances,
    async happen({ cluster, note }) {
      for (const name of instancesOf(cluster)) {
        note('drain', name);
        // The instance gives notice, finishes what it has begun and ends.
        await cluster.restart(name);
        note('up', name);
      }
    },
  },
  'rolling restart, killed': {
    requires: [],
    seconds: (instances) => 1.6 * instances,
    async happen({ cluster, note }) {
      for (const name of instancesOf(cluster)) {
        note('kill', name);
        await cluster.kill(name);
        await cluster.restart(name);
        note('up', name);
      }
    },
  },
};

async function killStore({ cluster, note }: Scene, deadMs: number): Promise<void> {
  note('kill', 'redis');
  await cluster.kill('redis');
  note('down', 'redis');
  await setTimeout(deadMs);
  note('restart', 'redis');
  await cluster.restart('redis');
  note('up', 'redis');
}

function instancesOf(cluster: Cluster): PartName[] {
  return cluster.partNames().filter((name) => name.startsWith('instance-'));
}

function anyInstance({ cluster, random }: Scene): PartName {
  const names = instancesOf(cluster);
  return names[uniformInt(random, names.length)] ?? '';
}

async function noteWhenDown(scene: Scene, victim: PartName): Promise<void> {
  if (await untilServing(scene, (serving) => serving < scene.cluster.instances)) scene.note('down', victim);
}

/** @returns whether it came to that before the deadline */
async function untilServing({ cluster, signal }: Scene, isSo: (serving: number) => boolean): Promise<boolean> {
  const deadline = performance.now() + DETECTION_DEADLINE_MS;
  while (!isSo(await cluster.countServing())) {
    if (performance.now() >= deadline) return false;
    await setTimeout(POLL_MS, undefined, { signal });
  }
  return true;
}
