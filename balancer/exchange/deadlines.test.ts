import t from 'tap';
import { Deadlines, type Timed } from './deadlines.js';

function create() {
  let nowMs = 0;
  const deadlines = new Deadlines({ now: () => nowMs, resolutionMs: 1e9 });
  const late: string[] = [];
  const timed = (name: string, deadlineMs: number): Timed => ({
    deadlineMs,
    slot: -1,
    onDeadline() {
      late.push(name);
      deadlines.end(this);
    },
  });
  // What is due at one tick is told at the next.
  const passTo = (ms: number) => {
    nowMs = ms;
    deadlines.tick();
    deadlines.tick();
  };
  return { deadlines, late, timed, passTo };
}

t.test('those that are due are told once, whatever comes and goes meanwhile', async (t) => {
  const { deadlines, late, timed, passTo } = create();
  t.teardown(() => deadlines.close());
  const all = ['a', 'b', 'c', 'd', 'e'].map((name, i) => timed(name, 10 * (i + 1)));
  for (const one of all) deadlines.start(one);
  const [a, , c] = all;
  if (!a || !c) return t.fail();
  deadlines.end(a);
  deadlines.end(a);
  c.deadlineMs = 1000;
  t.equal(deadlines.size, 4);
  passTo(40);
  t.same(late.sort(), ['b', 'd']);
  deadlines.start(a);
  passTo(50);
  t.same(late.sort(), ['a', 'b', 'd', 'e']);
  passTo(2000);
  t.same(late.sort(), ['a', 'b', 'c', 'd', 'e']);
  t.equal(deadlines.size, 0);
});

t.test('a deadline may end others', async (t) => {
  const { deadlines, late, timed, passTo } = create();
  t.teardown(() => deadlines.close());
  const others = ['x', 'y', 'z'].map((name) => timed(name, 20));
  const first: Timed = {
    deadlineMs: 10,
    slot: -1,
    onDeadline() {
      for (const other of others) deadlines.end(other);
      deadlines.end(this);
    },
  };
  for (const one of [...others.slice(0, 2), first, ...others.slice(2)]) deadlines.start(one);
  passTo(15);
  t.equal(deadlines.size, 0);
  passTo(100);
  t.same(late, []);
});
