import { isSound } from '../claims/evidence.js';
import type { Judgement } from '../claims/judge.js';
import type { Factors, Round, StrategyTimeline, TimelineRound } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { formatNumber } from '../words/numbers.js';
import { factorsInWords } from '../words/text.js';
import { type Colour, colourOf } from './palette.js';

export interface TimelineLine {
  readonly strategy: string;
  readonly colour: Colour;
  /** Share of requests answered and recognised in each step; null where none was due. */
  readonly shares: readonly (number | null)[];
}

export interface TimelineEvent {
  /** From 1: the mark in the drawing. */
  readonly number: number;
  readonly seconds: number;
  /** "kill instance-2, 5.1 s". */
  readonly text: string;
}

/** One round with an event, as time went by. */
export interface TimelineView {
  readonly caption: string;
  readonly stepSeconds: number;
  readonly seconds: number;
  readonly lines: readonly TimelineLine[];
  readonly events: readonly TimelineEvent[];
}

const STEP_MS = 500;

/** The first sound round of each event that a claim's numbers are about. */
export function buildTimelines({ estimates, measurements }: Judgement, rounds: readonly Round[]): TimelineView[] {
  const keys = new Set(measurements);
  const sound = rounds.filter(
    (round): round is TimelineRound => round.protocol === 'timeline' && keys.has(round.measurement) && isSound(round),
  );
  const events = new Set(estimates.map(({ factors }) => keyOf(withoutStrategy(factors))));
  return [...events].flatMap((event) => {
    const round = sound.find(({ factors }) => keyOf(factors) === event);
    return round ? [viewRound(round)] : [];
  });
}

function withoutStrategy({ strategy: _strategy, ...others }: Factors): Factors {
  return others;
}

function viewRound({ factors, binMs, strategies, events }: TimelineRound): TimelineView {
  const bins = Math.max(1, Math.round(STEP_MS / binMs));
  const stepSeconds = (bins * binMs) / 1000;
  const lines = Object.entries(strategies).map(([strategy, line]) => ({
    strategy,
    colour: colourOf(strategy),
    shares: sharesOf(line, bins),
  }));
  return {
    caption: `Requests answered and recognised in the first round: ${factorsInWords(factors)}`,
    stepSeconds,
    seconds: stepSeconds * Math.max(1, ...lines.map(({ shares }) => shares.length)),
    lines,
    events: events.map(({ atMs, name, part }, at) => ({
      number: at + 1,
      seconds: atMs / 1000,
      text: `${part === '' ? name : `${name} ${part}`}, ${formatNumber(Math.round(atMs / 100) / 10)} s`,
    })),
  };
}

/** Of so many bins at a time. */
function sharesOf({ ok, refused, failed }: StrategyTimeline, bins: number): (number | null)[] {
  const sum = (series: readonly number[], from: number) =>
    series.slice(from, from + bins).reduce((total, count) => total + count, 0);
  const steps = Math.ceil(Math.max(ok.length, refused.length, failed.length) / bins);
  return Array.from({ length: steps }, (_, step) => {
    const answered = sum(ok, step * bins);
    const all = answered + sum(refused, step * bins) + sum(failed, step * bins);
    return all === 0 ? null : answered / all;
  });
}
