import type { PartAct } from '../../contract.js';
import { guessed, percent, RESET, type Scene, type Seen, tally } from './scene.js';

const USERS = 3;
const CLICKS = 2;

/** In containers nobody could start it again. */
function breaking({ state }: Seen): PartAct {
  return state.parts.find(({ name }) => name === 'redis')?.acts.includes('stop') ? 'stop' : 'freeze';
}

export const redisDies: Scene = {
  id: 'redis-dies',
  title: 'Redis dies',
  strategy: 'redis',
  steps: [
    {
      kind: 'run',
      counts: 'before',
      acts: [
        () => [{ do: 'reset' }],
        () => [
          { do: 'sign-in', strategy: 'redis', count: USERS },
          { do: 'sign-in', strategy: 'jwt', count: USERS },
        ],
        () => [{ do: 'click', times: 1 }],
      ],
      caption: (seen) => {
        const redis = tally(seen, 'before', 'redis');
        const jwt = tally(seen, 'before', 'jwt');
        return `${USERS} users have a session in Redis, ${USERS} a signed token. ${redis.recognised + jwt.recognised} of ${redis.asked + jwt.asked} clicks were recognised. A token is checked where it arrives: no trip to Redis.`;
      },
    },
    {
      kind: 'predict',
      guesses: () => ['all fail', 'sessions fail, tokens carry on', 'all carry on'],
      caption: () => 'Now Redis answers nobody any more. What becomes of the next clicks?',
    },
    {
      kind: 'run',
      counts: 'after',
      acts: [(seen) => [{ do: 'part', part: 'redis', act: breaking(seen) }], () => [{ do: 'click', times: CLICKS }]],
      caption: (seen) => {
        const redis = tally(seen, 'after', 'redis');
        const jwt = tally(seen, 'after', 'jwt');
        return `Redis answers nobody. Sessions: ${redis.recognised} of ${redis.asked} clicks recognised, ${redis.unanswered} answered with "not available". Tokens: ${jwt.recognised} of ${jwt.asked} recognised.`;
      },
    },
    {
      kind: 'reveal',
      caption: (seen) => {
        const redis = tally(seen, 'after', 'redis');
        const jwt = tally(seen, 'after', 'jwt');
        return `With Redis gone ${percent(redis.recognised, redis.asked)} of session users are served, and ${percent(jwt.recognised, jwt.asked)} of those with a token.${guessed(seen)} What all share can take all down.`;
      },
    },
    {
      kind: 'reveal',
      acts: RESET,
      caption: () =>
        'Reset: Redis runs again. It keeps nothing on disk: where it was stopped, these sessions are gone for good.',
    },
  ],
};
