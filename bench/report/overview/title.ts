import type { Summary } from '../../contract.js';
import { inWords } from '../../words/numbers.js';
import { capitalise, joinWords } from '../../words/text.js';
import { CRITERIA, type Criterion } from './criteria.js';
import { type Met, type Readings, readingsOf, valueInWords } from './reading.js';

export interface TitleView {
  /** What the run found, in a sentence or two. */
  readonly title: string;
  /** What breaks with which strategy: "redis when Redis dies: 0 % of requests are answered". */
  readonly breaks: readonly string[];
}

/** What a run found of these strategies. */
export function buildTitle(strategies: readonly string[], summary: Summary): TitleView {
  const [signedIn] = CRITERIA;
  const kept = signedIn ? describeKept(strategies, readingsOf(signedIn, summary)) : '';
  const breaks = CRITERIA.flatMap((criterion) => describeBreak(criterion, strategies, readingsOf(criterion, summary)));
  return {
    title:
      kept === '' ? describeDecided(summary) : `${kept}${breaks.length > 1 ? ' They differ in what breaks next.' : ''}`,
    breaks,
  };
}

/** "On 4 instances memory keeps 25 % of requests signed in; sticky, redis and jwt keep 100 %." */
function describeKept(strategies: readonly string[], readings: Readings): string {
  const those = (met: Met) =>
    strategies.flatMap((strategy) => {
      const reading = readings.get(strategy);
      return reading?.met === met ? [{ strategy, ...reading }] : [];
    });
  const parts = (['no', 'yes'] as const).map(those).filter((part) => part.length > 0);
  const count = parts[0]?.[0]?.estimate.factors.instances;
  const clauses = parts.map((part, at) => {
    const values = [...new Set(part.map(({ estimate }) => valueInWords(estimate)))];
    const names = joinWords(part.map(({ strategy }) => strategy));
    const verb = part.length === 1 ? 'keeps' : 'keep';
    return `${names} ${verb} ${values.length === 1 ? values[0] : 'nearly all'}${at === 0 ? ' of requests signed in' : ''}`;
  });
  if (clauses.length === 0) return '';
  const where = count === undefined ? '' : Number(count) === 1 ? 'On one instance ' : `On ${count} instances `;
  return capitalise(`${where}${clauses.join('; ')}.`);
}

/** "redis when Redis dies: 0 % of requests are answered" */
function describeBreak({ breaks }: Criterion, strategies: readonly string[], readings: Readings): string[] {
  if (!breaks) return [];
  return strategies.flatMap((strategy) => {
    const reading = readings.get(strategy);
    if (reading?.met !== 'no') return [];
    const words = reading.estimate.unit === 'ratio' ? inWords(reading.estimate) : valueInWords(reading.estimate);
    return [`${strategy} ${breaks.when}: ${breaks.what(words)}`];
  });
}

function describeDecided({ claims }: Summary): string {
  const decided = claims.filter(({ verdict }) => !['inconclusive', 'not measured'].includes(verdict)).length;
  if (decided === 0) return 'This run decided no claim.';
  return `This run decided ${decided} of ${claims.length} claims.`;
}
