import t from 'tap';
import type { Act, ActReply, ConsoleState, RequestView } from '../contract.js';
import { createPlayer } from './player.js';
import { SCENES } from './scenes/index.js';
import { type Scene, tally } from './scenes/scene.js';

const STATE: ConsoleState = {
  balancerUrl: 'http://127.0.0.1:8080',
  parts: [],
  routes: [],
  agents: [],
  pace: { requestsPerSecond: 0 },
  canAdd: false,
  cannotAct: null,
  requests: [],
  samples: [],
  log: [],
  policies: [],
  affinities: [],
};

const REFUSED: RequestView = {
  id: 1,
  agent: 'user1-jwt',
  strategy: 'jwt',
  method: 'GET',
  path: '/jwt/me',
  status: 401,
  recognised: false,
  tried: [],
  asksStore: false,
  affinity: '',
  durationMs: 1,
  atMs: 0,
};

function setUp(scene: Scene, answer: (act: Act) => ActReply) {
  const acts: Act[] = [];
  const player = createPlayer({
    scene,
    act: async (act) => {
      acts.push(act);
      return answer(act);
    },
    state: () => STATE,
    now: () => 0,
    settle: async () => {},
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    changed: () => {},
  });
  return { player, acts };
}

const click: Act = { do: 'click', times: 1 };

const counting: Scene = {
  id: 'counting',
  title: 'Counting',
  strategy: 'jwt',
  steps: [
    { kind: 'predict', caption: () => 'first' },
    {
      kind: 'run',
      counts: 'asked',
      acts: [() => [click, click]],
      caption: (seen) => `${tally(seen, 'asked').refused}`,
    },
    { kind: 'reveal', caption: () => 'last' },
  ],
};

t.test('forwards acts and counts, backwards only reads', async (t) => {
  const { player, acts } = setUp(counting, () => ({ requests: [REFUSED] }));
  await player.begin();
  await player.forward();
  t.equal(player.step.caption(player.seen()), '2');
  await player.forward();
  player.back();
  await player.forward();
  await player.forward();
  t.equal(player.at, 2, 'there is nothing after the last step');
  t.same(acts, [click, click]);
});

t.test('a step that fails says why, and is tried again', async (t) => {
  let isBroken = true;
  const { player, acts } = setUp(counting, () => {
    if (isBroken) throw new Error('Redis is gone.');
    return { requests: [REFUSED] };
  });
  await player.begin();
  await player.forward();
  t.equal(player.failure, 'Redis is gone.');
  isBroken = false;
  await player.forward();
  t.equal(player.at, 1);
  t.equal(player.failure, null);
  t.equal(player.step.caption(player.seen()), '2', 'what the failed try saw is not counted');
  t.equal(acts.length, 3);
});

t.test('a step that waits acts until what it waits for has come, or is left by going on', async (t) => {
  const scene = (isOver: (count: number) => boolean): Scene => ({
    ...counting,
    steps: [
      {
        kind: 'run',
        counts: 'wait',
        acts: [() => [click]],
        until: (seen) => isOver(tally(seen, 'wait').asked),
        caption: () => '',
      },
      { kind: 'reveal', caption: () => 'last' },
    ],
  });
  const patient = setUp(
    scene((count) => count === 3),
    () => ({ requests: [REFUSED] }),
  );
  await patient.player.begin();
  t.equal(patient.acts.length, 3);
  t.equal(patient.player.at, 0);
  const endless = setUp(
    scene(() => false),
    () => ({ requests: [REFUSED] }),
  );
  const begun = endless.player.begin();
  await endless.player.forward();
  await begun;
  t.equal(endless.player.step.caption(endless.player.seen()), 'last');
});

t.test('every scene can be told before anything was measured, and claims no number that it has not seen', async (t) => {
  for (const { id, steps } of SCENES) {
    const seen = { state: STATE, nowMs: 0, counted: {}, guess: null };
    for (const step of steps) t.notMatch(step.caption(seen), /undefined|NaN|\b(25|50|75|100) %/, id);
    t.match(steps.map(({ kind }) => kind).join(' '), /predict .*run .*reveal/, `${id}: guess, run, reveal`);
    t.ok(
      steps.some((step) => step.guesses),
      `${id} lets the room guess`,
    );
  }
});
