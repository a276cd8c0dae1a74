import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Cluster } from './cluster/cluster.js';
import type { ContextRecord } from './contract.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the numbers depend on besides the code, taken when measuring starts. */
export function takeContext({ description, cpuQuota }: Pick<Cluster, 'description' | 'cpuQuota'>): ContextRecord {
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { dependencies: Record<string, string> };
  return {
    kind: 'context',
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    // Those that this process may use: `taskset` leaves it fewer than there are.
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node: description.node,
    redis: description.redis,
    postgres: description.postgres,
    commit: readCommit(),
    versions: manifest.dependencies,
    cluster: description.cluster,
    cpuQuota: 'means' in cpuQuota ? cpuQuota.means : null,
    settings: { ...description.settings },
  };
}

function readCommit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // A file that git does not know, such as the report of a run, is no change of the code.
    const changes = git('status', '--porcelain', '--untracked-files=no');
    return `${git('rev-parse', '--short=12', 'HEAD')}${changes === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
