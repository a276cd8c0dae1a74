import t from 'tap';
import type { BatteryCase, Round } from '../contract.js';
import { evidenceIn, options } from '../testing/evidence-of-cells.js';
import { countedShare, countRatio, otherwiseRatio } from './battery-cases.js';
import { battery, type Quantity } from './quantity.js';

const BATTERY = battery({ battery: 'any' });

type Tried = Partial<BatteryCase> & { readonly statuses: Readonly<Record<number, number>> };

function round(sweep: number, tried: readonly Tried[], counts: Readonly<Record<string, number>> = {}): Round {
  const cases = tried.map(({ statuses, ...given }) => ({
    strategy: 'jwt',
    name: 'cut',
    expected: 'refused',
    ...given,
    answers: Object.entries(statuses).map(([status, count]) => ({
      status: Number(status),
      firstMs: 0,
      lastMs: 0,
      count,
    })),
  }));
  return { protocol: 'battery', measurement: BATTERY.key, factors: { battery: 'any' }, sweep, cases, counts } as never;
}

const otherwise = (factors: Quantity['factors'], expected?: BatteryCase['expected']) =>
  otherwiseRatio({ metric: 'otherwise', label: 'otherwise', ...(expected && { expected }) }, BATTERY, factors);

t.test('each try counts by itself, and what came to nothing is none', async (t) => {
  const evidence = evidenceIn([
    round(0, [{ statuses: { 401: 97, 403: 1, 0: 5, 503: 5 } }, { expected: 'accepted', statuses: { 200: 100 } }]),
    round(1, [{ statuses: { 401: 99, 200: 3 } }, { expected: 'accepted', statuses: { 204: 99, 404: 1 } }]),
  ]);
  t.match(otherwise({ strategy: 'jwt' }).estimate(evidence, options()), { value: 4 / 400, n: 400, unit: 'share' });
  t.same(otherwise({ strategy: 'jwt' }).perRound(evidence), [0, 4 / 202]);
  t.match(otherwise({ strategy: 'jwt' }, 'refused').estimate(evidence, options()), { value: 3 / 200, n: 200 });
  t.match(otherwise({ strategy: 'jwt' }, 'accepted').estimate(evidence, options()), { value: 1 / 200, n: 200 });
});

t.test('factors choose the cases', async (t) => {
  const evidence = evidenceIn([
    round(0, [
      { name: 'scope read: writes', statuses: { 200: 1 } },
      { name: 'scope reader: writes', statuses: { 200: 2 } },
      { name: 'scope read: writes', strategy: 'redis', statuses: { 200: 4 } },
    ]),
  ]);
  const triedOf = (factors: Quantity['factors']) => otherwise(factors).estimate(evidence, options()).n;
  t.equal(triedOf({ strategy: 'jwt', scope: 'read' }), 1);
  t.equal(triedOf({ strategy: 'jwt' }), 3);
  t.equal(triedOf({ scope: 'read' }), 5);
  t.equal(triedOf({ over: 'all strategies' }), 7);
});

t.test('what is counted is put into proportion', async (t) => {
  const evidence = evidenceIn([
    round(0, [], { fetches: 1, requests: 1000 }),
    round(1, [], { fetches: 2, requests: 2000 }),
  ]);
  const names = { metric: 'fetches', label: 'fetches', of: 'fetches', by: 'requests' };
  const perThousand = countRatio({ ...names, unit: 'per 1,000', times: 1000 }, BATTERY, {});
  t.match(perThousand.estimate(evidence, options()), { value: 1, unit: 'per 1,000' });
  t.match(countedShare(names, BATTERY, {}).estimate(evidence, options()), { value: 0.001, n: 3000, unit: 'share' });
  t.same(countedShare(names, BATTERY, {}).perRound(evidence), [0.001, 0.001]);
});
