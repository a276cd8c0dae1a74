import { existsSync } from 'node:fs';
import { startLocalCluster } from '../cluster/local.js';
import type { readEnvironment } from '../config.js';
import { BenchError } from '../errors.js';
import { createRandom } from '../stats/prng.js';
import { RATE_RPS, recordEpisode, warmUp } from './episode.js';
import { drawFaults } from './faults.js';
import { awaitShrinking, COLLECTS_AT_SIGNAL, takeFootprints } from './footprint.js';
import type { ChaosOptions } from './options.js';
import { judge } from './rules.js';
import { addEpisode, describeEpisode, describeSums, NO_SUMS } from './sums.js';

const INSTANCES = 4;
const SERVING_MS = 15_000;
/** An instance keeps an idle connection for 72 s (Fastify's keepAliveTimeout), and tells the balancer so. */
const SHRINKING_MS = 90_000;

export interface ChaosSurroundings {
  readonly environment: ReturnType<typeof readEnvironment>;
  readonly signal: AbortSignal;
  /** Seed where none was given. */
  readonly newSeed: () => number;
  /** Takes a line for people. */
  readonly tell: (line: string) => void;
}

/**
 * Breaks a private cluster until the minutes are up, and tells each fault, each rule that was broken, and last the sums.
 * @returns how many rules were broken
 * @throws BenchError INTERRUPTED, with nothing left running
 */
export async function runChaos(options: ChaosOptions, surroundings: ChaosSurroundings): Promise<number> {
  const { environment, signal, newSeed, tell } = surroundings;
  const { minutes, seed = newSeed(), freezeSeconds } = options;
  tell(`Seed ${seed}: ${minutes} min, ${INSTANCES} instances, ${RATE_RPS} requests/s.`);
  const cluster = await startLocalCluster({
    strategies: ['memory', 'sticky', 'redis', 'jwt', 'file'],
    instances: INSTANCES,
    environment: { ...environment, all: { ...environment.all, NODE_OPTIONS: COLLECTS_AT_SIGNAL } },
    balancerPort: 0,
    adminPort: 0,
    bench: true,
    signal,
  });
  const random = createRandom(seed, 'load');
  const scene = { cluster, signal, random, freezeMs: 1000 * freezeSeconds, servingMs: SERVING_MS };
  let sums = NO_SUMS;
  let broken = 0;
  const tellBroken = (lines: readonly string[]) => {
    for (const line of lines) tell(`Broken: ${line}`);
    broken += lines.length;
  };
  try {
    for (const { strategy, reason } of cluster.skipped) tell(`Without ${strategy}: ${reason}`);
    const untilMs = performance.now() + 60_000 * minutes;
    await warmUp(scene);
    const before = await takeFootprints(cluster);
    const breakable = cluster.partNames().filter((name) => name !== 'redis' || cluster.ownsRedis);
    for (const fault of drawFaults(breakable, createRandom(seed, 'faults'))) {
      const episode = await recordEpisode(fault, scene);
      tell(describeEpisode(episode));
      tellBroken(judge(episode));
      sums = addEpisode(sums, episode);
      if (performance.now() > untilMs) break;
    }
    const { growth } = await awaitShrinking(cluster, before, AbortSignal.timeout(SHRINKING_MS));
    tellBroken(growth);
  } catch (error) {
    if (signal.aborted)
      throw new BenchError('INTERRUPTED', `Interrupted. ${describeSums(sums, broken)}`, { cause: error });
    throw error;
  } finally {
    const { adminTokenFile } = cluster;
    const pids = cluster.pids();
    await cluster.stop();
    tellBroken(pids.filter(isAlive).map((pid) => `nothing is left: process ${pid} still runs`));
    if (adminTokenFile !== undefined && existsSync(adminTokenFile)) tellBroken([`nothing is left: ${adminTokenFile}`]);
  }
  tell(describeSums(sums, broken));
  return broken;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
