/** Rules made of others, and the one that says whether two are alike. */
import type { Quantity } from '../metrics/quantity.js';
import { sideOf } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { formatNumber } from '../words/numbers.js';
import { joinWords } from '../words/text.js';
import type { Decision, Rule } from './rules.js';
import { clause, openAt } from './tested.js';

/** What one of several rules says is what they say together; what decides more comes first. */
const PRECEDENCE = ['false', 'inconclusive', 'depends', 'true'] as const;

/** True where all of these rules say so, false where one does; else it depends on what one of them depends on. */
export function jointly(rules: readonly Rule[]): Rule {
  return {
    quantities: rules.flatMap(({ quantities }) => quantities),
    thresholds: rules.flatMap(({ thresholds }) => thresholds),
    leasts: rules.flatMap(({ leasts, quantities }) => leasts ?? quantities.map(() => 0)),
    says: `All of these together. ${rules.map(({ says }) => says).join(' ')}`,
    decide(estimates) {
      let taken = 0;
      const decisions = rules.map(({ quantities, decide }) => {
        const own = estimates.slice(taken, taken + quantities.length);
        taken += quantities.length;
        return decide(own);
      });
      const verdict =
        PRECEDENCE.find((one) => decisions.some((decision) => decision.verdict === one)) ?? 'inconclusive';
      const because = decisions.filter((decision) => decision.verdict === verdict).map((decision) => decision.because);
      return { verdict, because: joinWords(because, '; ') };
    },
  };
}

/** From where to where two are as good as alike, and what is said of the first where they are not. */
interface Margin {
  readonly low: number;
  readonly high: number;
  readonly below: string;
  readonly above: string;
}

/** Equivalence: true where the whole interval lies within the margin, and where it lies outside of it depends on the side. */
export function alike(quantity: Quantity, { low, high, below, above }: Margin): Rule {
  const decide = (estimate: Estimate): Decision => {
    const measured = clause(quantity, estimate);
    const [lower, upper] = [sideOf(estimate, low), sideOf(estimate, high)];
    if (lower === 'below') return { verdict: 'depends', because: `${below}: ${measured}, below ${formatNumber(low)}` };
    if (upper === 'above') return { verdict: 'depends', because: `${above}: ${measured}, above ${formatNumber(high)}` };
    if (lower === 'above' && upper === 'below')
      return { verdict: 'true', because: `a tie: ${measured}, within ${formatNumber(low)} to ${formatNumber(high)}` };
    return { verdict: 'inconclusive', because: `${measured}: ${openAt(estimate, lower === 'above' ? high : low)}` };
  };
  return {
    quantities: [quantity],
    thresholds: [[low, high]],
    says: `True: within ${formatNumber(low)} to ${formatNumber(high)}. Outside it depends: ${below} or ${above}.`,
    decide: ([estimate]) => (estimate ? decide(estimate) : { verdict: 'inconclusive', because: 'there is no number' }),
  };
}
