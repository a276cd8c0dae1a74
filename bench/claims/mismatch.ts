import type { Cell } from '../contract.js';
import { type Claim, contains, type Decision, evidenceOf, notMeasured } from './claim.js';

export const mismatch: Claim = {
  id: 'mismatch',
  statement: 'In-memory sessions behind round robin fail',
  prediction: 'share of requests recognised: 1/n',
  experiment: 'mismatch',
  decide: (cells) => matchesLaw(cells, 'successRatio', { text: '1/n', of: (n) => 1 / n }),
};

export const reloginStorm: Claim = {
  id: 'relogin-storm',
  statement: 'Logging in again does not help',
  prediction: 'logins per page view: (n−1)/n',
  experiment: 'relogin-storm',
  decide: (cells) => matchesLaw(cells, 'loginsPerPageView', { text: '(n−1)/n', of: (n) => (n - 1) / n }),
};

export const mismatchMended: Claim = {
  id: 'mismatch-mended',
  statement: 'Sticky routing, a shared store and tokens each mend it',
  prediction: 'share of requests recognised: 1 for every n',
  experiment: 'mismatch',
  decide: (cells) => {
    const remedies = ['sticky', 'redis', 'jwt'].map((strategy) => ({
      strategy,
      evidence: severalInstances(evidenceOf(cells, 'successRatio', { strategy })),
    }));
    const evidence = remedies.flatMap((remedy) => remedy.evidence);
    const missing = remedies.filter((remedy) => remedy.evidence.length === 0);
    if (missing.length > 0)
      return notMeasured(`no sound cell with more than one instance for ${names(missing)}`, evidence);
    const broken = remedies.filter((remedy) => remedy.evidence.some(({ estimate }) => estimate.value < 1));
    if (broken.length === 0) return { verdict: 'holds', evidence, because: 'every request was recognised' };
    const verdict = broken.length === remedies.length ? 'fails' : 'depends';
    return { verdict, evidence, because: `requests were not recognised with ${names(broken)}` };
  },
};

/** Holds if the interval contains the predicted value for every n. One instance alone decides nothing. */
function matchesLaw(cells: readonly Cell[], metric: string, law: { text: string; of(n: number): number }): Decision {
  const evidence = evidenceOf(cells, metric, { strategy: 'memory' });
  if (severalInstances(evidence).length === 0)
    return notMeasured('no sound cell with more than one instance', evidence);
  const outside = evidence.filter(({ factors, estimate }) => !contains(estimate, law.of(Number(factors.instances))));
  if (outside.length === 0) return { verdict: 'holds', evidence, because: `every interval contains ${law.text}` };
  const at = outside.map(({ factors }) => factors.instances).join(', ');
  return { verdict: 'fails', evidence, because: `the interval does not contain ${law.text} for n = ${at}` };
}

function severalInstances(evidence: Decision['evidence']): Decision['evidence'] {
  return evidence.filter(({ factors }) => Number(factors.instances) > 1);
}

function names(strategies: readonly { strategy: string }[]): string {
  return strategies.map(({ strategy }) => strategy).join(', ');
}
