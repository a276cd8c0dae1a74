import t from 'tap';
import type { StrategyName } from '../contract.js';
import type { PartView, RouteView } from './contract.js';
import { predictRecognised } from './predictions.js';

const part = (name: string, state: PartView['state'] = 'up'): PartView => ({
  name,
  kind: name === 'redis' ? 'redis' : 'instance',
  state,
  sessions: {},
  holds: [],
  acts: [],
});
const route = (strategy: StrategyName, changes: Partial<RouteView> = {}): RouteView => ({
  strategy,
  summary: '',
  credential: 'cookie',
  policy: 'round-robin',
  affinity: 'none',
  ...changes,
});
const at = (holder: string | null, isHeld = true) => ({ holder, isHeld });
const FOUR = [part('a'), part('b'), part('c'), part('d'), part('redis')];
const STICKY = route('sticky', { affinity: 'inserted-cookie' });

t.test('behind round robin an instance knows its own, behind affinity each user meets his', async (t) => {
  t.equal(predictRecognised(route('memory'), [at('a'), at('b')], FOUR), 1 / 4);
  t.equal(predictRecognised(STICKY, [at('a'), at('b')], FOUR), 1);
  t.equal(predictRecognised(route('memory', { policy: 'rendezvous' }), [at('a')], FOUR), null, 'not by chance');
  t.equal(predictRecognised(route('memory'), [], FOUR), null);
});

t.test('what is down, drained or started anew counts', async (t) => {
  const damaged = [part('a', 'down'), part('b'), part('c', 'draining'), part('d'), part('redis', 'down')];
  t.equal(
    predictRecognised(route('memory'), [at('a'), at('b')], damaged),
    1 / 4,
    'half of the users, half of the time',
  );
  t.equal(predictRecognised(STICKY, [at('a'), at('b'), at('c'), at('d', false)], damaged), 1 / 2);
  t.equal(predictRecognised(route('redis'), [at('redis')], damaged), 0);
  t.equal(predictRecognised(route('jwt-denylist'), [at(null)], damaged), 0);
  t.equal(predictRecognised(route('jwt'), [at(null)], damaged), 1);
  t.equal(
    predictRecognised(route('redis'), [at('redis', false), at('redis')], FOUR),
    1 / 2,
    'one is of before its restart',
  );
});
