import type { StrategyName } from '../../../contract.js';
import type { Act } from '../../contract.js';
import { guessed, instancesOf, listOf, RESET, type Scene, type Seen, tally } from './scene.js';

const USERS = 4;
const COMPARED: readonly StrategyName[] = ['memory', 'sticky', 'redis', 'jwt'];

/** So often that behind round robin everybody meets every instance. */
function clickAll({ state }: Seen): readonly Act[] {
  return [{ do: 'click', times: instancesOf(state).length }];
}

function knownIn(seen: Seen, name: string, strategy: StrategyName): ReadonlySet<string | null> {
  return new Set(
    tally(seen, name, strategy)
      .requests.filter(({ recognised }) => recognised)
      .map(({ agent }) => agent),
  );
}

/** Known by somebody before, and by nobody after; what had run out by then was not the deploy's doing. */
function signedOut(seen: Seen, strategy: StrategyName): number {
  const known = new Set([...knownIn(seen, 'after', strategy), ...expired(seen)]);
  return [...knownIn(seen, 'before', strategy)].filter((agent) => !known.has(agent)).length;
}

function expired({ state, counted }: Seen): readonly string[] {
  const untilMs = counted.after?.requests.at(-1)?.atMs ?? 0;
  const isOver = (atMs: number | null | undefined) => atMs != null && atMs <= untilMs;
  return state.agents.filter(({ credential }) => isOver(credential?.expiresAtMs)).map(({ id }) => id);
}

function expiredText(seen: Seen): string {
  const count = expired(seen).length;
  return count === 0 ? '' : ` ${count} tokens had simply run out meanwhile.`;
}

function sideBySide(seen: Seen): string {
  return COMPARED.map((name) => `${name} ${signedOut(seen, name)} of ${knownIn(seen, 'before', name).size}`).join(
    ' · ',
  );
}

export const rollingDeploy: Scene = {
  id: 'rolling-deploy',
  title: 'A rolling deploy',
  strategy: 'sticky',
  steps: [
    {
      kind: 'run',
      counts: 'before',
      acts: [
        () => [{ do: 'reset' }],
        () => COMPARED.map((strategy) => ({ do: 'sign-in', strategy, count: USERS })),
        clickAll,
      ],
      caption: (seen) =>
        `${USERS} users each: ${listOf(COMPARED)}. All were recognised somewhere: ${COMPARED.map((name) => `${name} ${knownIn(seen, 'before', name).size}`).join(' · ')}.`,
    },
    {
      kind: 'predict',
      guesses: () => ['nobody', 'memory alone', 'memory and sticky', 'everybody'],
      caption: () =>
        'A new version goes out: one instance after the other is drained, stopped and replaced. No request is lost. Who is signed out?',
    },
    {
      kind: 'run',
      acts: [() => [{ do: 'rolling-deploy' }]],
      caption: ({ state }) => `All ${instancesOf(state).length} instances are new. Now everybody clicks again.`,
    },
    {
      kind: 'run',
      counts: 'after',
      acts: [clickAll],
      caption: (seen) => `Signed out by the deploy: ${sideBySide(seen)}.${expiredText(seen)}`,
    },
    {
      kind: 'reveal',
      caption: (seen) => {
        const hit = COMPARED.filter((name) => signedOut(seen, name) > 0);
        return `Signed out: ${sideBySide(seen)}.${guessed(seen)} ${hit.length > 0 ? `With ${listOf(hit)} each deploy signs people out` : 'This deploy signed nobody out'}; what lives outside the instances stays.`;
      },
    },
    {
      kind: 'reveal',
      acts: RESET,
      caption: () => 'Reset. A drained instance waits for its requests, not for its sessions: those last for hours.',
    },
  ],
};
