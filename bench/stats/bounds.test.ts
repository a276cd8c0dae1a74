import t from 'tap';
import { ratioBound, sideOf } from './bounds.js';

const between = { value: 2, low: 1, high: 3, n: 8, unit: 's' };

t.test('a number lies where its whole interval does', async (t) => {
  t.equal(sideOf(between, 0.9), 'above');
  t.equal(sideOf(between, 1), 'open');
  t.equal(sideOf(between, 3), 'open');
  t.equal(sideOf(between, 3.1), 'below');
});

t.test('of a bound one end says nothing', async (t) => {
  t.equal(sideOf({ ...between, bound: 'at least' }, 0.9), 'above');
  t.equal(sideOf({ ...between, bound: 'at least' }, 3.1), 'open');
  t.equal(sideOf({ ...between, bound: 'at most' }, 0.9), 'open');
  t.equal(sideOf({ ...between, bound: 'at most' }, 3.1), 'below');
});

t.test('a ratio is a bound as its parts are, the other way round below the line', async (t) => {
  t.equal(ratioBound(undefined, undefined), undefined);
  t.equal(ratioBound('at least', undefined), 'at least');
  t.equal(ratioBound(undefined, 'at least'), 'at most');
  t.equal(ratioBound('at least', 'at most'), 'at least');
  t.throws(() => ratioBound('at least', 'at least'), RangeError);
});
