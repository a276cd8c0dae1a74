import { BASELINE, ROUTES, type StrategyName } from '../../services/contract.js';
import { type TierWork, workBetween } from '../cluster/tiers.js';
import { type Cell, CONTROL, type Estimate } from '../contract.js';
import { checkLoad, overRounds } from '../load/checks.js';
import { runClosedLoop } from '../load/closed-loop.js';
import type { LoadRequest, LoadResult } from '../load/load-result.js';
import { signInUsers } from '../load/users.js';
import { meanOverRounds, pairedRatio, ratioOfSums } from '../stats/estimate.js';
import { type Random, shuffle } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { connections: 32, rounds: 6, roundMs: 1_500, warmUpMs: 1_500 },
  full: { connections: 32, rounds: 15, roundMs: 4_000, warmUpMs: 4_000 },
} as const;

export const requestCost: Experiment = {
  id: 'request-cost',
  question: 'What does an authenticated request cost, tier by tier, against the same reply without authentication?',
  plannedSeconds: ({ profile, strategies }) => {
    const { rounds, roundMs, warmUpMs } = SIZES[profile];
    return ((strategies.length + 2) * (warmUpMs + rounds * (roundMs + 60))) / 1000;
  },
  load: ({ profile }) => SIZES[profile],
  async *run(context) {
    const { plan, cluster } = context;
    const { rounds, roundMs, warmUpMs } = SIZES[plan.profile];
    await cluster.scaleTo(1);
    const contestants = await prepare(context);
    const random = context.random('order');
    const steps = contestants.length * (rounds + 1);
    let done = 0;
    for (const contestant of contestants) {
      context.progress(done++ / steps, 'warming up');
      await measureRound(context, contestant, warmUpMs);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const contestant of shuffle(contestants, random)) {
        context.progress(done++ / steps, `round ${round} of ${rounds}`);
        contestant.rounds.push(await measureRound(context, contestant, roundMs));
      }
    }
    const [baseline] = contestants;
    for (const contestant of contestants) yield toCell(contestant, baseline, context.random(labelOf(contestant)));
  },
};

interface Contestant {
  readonly strategy: StrategyName | typeof BASELINE;
  /** The baseline once more, as if it were another: how far it seems to differ from itself is the noise of the rig. */
  readonly control?: boolean;
  /** What each connection sends: a user of its own each. */
  readonly requests: readonly LoadRequest[];
  readonly rounds: Round[];
}

interface Round {
  readonly load: LoadResult;
  readonly work: TierWork;
}

/**
 * The baseline comes first. It is also the control: it is part of every run, and the cheapest, so that a disturbance is a
 * larger share of it than of any strategy and the threshold errs on the safe side.
 */
async function prepare(context: ExperimentContext): Promise<Contestant[]> {
  const { connections } = SIZES[context.plan.profile];
  const requests = Array.from({ length: connections }, () => ({ path: `/${BASELINE}${ROUTES.me}` }));
  const contestants: Contestant[] = [
    { strategy: BASELINE, requests, rounds: [] },
    { strategy: BASELINE, control: true, requests, rounds: [] },
  ];
  for (const strategy of context.plan.strategies) {
    const users = await signInUsers({ ...signInWith(context), strategy, count: connections });
    contestants.push({
      strategy,
      requests: users.map((user) => ({ path: user.absolutePath(ROUTES.me), headers: user.credentialsFor(ROUTES.me) })),
      rounds: [],
    });
  }
  return contestants;
}

async function measureRound(
  { cluster, signal }: ExperimentContext,
  contestant: Contestant,
  afterMs: number,
): Promise<Round> {
  const { requests } = contestant;
  const before = await cluster.readTiers();
  const load = await runClosedLoop({
    url: cluster.url,
    connections: requests.length,
    requests: (connection) => requests.slice(connection, connection + 1),
    stop: { afterMs },
    signal,
  });
  return { load, work: workBetween(before, await cluster.readTiers()) };
}

function labelOf({ strategy, control }: Contestant): string {
  return control ? `${strategy}/control` : strategy;
}

function toCell(contestant: Contestant, baseline: Contestant | undefined, random: Random): Cell {
  const { strategy, control, rounds } = contestant;
  const perRequest = (unit: string, amount: (round: Round) => number): Estimate =>
    ratioOfSums(
      rounds.map((round) => ({ amount: amount(round), count: round.load.answered })),
      { random, unit },
    );
  const perRound = (unit: string, figure: (round: Round) => number): Estimate =>
    meanOverRounds(rounds.map(figure), { random, unit });
  const ratio =
    baseline &&
    contestant !== baseline &&
    pairedRatio(rounds.map(instanceCpu), baseline.rounds.map(instanceCpu), { random });
  return {
    factors: { strategy, instances: 1, ...(control ? { [CONTROL]: true } : {}) },
    metrics: {
      instanceCpuMicrosPerRequest: perRequest('µs', ({ work }) => work.instanceCpuMicros),
      balancerCpuMicrosPerRequest: perRequest('µs', ({ work }) => work.balancerCpuMicros),
      storeCpuMicrosPerRequest: perRequest('µs', ({ work }) => work.storeCpuMicros),
      generatorCpuMicrosPerRequest: perRequest('µs', ({ load }) => load.generatorCpuMicros),
      ...(ratio ? { instanceCpuRatioToNone: ratio } : {}),
      throughputRps: perRound('1/s', ({ load }) => load.throughputRps),
      latencyP50Ms: perRound('ms', ({ load }) => load.latency.p50Ms),
      latencyP99Ms: perRound('ms', ({ load }) => load.latency.p99Ms),
      requestBytes: perRound('bytes', ({ load }) => load.requestBytes),
      responseBytes: perRound('bytes', ({ load }) => load.responseBytes),
      storeTripsPerRequest: perRequest('trips', ({ work }) => (strategy === BASELINE ? 0 : work.storeTrips(strategy))),
      databaseTripsPerRequest: perRequest('trips', ({ work }) => work.databaseTrips),
    },
    checks: overRounds(rounds.map(({ load, work }) => checkLoad(load, { requests: work.instanceRequests, ...work }))),
  };
}

/** µs of an instance's CPU time per answered request. */
function instanceCpu({ load, work }: Round): number {
  return work.instanceCpuMicros / load.answered;
}
