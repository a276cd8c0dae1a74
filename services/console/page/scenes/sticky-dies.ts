import type { Act } from '../../contract.js';
import { guessed, instancesOf, listOf, RESET, type Scene, type Seen, tally } from './scene.js';

const USERS = 8;

/** The instance that has most to lose; the same before and after it died. */
function victimOf({ state }: Seen): { readonly name: string; readonly holds: readonly string[] } {
  const held = instancesOf(state).map(({ name }) => ({
    name,
    holds: state.agents
      .filter((agent) => agent.strategy === 'sticky' && agent.signedInAt === name)
      .map(({ id }) => nameOf(id)),
  }));
  return held.reduce((most, one) => (one.holds.length > most.holds.length ? one : most), { name: '', holds: [] });
}

/** People are told `user3`, whatever else the id tells. */
function nameOf(id: string): string {
  return /user\d+/.exec(id)?.[0] ?? id;
}

function lost(seen: Seen): readonly string[] {
  return [
    ...new Set(
      tally(seen, 'after')
        .requests.filter(({ status }) => status === 401)
        .map(({ agent }) => nameOf(agent ?? '')),
    ),
  ];
}

function kill(seen: Seen): readonly Act[] {
  return [{ do: 'part', part: victimOf(seen).name, act: 'kill' }];
}

export const stickyDies: Scene = {
  id: 'sticky-dies',
  title: 'A sticky instance dies',
  strategy: 'sticky',
  steps: [
    {
      kind: 'run',
      counts: 'before',
      acts: [
        () => [{ do: 'reset' }],
        () => [{ do: 'sign-in', strategy: 'sticky', count: USERS }],
        () => [{ do: 'click', times: 1 }],
      ],
      caption: (seen) => {
        const { asked, recognised } = tally(seen, 'before');
        return `${USERS} users, each pinned by a cookie of the balancer to the instance that holds the session (the threads). ${recognised} of ${asked} clicks were recognised.`;
      },
    },
    {
      kind: 'predict',
      guesses: (seen) => ['nobody', `those of ${victimOf(seen).name}`, 'everybody'],
      caption: (seen) => {
        const { name, holds } = victimOf(seen);
        return `${name} holds ${holds.length} of ${USERS} sessions. We kill it, without a warning. Who will be signed out?`;
      },
    },
    {
      kind: 'run',
      counts: 'after',
      acts: [kill, () => [{ do: 'click', times: 1 }]],
      caption: (seen) => {
        const { asked, recognised, refused } = tally(seen, 'after');
        return `${victimOf(seen).name} is dead. Everybody clicked once: of ${asked}, ${recognised} were recognised and ${refused} were asked: who are you?`;
      },
    },
    {
      kind: 'reveal',
      caption: (seen) => {
        const { name, holds } = victimOf(seen);
        const signedOut = lost(seen);
        const exact = signedOut.length === holds.length && holds.every((id) => signedOut.includes(id));
        return `Signed out: ${listOf(signedOut)}${exact ? `, exactly those whose session ${name} held` : `; ${name} held ${listOf(holds)}`}.${guessed(seen)} Sticky routing mends the routing. It keeps no copy of a session.`;
      },
    },
    {
      kind: 'reveal',
      acts: RESET,
      caption: () => 'Reset: the instance is up again, empty. Who was on it must sign in anew.',
    },
  ],
};
