import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Cluster } from './cluster/cluster.js';
import type { Context } from './contract.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the numbers depend on besides the code, taken when measuring starts. */
export function takeContext(cluster: Pick<Cluster, 'description' | 'cpuQuota'>, load: Context['load']): Context {
  const processors = cpus();
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { dependencies: Record<string, string> };
  return {
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node: cluster.description.node,
    redis: cluster.description.redis,
    postgres: cluster.description.postgres,
    commit: readCommit(),
    versions: manifest.dependencies,
    cluster: cluster.description.cluster,
    cpuQuota: 'means' in cluster.cpuQuota ? cluster.cpuQuota.means : null,
    settings: cluster.description.settings,
    load,
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
