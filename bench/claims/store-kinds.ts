import type { StrategyName } from '../../services/contract.js';
import { wholeCpuMicrosPerRequest, wholeCpuRatio } from '../metrics/demands.js';
import { latencyP50Ms, latencyRatio } from '../metrics/saturation.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { ONE_AT_A_TIME, REQUEST_COST } from './measurements.js';
import { above, which } from './rules.js';

const DEARER_FROM = 1.1;

/** Kinds of store, and what each is said to cost more than. */
const STEPS = [
  { kind: 'redis', than: 'memory' },
  { kind: 'postgres', than: 'redis' },
  { kind: 'file', than: 'redis' },
] as const satisfies readonly { readonly kind: StrategyName; readonly than: StrategyName }[];

const KINDS = ['memory', 'redis', 'postgres', 'file'] as const satisfies readonly StrategyName[];

export const storeKinds: Claim = {
  id: 'store-kinds',
  group: 'Memory and lookups',
  statement: 'Memory beats Redis beats database and disk',
  beside: ['postgres', 'file'],
  ask({ strategies }) {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const steps = STEPS.map(({ kind, than }) => ({
      kind,
      than,
      cpu: wholeCpuRatio(REQUEST_COST, at(kind), at(than)),
      time: latencyRatio(ONE_AT_A_TIME, at(kind), at(than)),
    }));
    const shown = KINDS.filter((kind) => strategies.includes(kind));
    return {
      rule: which(
        steps.flatMap(({ kind, than, cpu, time }) => [
          { name: `${kind} after ${than} (CPU)`, test: above(cpu, DEARER_FROM) },
          { name: `${kind} after ${than} (time)`, test: above(time, DEARER_FROM) },
        ]),
        { passing: 'a tenth more is taken' },
      ),
      shows: [
        ...shown.map((kind) => wholeCpuMicrosPerRequest(REQUEST_COST, at(kind))),
        ...shown.map((kind) => latencyP50Ms(ONE_AT_A_TIME, at(kind))),
      ],
      finding: (words) =>
        `A request takes ${joinWords(steps.map(({ kind, than, cpu, time }) => `${words(cpu)} the CPU and ${words(time)} the time with ${kind} that it takes with ${than}`))}.`,
    };
  },
  misleads: [
    'Without DATABASE_URL the database of a local run is PGlite, PostgreSQL inside a process that serves one statement at a time: its figures are its own and say nothing of a server. With --cluster compose it is a server, in a container.',
    'The CPU of a database at DATABASE_URL cannot be read. What the instance spends on asking it is then the least that it costs, and can only show that it is dearer.',
    'Files that are read again and again are in the memory of the kernel. A disk that has to be read, or one in a network, takes longer.',
    'Store and database are on this machine. Where they are a network away, each trip takes that much longer.',
    'Sessions are only read, one read for each request. Writing them, as a login does, costs each kind something else.',
  ],
};
