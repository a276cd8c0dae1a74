import { BASELINE, ROUTES, type StrategyName } from '../../services/contract.js';
import { type Cell, CONTROL } from '../contract.js';
import { checkLoad, overRounds } from '../load/checks.js';
import type { LoadRequest } from '../load/load-result.js';
import { CPU_TALLIES, measureRound, measureRoundWithStats, type Round, RoundEstimates } from '../load/round.js';
import { signInUsers } from '../load/users.js';
import { pairedRatio, sumRatio } from '../stats/estimate.js';
import { type Random, shuffle } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { connections: 32, rounds: 5, roundMs: 1_200, warmUpMs: 1_200 },
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
      await measureRound(cluster, loadOf(contestant, context, warmUpMs));
    }
    for (let round = 1; round <= rounds; round++) {
      for (const contestant of shuffle(contestants, random)) {
        context.progress(done++ / steps, `round ${round} of ${rounds}`);
        contestant.rounds.push(await measureRoundWithStats(cluster, loadOf(contestant, context, roundMs)));
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
      requests: users.map((user) => user.requestFor(ROUTES.me)),
      rounds: [],
    });
  }
  return contestants;
}

function loadOf({ requests }: Contestant, { signal }: ExperimentContext, afterMs: number) {
  return {
    connections: requests.length,
    requests: (connection: number) => requests.slice(connection, connection + 1),
    stop: { afterMs },
    signal,
  };
}

function labelOf({ strategy, control }: Contestant): string {
  return control ? `${strategy}/control` : strategy;
}

function toCell(contestant: Contestant, baseline: Contestant | undefined, random: Random): Cell {
  const { strategy, control, rounds } = contestant;
  const estimates = new RoundEstimates(rounds, random);
  const ratio =
    baseline &&
    contestant !== baseline &&
    pairedRatio(rounds.map(instanceCpu), baseline.rounds.map(instanceCpu), { random });
  return {
    factors: { strategy, instances: 1, ...(control ? { [CONTROL]: true } : {}) },
    metrics: {
      ...estimates.costs(),
      ...(ratio ? { instanceCpuRatioToNone: ratio } : {}),
      throughputRps: estimates.perRound('1/s', ({ load }) => load.throughputRps),
      latencyP50Ms: estimates.perRound('ms', ({ load }) => load.latency.p50Ms),
      latencyP99Ms: estimates.perRound('ms', ({ load }) => load.latency.p99Ms),
      requestBytes: estimates.perRound('bytes', ({ load }) => load.requestBytes),
      responseBytes: estimates.perRound('bytes', ({ load }) => load.responseBytes),
      ...estimates.trips(strategy === BASELINE ? undefined : strategy),
    },
    checks: overRounds(rounds.map(({ load, work }) => checkLoad(load, { requests: work.instanceRequests }))),
  };
}

/** µs of an instance's CPU time per answered request. */
function instanceCpu(round: Round): number {
  return sumRatio([CPU_TALLIES.instance(round)]);
}
