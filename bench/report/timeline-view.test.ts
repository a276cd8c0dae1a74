import t from 'tap';
import { judgeAll } from '../claims/judge.js';
import type { Round, TimelineRound } from '../contract.js';
import { few } from './edge-cases.fixture.js';
import { buildTimelines } from './timeline-view.js';

const results = few();
const judgement = judgeAll(results).find(({ id }) => id === 'instance-dies');
if (judgement === undefined) throw new Error('the claim is in the ledger');

function isTimeline(round: Round): round is TimelineRound {
  return round.protocol === 'timeline' && String(round.factors.event).startsWith('instance ');
}

function fill(round: TimelineRound, ok: number[], refused: number[]): TimelineRound {
  const line = Object.values(round.strategies)[0];
  if (line === undefined) throw new Error('the round has strategies');
  const events = [{ atMs: 1234, name: 'kill', part: 'instance-2' }];
  return { ...round, events, strategies: { redis: { ...line, ok, refused, failed: ok.map(() => 0) } } };
}

t.test('A claim shows the first sound round of its own events, of all strategies.', async (t) => {
  const [first] = results.rounds.filter(isTimeline);
  const views = buildTimelines(judgement, results.rounds);
  t.match(
    views.map(({ caption }) => caption),
    [/instance killed/, /instance frozen/],
  );
  t.same(
    views[0]?.lines.map(({ strategy }) => strategy),
    Object.keys(first?.strategies ?? {}),
  );
  const unsound = results.rounds.map((round) =>
    isTimeline(round) ? { ...round, checks: [{ name: 'sum', ok: false, detail: '' }] } : round,
  );
  t.same(buildTimelines(judgement, unsound), []);
});

t.test('Bins of 100 ms are summed to half seconds; where no request was due there is no share.', async (t) => {
  const [first] = results.rounds.filter(isTimeline);
  if (first === undefined) throw new Error('the sample has the event');
  const ok = [4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0, 1];
  const refused = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0];
  const [view] = buildTimelines(judgement, [fill(first, ok, refused)]);
  t.same(view?.lines[0]?.shares, [1, null, 0.25]);
  t.equal(view?.stepSeconds, 0.5);
  t.equal(view?.seconds, 1.5);
  t.same(view?.events, [{ number: 1, seconds: 1.234, text: 'kill instance-2, 1.2 s' }]);
});
