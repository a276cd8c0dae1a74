import { spawn, spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import { STRATEGIES, type StrategyName } from '../services/contract.js';
import type { Cluster } from './cluster/cluster.js';
import { findCpuQuota, removalOf } from './cluster/cpu-quota.js';
import type { ClusterKind } from './cluster/index.js';
import { findRedisServer } from './cluster/redis.js';
import type { readEnvironment } from './config.js';
import type { Lacks } from './plan.js';
import { needsRedis } from './strategies.js';

/** An instance and Redis hold as many each, of a kilobyte. */
const FREE_FOR_A_MILLION = 6 * 2 ** 30;
const LITTLE_MEMORY = 'less than 6 GiB of memory are free';
const NO_REDIS = 'no Redis server: install redis-server or valkey-server, or set REDIS_URL';
const FOREIGN_REDIS = 'the Redis at REDIS_URL was not started by this run: it is never broken, filled or throttled';
const FOREIGN_DATABASE = 'the database at DATABASE_URL was not started by this run: nobody in it is demoted or revoked';

/** What a running cluster cannot do. */
export function lacksOf(
  cluster: Pick<
    Cluster,
    'skipped' | 'ownsRedis' | 'ownsDatabase' | 'cpuQuota' | 'straightUrl' | 'noAsides' | 'noStores' | 'noPersistence'
  >,
): Lacks {
  const skippedBecause = (name: StrategyName) => cluster.skipped.find(({ strategy }) => strategy === name)?.reason;
  const redis = cluster.skipped.find(({ strategy }) => needsRedis(strategy))?.reason;
  const { cpuQuota } = cluster;
  return {
    strategy: skippedBecause,
    requirement: (name) =>
      ({
        Redis: redis,
        'a Redis of its own': redis ?? (cluster.ownsRedis ? undefined : FOREIGN_REDIS),
        'a Redis with a disk': cluster.noPersistence,
        'a database of its own': cluster.ownsDatabase ? undefined : FOREIGN_DATABASE,
        'slices of CPU': 'means' in cpuQuota ? undefined : noSlices(cpuQuota.tried),
        'a way past the balancer':
          cluster.straightUrl === null ? 'instances are reached by the balancer alone' : undefined,
        'instances with settings of their own': cluster.noAsides,
        'replicated stores': cluster.noStores,
        'memory for a million sessions': freemem() >= FREE_FOR_A_MILLION ? undefined : LITTLE_MEMORY,
      })[name],
  };
}

/** The same without starting one: what this machine lacks for a cluster of that kind. */
export function lacksOfMachine(
  kind: ClusterKind,
  { PATH, REDIS_URL, DATABASE_URL }: ReturnType<typeof readEnvironment>,
): Lacks {
  if (kind === 'compose') return { strategy: () => undefined, requirement: () => undefined };
  const redis = REDIS_URL || findRedisServer(PATH) ? undefined : NO_REDIS;
  const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  const quota = findCpuQuota(sleeper.pid ?? 0);
  sleeper.kill('SIGKILL');
  if ('means' in quota) {
    const [command = '', ...args] = removalOf(quota);
    spawnSync(command, args);
  }
  return lacksOf({
    skipped: (Object.keys(STRATEGIES) as StrategyName[]).flatMap((strategy) =>
      redis && needsRedis(strategy) ? [{ strategy, reason: redis }] : [],
    ),
    ownsRedis: !REDIS_URL,
    ownsDatabase: !DATABASE_URL,
    straightUrl: '',
    noAsides: undefined,
    noStores: undefined,
    noPersistence: undefined,
    cpuQuota: quota,
  });
}

function noSlices(tried: string): string {
  return `needs slices of CPU, which cannot be cut here: tried ${tried}`;
}
