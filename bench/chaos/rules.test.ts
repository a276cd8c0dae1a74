import t from 'tap';
import type { Outcome } from '../load/steady-load.js';
import { type Episode, type Fault, nameFault, type Sender } from './history.js';
import { judge } from './rules.js';

const [START_MS, MENDED_MS, LATER_MS] = [1_000, 3_000, 10_000];

type Told = Sender & Pick<Outcome, 'status' | 'instance'> & Partial<Outcome>;

function episode(fault: Fault, told: readonly Told[], failures: Episode['failures'] = {}): Episode {
  const all = [...told, { ...get('jwt', 200, fault.part), ...after }];
  return { ...bareEpisode(fault, all), failures };
}

/** Where the part that was broken does not answer afterwards, unless told. */
function bareEpisode(fault: Fault, told: readonly Told[]): Episode {
  return {
    fault,
    startMs: START_MS,
    mendedMs: MENDED_MS,
    servesAgain: true,
    senders: told,
    outcomes: told.map((one, sender) => ({ dueAtMs: START_MS + 100, latencyMs: 10, ...one, sender })),
    failures: {},
  };
}

const KILLED: Fault = { harm: 'killed', part: 'instance-2' };
const FROZEN: Fault = { harm: 'frozen', part: 'instance-2' };
const DRAINED: Fault = { harm: 'drained', part: 'instance-2' };
const STORE_KILLED: Fault = { harm: 'killed', part: 'redis' };
const STORE_FROZEN: Fault = { harm: 'frozen', part: 'redis' };

const [before, during, after] = [{ dueAtMs: 0 }, {}, { dueAtMs: LATER_MS }];

/** One answer to a user of instance-2. */
const get = (strategy: Sender['strategy'], status: number, instance: string | null = 'instance-2'): Told => ({
  strategy,
  method: 'GET',
  home: 'instance-2',
  status,
  instance,
});
const post = (strategy: Sender['strategy'], status: number, instance: string | null = 'instance-2'): Told => ({
  ...get(strategy, status, instance),
  method: 'POST',
});

t.test('what the design says breaks no rule', async (t) => {
  const good: readonly (readonly [Fault, readonly Told[]])[] = [
    [FROZEN, [post('jwt', 503), post('sticky', 503)]],
    [KILLED, [get('jwt', 200, 'instance-1'), post('jwt', 201, 'instance-1'), get('redis', 200, 'instance-1')]],
    [
      KILLED,
      [{ ...get('memory', 200), ...before }, { ...get('memory', 401), ...after }, get('memory', 401, 'instance-1')],
    ],
    [
      KILLED,
      [{ ...get('sticky', 200), ...before }, { ...get('sticky', 401), ...after }, get('sticky', 401, 'instance-1')],
    ],
    [KILLED, [get('memory', 200), get('memory', 401), post('memory', 401, 'instance-4')]],
    [
      FROZEN,
      [get('sticky', 401, 'instance-1'), { ...get('sticky', 200), ...after }, { ...post('sticky', 201), ...after }],
    ],
    [DRAINED, [get('sticky', 200), get('memory', 401, 'instance-1'), get('jwt', 200, 'instance-1')]],
    [STORE_KILLED, [get('redis', 503), get('redis', 401), { ...get('redis', 401), ...after }, get('jwt', 200)]],
    [STORE_FROZEN, [post('redis', 503), { ...get('redis', 200), ...after }, get('sticky', 200)]],
  ];
  for (const [fault, told] of good) t.same(judge(episode(fault, told)), [], `${fault.part} ${fault.harm}`);
  const lost = [post('jwt', 502, null), post('redis', 504, null)];
  t.same(judge(episode(FROZEN, lost, { 'instance-2': 2, 'instance-1': 0 })), []);
});

const ANSWER = 'every answer is what the design says';
const AWAY = 'sticky users leave their instance only while it is away';

