/** What timelines have in common: strategies that were watched together, and a figure of each round. */
import type { Factors, StrategyTimeline, TimelineRound } from '../contract.js';
import { meanOverRounds, proportionOverUsers } from '../stats/estimate.js';
import { bounded } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';

type Timeline = MeasurementRef<'timeline'>;

/** A strategy in rounds in which all strategies took part: the rounds are those of the other factors. */
interface Watched {
  readonly strategy: string;
  readonly factors: Factors;
  readonly cell: CellRef<'timeline'>;
  of(evidence: Evidence): { readonly round: TimelineRound; readonly line: StrategyTimeline }[];
}

export function watch(measurement: Timeline, factors: Factors): Watched {
  const { strategy, ...others } = factors;
  const cell: CellRef<'timeline'> = { measurement, factors: others };
  return {
    strategy: String(strategy),
    factors,
    cell,
    of: (evidence) =>
      evidence.rounds(cell).flatMap((round) => {
        const line = round.strategies[String(strategy)];
        return line ? [{ round, line }] : [];
      }),
  };
}

export type Watching = ReturnType<Watched['of']>[number];

/** Of one round; undefined where it does not give it. */
type Figure = number | { readonly atLeast: number } | undefined;

export function meanOf(
  metric: string,
  label: string,
  unit: string,
  watched: Watched,
  figure: (one: Watching) => Figure,
): Quantity {
  const all = (evidence: Evidence) => watched.of(evidence).flatMap((one) => figure(one) ?? []);
  const figures = (evidence: Evidence) => all(evidence).map((one) => (typeof one === 'number' ? one : one.atLeast));
  const quantity: Quantity = {
    metric,
    label,
    unit,
    factors: watched.factors,
    cells: [watched.cell],
    estimate(evidence, options) {
      const rounds = figures(evidence);
      const { value, low, high, n } = meanOverRounds(rounds, { ...options, unit });
      if (unit !== 'share') return { value, low, high, n, unit };
      if (value > 0 && value < 1) return { value, low, high: Math.min(1, high), n, unit };
      // Rounds that are all alike seem certain: how many users they had says how certain.
      const users = watched.of(evidence).flatMap(({ line }) => Array.from({ length: line.users }, () => value));
      return {
        ...proportionOverUsers(
          users.map((successes) => ({ successes, trials: 1 })),
          options,
        ),
        n,
        unit,
      };
    },
    perRound: figures,
  };
  return bounded(quantity, (evidence) =>
    all(evidence).some((one) => typeof one !== 'number') ? 'at least' : undefined,
  );
}

/** When the first event of that name came, in ms from the start of the load. */
export function at({ events }: TimelineRound, name: string): number | undefined {
  return events.find((event) => event.name === name)?.atMs;
}
