import type { RaceRound } from '../contract.js';
import type { race } from '../metrics/quantity.js';
import { workOf } from './sample-visits.js';
import { binomial, deal, type Simulation, sum } from './simulation.js';

/** How much is tried in one session. */
const TRIALS_PER_SESSION: Readonly<Record<string, number>> = { cart: 10, revival: 1, refresh: 2 };

export function sampleRace(simulation: Simulation): RaceRound {
  const { factors, truth, random, head, measurement } = simulation;
  const { race: name, trials: wanted } = measurement.settings as unknown as ReturnType<typeof race>['settings'];
  const trials = deal(wanted, Math.ceil(wanted / (TRIALS_PER_SESSION[name] ?? 1)));
  const wrong = trials.map((count) => binomial(random, count, truth.wrong(name, factors)));
  return {
    ...head,
    protocol: 'race',
    trials,
    wrong,
    statuses: { 200: sum(trials) },
    operations: wanted,
    work: workOf(simulation, { pages: wanted, logins: 0, password: false }),
  };
}