/** Each with the rules that it breaks. */
const BAD: readonly (readonly [Fault, Told, readonly string[]])[] = [
  [KILLED, get('jwt', 502, null), ['with tokens no GET fails', ANSWER]],
  [KILLED, get('jwt', 0, null), ['with tokens no GET fails', ANSWER]],
  [FROZEN, { ...get('jwt', 200, 'instance-1'), latencyMs: 5_001 }, ['with tokens no GET waits over 5 s']],
  [FROZEN, get('memory', 504, null), [ANSWER]],
  [FROZEN, post('jwt', 503, 'instance-1'), [ANSWER]],
  [FROZEN, get('sticky', 503), [ANSWER]],
  [KILLED, post('jwt', 503), [ANSWER]],
  [DRAINED, post('jwt', 502, null), ['POSTs fail only at the killed or frozen instance', ANSWER]],
  [KILLED, { ...post('jwt', 502, null), ...before }, ['POSTs fail only at the killed or frozen instance', ANSWER]],
  [KILLED, post('jwt', 502, null), ['POSTs fail only at the killed or frozen instance']],
  [STORE_FROZEN, post('jwt', 503), [ANSWER]],
  [KILLED, { ...get('memory', 401), ...before }, [ANSWER]],
  [KILLED, { ...get('memory', 200), ...after }, [ANSWER]],
  [KILLED, get('memory', 200, 'instance-1'), [ANSWER]],
  [FROZEN, { ...get('memory', 401), ...after }, [ANSWER]],
  [KILLED, { ...get('sticky', 401, 'instance-1'), ...before }, [AWAY]],
  [DRAINED, get('sticky', 401, 'instance-1'), [AWAY]],
  [STORE_KILLED, get('sticky', 401, 'instance-1'), [AWAY]],
  [{ harm: 'killed', part: 'instance-1' }, get('sticky', 401, 'instance-3'), [AWAY]],
  [KILLED, get('redis', 503), [ANSWER]],
  [STORE_KILLED, { ...get('redis', 200), ...after }, [ANSWER]],
  [STORE_KILLED, { ...get('redis', 503), ...after }, [ANSWER]],
  [STORE_FROZEN, get('redis', 401), [ANSWER]],
  [STORE_FROZEN, { ...get('redis', 503), ...after }, [ANSWER]],
];

t.test('what is not, breaks the rule that says so', async (t) => {
  for (const [fault, told, rules] of BAD) {
    const broken = judge(episode(fault, [told, { ...get('jwt', 200), ...during }]));
    t.same(
      broken.map((line) => line.split(': ')[0]),
      rules,
      `${fault.part} ${fault.harm}, ${told.strategy} ${told.method} ${told.status}`,
    );
  }
});

t.test('what never answers again breaks a rule, whatever the balancer says of it', async (t) => {
  const others = [get('jwt', 200), { ...get('jwt', 200, 'instance-1'), ...after }];
  for (const fault of [KILLED, FROZEN, DRAINED]) {
    // One that is still drained answers those who are bound to it.
    const bound = { ...get('sticky', fault === KILLED ? 401 : 200), ...after };
    t.same(judge(bareEpisode(fault, [...others, bound])), [
      `what was broken serves again: ${nameFault(fault)}: it answers none of the requests that come in turn`,
    ]);
  }
  t.same(judge(bareEpisode(STORE_FROZEN, others)), []);
  for (const fault of [FROZEN, STORE_KILLED]) {
    t.same(judge({ ...episode(fault, others), servesAgain: false }), [
      `what was broken serves again: ${nameFault(fault)}: it was given up`,
    ]);
  }
});

t.test('no answers at all are no good ones', async (t) => {
  t.same(judge(bareEpisode(STORE_KILLED, [])), ['requests have answers: redis killed: there are none']);
  const [line] = judge(bareEpisode(STORE_KILLED, [get('redis', 0, null)]));
  t.equal(line, 'requests have answers: redis killed: there are none');
});

t.test(
  'a failed attempt elsewhere breaks a rule, and a line tells the first case and how many there are',
  async (t) => {
    t.same(judge(episode(KILLED, [], { 'instance-1': 1, 'instance-2': 9 })), [
      'POSTs fail only at the killed or frozen instance: instance-2 killed: 1 attempt failed at instance-1',
    ]);
    const [line] = judge(episode(KILLED, [get('redis', 503), get('redis', 503), get('redis', 503)]));
    t.match(
      line,
      /redis GET of a user of instance-2: 503 by instance-2, due at 1100 ms \(during the fault\), .* \(and 2 more\)$/,
    );
  },
);

t.test(
  'sessions on the disk of an instance are there again after its death, those in the database all the while',
  async (t) => {
    const back = [
      { ...get('file', 200), ...after },
      get('file', 401, 'instance-1'),
      get('postgres', 200, 'instance-1'),
      { ...get('postgres', 200), ...after },
    ];
    t.same(judge(episode(KILLED, back)), []);
    for (const lost of [get('file', 401), get('postgres', 401)]) {
      t.match(judge(episode(KILLED, [{ ...lost, ...after }])), [/^every answer is what the design says/]);
    }
  },
);
