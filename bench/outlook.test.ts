import t from 'tap';
import type { Need } from './claims/needs.js';
import { renderOutlook } from './outlook.js';

const need = (claim: string, minutes: number | null): Need => ({ claim, minutes, next: [], seconds: 0 });

t.test('where nothing is open nothing is said', async (t) => {
  t.equal(renderOutlook([], 6, 'run'), '');
});

t.test('claims are decided one after the other, as far as as many minutes again go', async (t) => {
  const needs = [need('a', 2), need('b', 3), need('c', 2), need('d', 40), need('e', null)];
  t.equal(
    renderOutlook(needs, 6, 'a run'),
    [
      'Another 6 minutes should decide: a (about 2), b (about 3).',
      'Another 6 minutes would not decide: c (about 2), d (about 40), e (too close to call).',
      "Go on with it: npm run bench -- --resume 'a run'",
      '',
    ].join('\n'),
  );
});

t.test('what cannot be decided is no reason to go on', async (t) => {
  t.equal(renderOutlook([need('e', null)], 6, 'run'), 'Another 6 minutes would not decide: e (too close to call).\n');
});
