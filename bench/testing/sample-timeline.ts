import { BIN_MS, type StrategyTimeline, type TimelineRound } from '../contract.js';
import { binomial, lognormal, type Simulation, sum, times } from './simulation.js';

type Event = TimelineRound['events'][number];

const START_MS = 1_500;
const END_MS = 3_500;

const STORE_KILLED = [
  event(START_MS, 'kill', 'redis'),
  event(START_MS, 'down', 'redis'),
  event(END_MS, 'restart', 'redis'),
];

/** What is done to the cluster and seen of it, by the factor `event`. */
const COURSES: Readonly<Record<string, (simulation: Simulation) => Event[]>> = {
  'instance killed': ({ truth, random }) => [
    event(START_MS, 'kill', 'instance-2'),
    event(START_MS + truth.detectMs * lognormal(random, truth.noise), 'down', 'instance-2'),
    event(END_MS, 'restart', 'instance-2'),
    event(END_MS + 400, 'up', 'instance-2'),
  ],
  'instance frozen': ({ truth, random }) => [
    event(START_MS, 'freeze', 'instance-2'),
    event(START_MS + truth.detectMs * lognormal(random, truth.noise), 'down', 'instance-2'),
    event(END_MS, 'thaw', 'instance-2'),
  ],
  'scaled out and in': ({ instances }) => [
    event(START_MS, 'add', `instance-${instances + 1}`),
    event(END_MS, 'remove', `instance-${instances + 1}`),
  ],
  'store killed': () => STORE_KILLED,
  'store restarted, persistent': () => [event(START_MS - 100, 'persistent', 'redis'), ...STORE_KILLED],
  'store frozen': () => [event(START_MS, 'freeze', 'redis'), event(END_MS, 'thaw', 'redis')],
};

/** One instance after another. */
function rolling({ instances, factors }: Simulation): Event[] {
  const stepMs = (END_MS - START_MS) / instances;
  const [end, back] = [String(factors.event).endsWith('drained') ? 'drain' : 'kill', 'up'];
  return Array.from({ length: instances }, (_, at) => [
    event(START_MS + at * stepMs, end, `instance-${at + 1}`),
    event(START_MS + (at + 0.9) * stepMs, back, `instance-${at + 1}`),
  ]).flat();
}

function event(atMs: number, name: string, part: string): Event {
  return { atMs, name, part };
}

export function sampleTimeline(simulation: Simulation): TimelineRound {
  const { factors, strategies, head } = simulation;
  const course = COURSES[String(factors.event)] ?? rolling;
  return {
    ...head,
    protocol: 'timeline',
    binMs: BIN_MS,
    events: course(simulation),
    strategies: Object.fromEntries(strategies.map((strategy) => [strategy, lineOf(simulation, strategy)])),
  };
}

function lineOf(simulation: Simulation, strategy: string): StrategyTimeline {
  const { factors, instances, truth, random, measurement, strategies, head } = simulation;
  const name = String(factors.event);
  const { usersPerStrategy, rateRps } = measurement.settings;
  const users = Number(usersPerStrategy);
  const share = truth.loggedOut(name, strategy, instances);
  // The kill is the unit: users are dealt evenly, but for a few.
  const loggedOut = Math.min(users, Math.round(users * share * (share < 1 ? lognormal(random, truth.noise) : 1)));
  const perBin = Math.max(1, Math.round((Number(rateRps) * BIN_MS) / 1000 / strategies.length));
  const recoveredMs = END_MS + truth.recoverMs * lognormal(random, truth.noise);
  const [ok, refused, failed]: [number[], number[], number[]] = [[], [], []];
  for (let atMs = 0; atMs < head.durationMs; atMs += BIN_MS) {
    const during = atMs + BIN_MS > START_MS && atMs < recoveredMs;
    const failing = binomial(random, perBin, during ? 1 - truth.answered(name, strategy) : 0);
    const known = truth.recognised(strategy, instances) * (atMs >= START_MS ? 1 - loggedOut / users : 1);
    const turnedAway = binomial(random, perBin - failing, 1 - known);
    failed.push(failing);
    refused.push(turnedAway);
    ok.push(perBin - failing - turnedAway);
  }
  const slow = name === 'store frozen' ? { p50Ms: 1_000, p99Ms: 1_050 } : { p50Ms: 3, p99Ms: 9 };
  return {
    users,
    loggedOut,
    ok,
    refused,
    failed,
    statuses: { 200: sum(ok), 401: sum(refused), 503: sum(failed) },
    latency: times(random, sum(ok) + sum(refused) + sum(failed), { p50Ms: 4, p99Ms: 20 }),
    failedLatency: times(random, sum(failed), slow),
  };
}
