import type { Check } from '../contract.js';
import type { Tried } from './batteries/battery.js';
import { batteryOf } from './batteries/index.js';
import type { Protocol } from './protocol.js';
import { beginRound } from './round-head.js';
import { sweepsOf } from './sweeps.js';

/** A server that breaks, or says nothing, has neither accepted nor refused. */
const UNDECIDED_SHARE = 0.01;

/** Requests with all kinds of credentials, and what became of each. */
export const battery: Protocol<'battery'> = {
  leastSweeps: 3,
  requires: ({ battery }) => batteryOf(battery).requires,
  seconds: ({ battery }) => batteryOf(battery).seconds,
  async *measure({ key, settings, cells }, context) {
    context.say('setting up');
    const rig = await batteryOf(settings.battery).open(context);
    try {
      yield* sweepsOf(cells, context, async (factors, sweep) => {
        context.say(settings.battery);
        const finish = beginRound(key, factors, sweep);
        const tried = await rig.tryAll(sweep);
        return { protocol: 'battery' as const, ...finish(checksOf(tried)), ...tried };
      });
    } finally {
      await rig.close();
    }
  },
};

function checksOf({ cases }: Tried): Check[] {
  const answers = cases.flatMap((one) => one.answers);
  const count = (all: typeof answers) => all.reduce((sum, one) => sum + one.count, 0);
  const [all, undecided] = [count(answers), count(answers.filter(({ status }) => status === 0 || status >= 500))];
  return [
    {
      name: 'everything was answered',
      ok: cases.every((one) => one.answers.length > 0),
      detail: `${cases.length} cases, ${all} answers`,
    },
    {
      name: 'few unexpected answers',
      ok: undecided <= UNDECIDED_SHARE * all,
      detail: `${undecided} of ${all} requests came to nothing or to an error`,
    },
  ];
}
