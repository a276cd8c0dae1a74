/**
 * Rules about what happens or does not. That it happens one case shows; that it does not, no number of cases shows: so many have to have
 * been tried at least, and the interval beside them says how often it may happen all the same.
 */
import type { Quantity } from '../metrics/quantity.js';
import type { Estimate } from '../stats/estimate.js';
import { formatNumber, inWords } from '../words/numbers.js';
import { countOf, joinWords } from '../words/text.js';
import type { Decision, Rule } from './rules.js';
import { clause, isTooFew } from './tested.js';

/** The share of all that was tried in which it happened. `estimate.n` is how much was tried. */
export interface Counted {
  readonly name: string;
  readonly quantity: Quantity;
}

export interface Least {
  /** So much must have been tried of each, for it to count as not happening. */
  readonly least: number;
}

type Found = 'happens' | 'does not' | 'too few';

interface Seen extends Counted {
  readonly estimate: Estimate;
  readonly found: Found;
}

/** True where it happens in no case, false where it does in one. */
export function never(cases: readonly Counted[], { least }: Least): Rule {
  const says = `True: in none of at least ${formatNumber(least)} of each. False: in one.`;
  return ruleOf(cases, { least, says }, (seen) => {
    const [happening, few] = [those(seen, 'happens'), those(seen, 'too few')];
    if (happening.length > 0) return { verdict: 'false', because: clauses(happening) };
    if (few.length > 0) return tooFew(few, least);
    return { verdict: 'true', because: noneOf(seen) };
  });
}

/** True where it happens in every case, false where it does in none; else it depends on the case. */
export function happens(cases: readonly Counted[], { least, doing }: Least & { readonly doing: string }): Rule {
  const says = `True: with each. False: in none of at least ${formatNumber(least)} with each. Else it depends on which: ${joinWords(cases.map(({ name }) => name))}.`;
  return ruleOf(cases, { least, says }, (seen) => {
    const [happening, not, few] = [those(seen, 'happens'), those(seen, 'does not'), those(seen, 'too few')];
    if (few.length > 0) return tooFew(few, least);
    if (not.length === 0) return { verdict: 'true', because: clauses(happening) };
    if (happening.length === 0) return { verdict: 'false', because: noneOf(seen) };
    const names = (all: readonly Seen[]) => joinWords(all.map(({ name }) => name));
    return {
      verdict: 'depends',
      because: `${doing} with ${names(happening)}, not with ${names(not)}: ${clauses(happening)}`,
    };
  });
}

/** True where nothing of it happens; else it depends on what does, and where. */
export function nothing(cases: readonly Counted[], { least, happening }: Least & { readonly happening: string }): Rule {
  const says = `True: in none of at least ${formatNumber(least)} of each. Else it depends on ${happening}.`;
  return ruleOf(cases, { least, says }, (seen) => {
    const [found, few] = [those(seen, 'happens'), those(seen, 'too few')];
    if (few.length > 0) return tooFew(few, least);
    if (found.length > 0) return { verdict: 'depends', because: clauses(found) };
    return { verdict: 'true', because: noneOf(seen) };
  });
}

/** True where a number that is counted, and not sampled, is at most so high; false where it is higher. */
export function atMost({ name, quantity }: Counted, limit: number): Rule {
  return {
    quantities: [quantity],
    thresholds: [[]],
    says: `True: ${quantity.label} at most ${inWords({ value: limit, unit: quantity.unit })}. False: more.`,
    decide([estimate]) {
      if (!estimate) throw new RangeError(`there is no number for ${quantity.label}`);
      const isWithin = estimate.value <= limit;
      const counted = `${quantity.label} ${inWords({ value: estimate.value, unit: estimate.unit })} with ${name}`;
      return {
        verdict: isWithin ? 'true' : 'false',
        because: `${counted}, ${isWithin ? 'at most' : 'more than'} ${formatNumber(limit)}`,
      };
    },
  };
}

function ruleOf(
  cases: readonly Counted[],
  { least, says }: Least & Pick<Rule, 'says'>,
  decide: (seen: readonly Seen[]) => Decision,
): Rule {
  return {
    quantities: cases.map(({ quantity }) => quantity),
    thresholds: cases.map(() => []),
    leasts: cases.map(() => least),
    says,
    decide: (estimates) =>
      decide(
        cases.map((one, at) => {
          const estimate = estimates[at];
          if (!estimate) throw new RangeError(`there is no number for ${one.quantity.label}`);
          return { ...one, estimate, found: foundIn(estimate, least) };
        }),
      ),
  };
}

function foundIn(estimate: Estimate, least: number): Found {
  if (isTooFew(estimate, least)) return 'too few';
  return estimate.value > 0 ? 'happens' : 'does not';
}

const those = (seen: readonly Seen[], wanted: Found) => seen.filter(({ found }) => found === wanted);

function clauses(seen: readonly Seen[]): string {
  return joinWords(
    seen.map(({ quantity, estimate }) => clause(quantity, estimate)),
    '; ',
  );
}

/** "forgeries accepted: none of 420 with memory and 1,320 with jwt". */
function noneOf(seen: readonly Seen[]): string {
  const labels = [...new Set(seen.map(({ quantity }) => quantity.label))];
  return joinWords(
    labels.map((label) => `${label}: none of ${tried(seen.filter(({ quantity }) => quantity.label === label))}`),
    '; ',
  );
}

function tried(seen: readonly Seen[]): string {
  return joinWords([...new Set(seen.map(({ name, estimate }) => `${formatNumber(estimate.n)} with ${name}`))]);
}

function tooFew(few: readonly Seen[], least: number): Decision {
  return {
    verdict: 'inconclusive',
    because: `only ${tried(few)} ${few.length === 1 ? 'was' : 'were'} tried, and ${countOf(least, 'case')} are needed`,
  };
}
