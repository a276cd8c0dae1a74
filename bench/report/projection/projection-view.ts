import type { Judgement } from '../../claims/judge.js';
import { REQUEST_COST } from '../../claims/measurements.js';
import { project } from '../../model/projection.js';
import { inWords } from '../../words/numbers.js';
import { capitalise, joinWords } from '../../words/text.js';
import { ASSUMPTIONS, type Assumption, DEFAULTS } from './assumptions.js';
import { collectCosts, type MeasuredCosts } from './costs.js';
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
  /** One row for each subject. */
  readonly limits: readonly (readonly Amount[])[];
  /** Of the default number of users. */
  readonly load: readonly Amount[];
  /** One row for each subject. */
  readonly needs: readonly (readonly Amount[])[];
  /** With how many connections the costs were measured. */
  readonly connections: string;
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

const CONNECTIONS = String(REQUEST_COST.settings.connections);

const MISLEADS = [
  `Costs were measured with ${CONNECTIONS} connections, each with one request under way. Another load costs something else: busier ` +
    'tiers do more at once and spend less on each request.',
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
    limits,
    load: describeLoad(DEFAULTS),
    needs: subjects.map((subject) => describeNeeds(subject, DEFAULTS)),
    connections: CONNECTIONS,
    means: [
      ...describeFirst(subjects, limits),
      ...describeMillion(subjects),
      ...describeLogins(subjects, measured),
      ...leftOut.map(capitalise),
    ],
    misleads: MISLEADS,
  };
}
