import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { Cell } from '../contract.js';
import { onlyExpectedStatuses } from '../load/checks.js';
import { eachOnce, signInUsers } from '../load/users.js';
import { simultaneous } from '../stats/bootstrap.js';
import { proportionOverUsers } from '../stats/estimate.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = { quick: { users: 400, requestsPerUser: 5 }, full: { users: 1000, requestsPerUser: 10 } } as const;
const REQUESTS_PER_SECOND = 1_200;

/** The verdict asks every interval of a strategy, one for each number of instances, so they must hold together. */
const FAMILY_CONFIDENCE = 0.99;

export const mismatch: Experiment = {
  id: 'mismatch',
  question: 'How often is an authenticated request recognised when n identical instances stand behind round robin?',
  plannedSeconds: ({ profile, strategies, instances }) => {
    const { users, requestsPerUser } = SIZES[profile];
    return (strategies.length * instances.length * users * (1 + requestsPerUser)) / REQUESTS_PER_SECOND;
  },
  load: ({ profile }) => SIZES[profile],
  resumesByCell: true,
  async *run(context) {
    const { plan, cluster } = context;
    let done = 0;
    for (const instances of plan.instances) {
      const missing = plan.strategies.filter((strategy) => !context.has({ strategy, instances }));
      if (missing.length > 0) await cluster.scaleTo(instances);
      for (const strategy of missing) {
        context.progress(done++ / (plan.instances.length * plan.strategies.length), `${strategy}, n = ${instances}`);
        yield await measureCell(context, strategy, instances);
      }
    }
  },
};

async function measureCell(context: ExperimentContext, strategy: StrategyName, instances: number): Promise<Cell> {
  const { plan, signal } = context;
  const { users, requestsPerUser } = SIZES[plan.profile];
  const random = context.random(`${strategy}/${instances}`);
  const identities = await signInUsers({ ...signInWith(context), strategy, count: users });
  const tallies = identities.map((identity) => ({ identity, successes: 0, trials: 0 }));
  const statuses: Record<number, number> = {};
  for (let request = 0; request < requestsPerUser; request++) {
    await eachOnce(tallies, random, signal, async (tally) => {
      const { status } = await tally.identity.get(ROUTES.me);
      tally.trials++;
      if (status === 200) tally.successes++;
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
  }
  return {
    factors: { strategy, instances },
    metrics: {
      successRatio: proportionOverUsers(tallies, {
        random,
        confidence: simultaneous(FAMILY_CONFIDENCE, plan.instances.length),
      }),
    },
    checks: [onlyExpectedStatuses(statuses, [200, 401])],
  };
}
