import type { Judgement } from '../../claims/judge.js';
import { project } from '../../model/projection.js';
import { formatEstimate, inWords } from '../../words/numbers.js';
import { capitalise, factorsInWords, joinWords } from '../../words/text.js';
import { finiteEstimates } from '../summary.js';
import { ASSUMPTIONS, type Assumption, DEFAULTS } from './assumptions.js';
import { BUSY_CONNECTIONS, collectCosts, type MeasuredCosts } from './costs.js';
import {
  type Amount,
  completeCosts,
  describeLimits,
  describeLoad,
  describeNeeds,
  formatCount,
  type Subject,
} from './reckoning.js';

export interface AssumptionView extends Assumption {
  /** The default in the reader's unit. */
  readonly given: string;
}

export interface ProjectionView {
  readonly subjects: readonly Subject[];
  readonly assumptions: readonly AssumptionView[];
  /** What all of it is in proportion to: one row for each subject. */
  readonly costs: readonly (readonly Amount[])[];
  /** One row for each subject. */
  readonly limits: readonly (readonly Amount[])[];
  /** Of the default number of users. */
  readonly load: readonly Amount[];
  /** One row for each subject. */
  readonly needs: readonly (readonly Amount[])[];
  /** At what load the costs were measured. */
  readonly basis: string;
  /** How far what it predicts was off in this run. */
  readonly error: string;
  readonly means: readonly string[];
  readonly misleads: readonly string[];
}

/** Heads of the columns, in the order of `describeLimits` and `describeNeeds`. */
export const LIMIT_HEADS = [
  'Gives out first',
  'One instance',
  'One balancer',
  'Store CPU',
  'Store memory',
  'Network link',
];
export const NEED_HEADS = ['Instances', 'Balancers', 'Stores', 'Store memory', 'Instance memory', 'Network'];

export const COST_HEADS = ['Instance CPU', 'Balancer CPU', 'Store CPU', 'Instance and store measured'];

const BASIS =
  `Costs are those of busy tiers: ${BUSY_CONNECTIONS} requests under way at one instance. Its CPU and that of the store were measured straight at ` +
  'the instance where that is said, the rest through the balancer.';

const MISLEADS = [
  `With fewer than ${BUSY_CONNECTIONS} requests under way an instance spends more on each, one that has a store most of all: it handles what came in one ` +
    'turn together, and a quiet one has one at a time. A tier that is planned to be less busy costs more than is shown here.',
  'This is a projection and no measurement. Every cost was measured with one instance on one machine and is multiplied; ' +
    'contention, failover, a clustered store and the network between machines add costs that grow with size.',
  'A core of this machine is the unit. Another processor, or cores that share one with other work, give other numbers ' +
    'of instances; the order of the strategies should carry over.',
  'The route does next to nothing besides recognising the user. Real pages take more CPU on every strategy alike, and ' +
    'more bytes, so real differences between strategies are smaller in proportion.',
  'The brackets carry the intervals of the measured CPU times, all at their low or all at their high end. The ' +
    'assumptions have no interval, and they move the result more.',
];

function describeFirst(subjects: readonly Subject[], limits: ProjectionView['limits']): string[] {
  const tiers = [...new Set(limits.map(([first]) => first?.value ?? ''))];
  return tiers.map((tier) => {
    const names = subjects.filter((_subject, index) => limits[index]?.[0]?.value === tier).map(({ name }) => name);
    return `With ${joinWords(names)}, of the tiers that exist once, the first to give out is the ${tier}.`;
  });
}

/** "73 µs", with its interval, tier by tier, and how the instance was measured. */
function describeCosts({ costs: { low, value, high }, isBusy }: Subject): Amount[] {
  const tiers = ['instanceCpuMicros', 'balancerCpuMicros', 'storeCpuMicros'] as const;
  return [
    ...tiers.map((tier) => {
      if (value[tier] === 0) return { value: '–', interval: '' };
      const text = formatEstimate({ value: value[tier], low: low[tier], high: high[tier], n: 1, unit: 'µs' });
      return { value: `${text.value} ${text.unit}`, interval: text.interval };
    }),
    { value: isBusy ? 'straight' : 'through the balancer', interval: '' },
  ];
}

function describeMillion(subjects: readonly Subject[]): string[] {
  const parts = subjects.map((subject) => {
    const [instances] = describeNeeds(subject, DEFAULTS);
    return `${instances?.value}${instances?.interval ? ` (${instances.interval})` : ''} with ${subject.name}`;
  });
  return [`By the default assumptions a million users take this many instances: ${joinWords(parts)}.`];
}

function describeLogins(subjects: readonly Subject[], { loginCpuMicros }: MeasuredCosts): string[] {
  if (loginCpuMicros === null) {
    return [
      'The run did not measure what a login costs, so logins are left out: password hashing comes on top of all this.',
    ];
  }
  const shares = subjects.map((subject) => {
    const costs = completeCosts(subject, DEFAULTS).value;
    const { requestsPerSecond, loginsPerSecond } = project(costs, DEFAULTS, 1);
    const logins = loginsPerSecond * costs.loginCpuMicros;
    const share = logins / (logins + requestsPerSecond * costs.instanceCpuMicros);
    return `${formatCount(Math.round(100 * share))} % with ${subject.name}`;
  });
  const login = inWords({ ...loginCpuMicros, unit: 'µs' });
  return [
    `A login takes ${login} of an instance's CPU, nearly all for the password hash (measured apart, ` +
      `for the claim on logging in again). Logins are this share of the instances' CPU: ${joinWords(shares)}.`,
  ];
}

/** The one prediction by such costs that a run puts to the test: what slices of CPU serve. */
const TESTED = { claim: 'stateless-scales', metric: 'measuredByPredicted' } as const;

function describeError(judgements: readonly Judgement[]): string {
  const estimates = finiteEstimates(judgements.find(({ id }) => id === TESTED.claim)?.estimates ?? []);
  const errors = estimates.filter(({ metric }) => metric === TESTED.metric);
  if (errors.length === 0) {
    return 'How far it is off was not measured in this run: the claim on scaling out (stateless-scales) does, where there are minutes for it.';
  }
  const parts = errors.map((one) => `${inWords(one)} with ${factorsInWords(one.factors)}`);
  return `How far it is off: instances on slices of CPU served this much of what such costs predict: ${joinWords(parts, '; ')}. Take the numbers below as no better than that.`;
}

/** Null where the run measured no strategy that can be projected. */
export function buildProjection(judgements: readonly Judgement[]): ProjectionView | null {
  const measured = collectCosts(judgements);
  const { subjects, leftOut } = measured;
  if (subjects.length === 0) return null;
  const limits = subjects.map((subject) => describeLimits(subject, DEFAULTS));
  return {
    subjects,
    assumptions: ASSUMPTIONS.map((one) => ({
      ...one,
      given: String(Number((DEFAULTS[one.input] / one.factor).toPrecision(6))),
    })),
    costs: subjects.map(describeCosts),
    limits,
    load: describeLoad(DEFAULTS),
    needs: subjects.map((subject) => describeNeeds(subject, DEFAULTS)),
    basis: BASIS,
    error: describeError(judgements),
    means: [
      ...describeFirst(subjects, limits),
      ...describeMillion(subjects),
      ...describeLogins(subjects, measured),
      ...leftOut.map(capitalise),
    ],
    misleads: MISLEADS,
  };
}
