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

/** Known by somebody before, and by nobody after. */
function signedOut(seen: Seen, strategy: StrategyName): number {
  const after = knownIn(seen, 'after', strategy);
  return [...knownIn(seen, 'before', strategy)].filter((agent) => !after.has(agent)).length;
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
      caption: (seen) => `Signed out by the deploy: ${sideBySide(seen)}.`,
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
