import t from 'tap';
import { mayRepeat, type Outcome } from './outcomes.js';
import { RetryBudget } from './retry-budget.js';

t.test('what may be tried again', async (t) => {
  const yes = true;
  const no = false;
  const cases: [outcome: Outcome, method: string, bodyReplayable: boolean, attempts: number, retryable: boolean][] = [
    ['connect', 'GET', true, 1, yes],
    ['connect', 'POST', true, 1, yes],
    ['connect', 'POST', false, 1, no],
    ['connect', 'GET', true, 2, yes],
    ['connect', 'GET', true, 3, no],
    ['reset', 'GET', true, 1, yes],
    ['reset', 'HEAD', true, 1, yes],
    ['reset', 'OPTIONS', true, 1, yes],
    ['reset', 'POST', true, 1, no],
    ['reset', 'PUT', true, 1, yes],
    ['reset', 'DELETE', true, 1, yes],
    ['reset', 'PATCH', true, 1, no],
    ['down', 'GET', true, 1, yes],
    ['down', 'POST', true, 1, no],
    ['connect-timeout', 'POST', true, 1, yes],
    ['client-stalled', 'GET', true, 1, no],
    ['reset', 'GET', false, 1, no],
    ['timeout', 'GET', true, 1, no],
    ['bad-response', 'GET', true, 1, no],
    ['truncated', 'GET', true, 1, no],
  ];
  for (const [outcome, method, bodyReplayable, attempts, retryable] of cases) {
    const name = `${method} after ${outcome}, ${attempts} attempts, body ${bodyReplayable ? 'held' : 'gone'}`;
    t.equal(mayRepeat({ outcome, method, bodyReplayable, attempts }), retryable, name);
  }
});

t.test('retries beyond the reserve are a fifth of the requests', async (t) => {
  const budget = new RetryBudget({ ratio: 0.2, reserve: 10 });
  let retries = 0;
  for (let i = 0; i < 1000; i++) {
    budget.deposit();
    if (budget.withdraw()) retries += 1;
  }
  t.ok(retries >= 200 && retries <= 211, `${retries}`);
});
