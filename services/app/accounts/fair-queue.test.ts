import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { Overloaded } from '../errors.js';
import { FairQueue } from './fair-queue.js';

/** A queue whose works are told apart and end when the test says so. */
function build(inFlight: number, queueLimit: number) {
  const queue = new FairQueue({ inFlight, queueLimit });
  const [begun, refused]: [string[], string[]] = [[], []];
  const ends: (() => void)[] = [];
  const ask = (address: string, name = address) => {
    const work = () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const asked = queue.run(address, work).catch((error) => {
      t.ok(error instanceof Overloaded);
      refused.push(name);
    });
    return asked;
  };
  /** Ends the works one after the other until none is left. The next one begins in the same turn of the event loop. */
  const finish = async (count = Number.POSITIVE_INFINITY) => {
    await setImmediate();
    for (let ended = 0; ended < count && ends.length > 0; ended++) {
      ends.shift()?.();
      await setImmediate();
    }
  };
  return { queue, begun, refused, ask, finish };
}

t.test('works of one address are done in the order of their coming, so many at once', async (t) => {
  const { begun, ask, finish } = build(2, 10);
  for (const name of ['1', '2', '3', '4']) ask('a', name);
  await finish(0);
  t.same(begun, ['1', '2']);
  await finish();
  t.same(begun, ['1', '2', '3', '4']);
});

t.test('addresses take turns, and a new one is next', async (t) => {
  const { begun, ask, finish } = build(1, 100);
  for (const name of ['a1', 'a2', 'a3', 'a4']) ask('a', name);
  for (const name of ['b1', 'b2']) ask('b', name);
  await finish(3);
  ask('c');
  await finish();
  t.same(begun, ['a1', 'b1', 'a2', 'b2', 'c', 'a3', 'a4']);
});

t.test('whatever 50 addresses ask for, another one is next', async (t) => {
  const { begun, refused, ask, finish } = build(1, 64);
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 200; i++) ask(`attacker ${i % 50}`);
    await finish(60);
    const before = begun.length;
    ask('user');
    await finish(1);
    t.same(begun.slice(before), ['user'], `round ${round}`);
  }
  t.notOk(refused.includes('user'));
  t.ok(refused.length > 2000, 'what was too much was theirs');
});

t.test('a full queue refuses the address that holds most of it', async (t) => {
  const { begun, refused, ask, finish } = build(1, 3);
  for (const name of ['a1', 'a2', 'a3', 'a4']) ask('a', name);
  ask('b', 'b1');
  ask('a', 'a5');
  await finish();
  t.same(refused, ['a4', 'a5']);
  t.same(begun, ['a1', 'b1', 'a2', 'a3']);
});

t.test('of addresses that hold alike, the one that would be served last is refused', async (t) => {
  const { refused, ask, finish } = build(1, 2);
  ask('a');
  ask('b');
  await finish();
  for (const address of ['a', 'b', 'a', 'c']) ask(address);
  await finish();
  t.same(refused, ['a']);
  const closed = build(1, 0);
  closed.ask('a', 'a1');
  closed.ask('b', 'b1');
  await closed.finish();
  t.same(closed.refused, ['b1'], 'where none may wait, whoever comes is refused');
});

t.test('a work that fails gives its place to the next', async (t) => {
  const { queue } = build(1, 1);
  const failing = queue.run('a', async () => {
    throw new TypeError('it is bad');
  });
  const next = queue.run('b', async () => 'done');
  await t.rejects(failing, TypeError);
  t.equal(await next, 'done');
});
