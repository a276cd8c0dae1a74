import { agentsOf, guessed, percent, RESET, type Scene, type Seen, servingOf, tally } from './scene.js';

const CLICKS = 8;

function chances({ state }: Seen): readonly string[] {
  const shares = [CLICKS, CLICKS / 2, CLICKS / Math.max(servingOf(state), 1), 0];
  return [...new Set(shares.map((count) => `${Math.round(count)} of ${CLICKS}`))];
}

export const mismatch: Scene = {
  id: 'mismatch',
  title: 'Signed out at random',
  strategy: 'memory',
  steps: [
    {
      kind: 'predict',
      acts: RESET,
      guesses: chances,
      caption: ({ state }) =>
        `${servingOf(state)} instances. user1 signs in, and one of them keeps the session in its memory. The balancer deals out the next ${CLICKS} clicks in turn. How many will know user1?`,
    },
    {
      kind: 'run',
      acts: [() => [{ do: 'sign-in', strategy: 'memory', count: 1 }]],
      caption: ({ state }) =>
        `user1 is signed in. The session is at ${agentsOf(state, 'memory')[0]?.signedInAt ?? 'one instance'}, and nowhere else. Now ${CLICKS} clicks.`,
    },
    {
      kind: 'run',
      counts: 'memory',
      acts: [() => [{ do: 'click', times: CLICKS }]],
      caption: (seen) => {
        const { asked, recognised } = tally(seen, 'memory');
        return `${recognised} of ${asked} clicks were answered as user1's. The others met an instance that asked: who are you?`;
      },
    },
    {
      kind: 'reveal',
      caption: (seen) => {
        const { asked, recognised } = tally(seen, 'memory');
        const serving = servingOf(seen.state);
        return `${percent(recognised, asked)} signed in; the model says 1/${serving} = ${percent(1, serving)}.${guessed(seen)} To the user it looks like being signed out at random. Next: the session goes to Redis.`;
      },
    },
    {
      kind: 'run',
      strategy: 'redis',
      counts: 'redis',
      acts: [() => [{ do: 'sign-in', strategy: 'redis', count: 1 }], clickRedis],
      caption: (seen) => {
        const { asked, recognised } = tally(seen, 'redis', 'redis');
        return `Signed in again, with the session in Redis: ${recognised} of ${asked} clicks were recognised. Each of them made the trip to Redis.`;
      },
    },
    {
      kind: 'reveal',
      strategy: 'redis',
      caption: (seen) => {
        const before = tally(seen, 'memory');
        const after = tally(seen, 'redis', 'redis');
        return `${percent(before.recognised, before.asked)} with sessions in memory, ${percent(after.recognised, after.asked)} with sessions in Redis: the same instances, the same balancer. Only where the session lives has changed.`;
      },
    },
  ],
};

function clickRedis({ state }: Seen) {
  const agents = agentsOf(state, 'redis').map(({ id }) => id);
  return [{ do: 'click' as const, agents, times: CLICKS }];
}
