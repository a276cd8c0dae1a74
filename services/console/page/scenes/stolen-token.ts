import type { StrategyName } from '../../../contract.js';
import type { Act, AgentView, ConsoleState } from '../../contract.js';
import { agentsOf, guessed, RESET, type Scene, type Seen, tally } from './scene.js';

/** What a class waits for; beyond it the page says when, and goes on. */
const PATIENCE_MS = 60_000;

function thiefOf({ agents }: ConsoleState, strategy: StrategyName): AgentView | undefined {
  return agents.find((agent) => agent.isThief && agent.strategy === strategy);
}

function ownersOf({ state }: Seen): readonly AgentView[] {
  return [...agentsOf(state, 'jwt'), ...agentsOf(state, 'redis')];
}

function clickOf(strategy: StrategyName) {
  return ({ state }: Seen): readonly Act[] => {
    const thief = thiefOf(state, strategy);
    return thief ? [{ do: 'click', agents: [thief.id], times: 1 }] : [];
  };
}

function expiryOf({ state }: Seen): number {
  return thiefOf(state, 'jwt')?.credential?.expiresAtMs ?? Number.POSITIVE_INFINITY;
}

export function spell(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function isRefused(seen: Seen): boolean {
  return tally(seen, 'wait', 'jwt').refused > 0;
}

function waiting(seen: Seen): string {
  const left = expiryOf(seen) - seen.nowMs;
  const { recognised } = tally(seen, 'wait', 'jwt');
  if (!Number.isFinite(left)) return 'Nobody here knows when the token expires. ▶ goes on.';
  if (isRefused(seen))
    return `Refused at last, ${sinceSignOut(seen)} after the logout. Until then it had worked ${times(recognised)} more.`;
  if (left <= 0)
    return 'The token has expired. Servers grant some seconds, as clocks differ; the thief goes on trying.';
  const when = new Date(expiryOf(seen)).toLocaleTimeString();
  const advice =
    left > PATIENCE_MS
      ? ' That is too long to wait for here: ▶ goes on. JWT_LIFETIME_SECONDS=30 npm start makes it short.'
      : '';
  return `The thief tries once a second: let in ${times(recognised)} since. The token expires in ${spell(left)}, at ${when}.${advice}`;
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

/** What is left to the thief, who was not refused yet. */
function left(seen: Seen): string {
  const ms = expiryOf(seen) - seen.nowMs;
  if (!Number.isFinite(ms)) return 'for nobody knows how long';
  return ms > 0 ? `for ${spell(ms)} more` : 'though it has expired, as servers grant some seconds';
}

function sinceSignOut(seen: Seen): string {
  const last = tally(seen, 'wait', 'jwt').requests.find(({ status }) => status === 401);
  const from = seen.counted['signed out']?.beganAtMs;
  return last && from !== undefined ? spell(last.atMs - from) : 'some time';
}

export const stolenToken: Scene = {
  id: 'stolen-token',
  title: 'A stolen token after logout',
  strategy: 'jwt',
  steps: [
    {
      kind: 'run',
      counts: 'stolen',
      acts: [
        () => [{ do: 'reset' }],
        () => [
          { do: 'sign-in', strategy: 'jwt', count: 1 },
          { do: 'sign-in', strategy: 'redis', count: 1 },
        ],
        (seen) => ownersOf(seen).map(({ id }) => ({ do: 'steal', agent: id })),
        clickOf('jwt'),
        clickOf('redis'),
      ],
      caption: (seen) => {
        const { asked, recognised } = tally(seen, 'stolen');
        return `user1 is signed in twice: with a token, and with a session in Redis. A thief has copied both. ${recognised} of the ${asked} copies are taken for user1.`;
      },
    },
    {
      kind: 'predict',
      guesses: () => ['both at once', 'the session at once, the token not', 'neither'],
      caption: () => 'Now user1 logs out of both. Which copy stops working?',
    },
    {
      kind: 'run',
      counts: 'signed out',
      acts: [
        (seen) => ownersOf(seen).map(({ id }) => ({ do: 'sign-out', agent: id })),
        clickOf('redis'),
        clickOf('jwt'),
      ],
      caption: (seen) => {
        const said = (strategy: StrategyName) =>
          tally(seen, 'signed out', strategy).recognised > 0 ? 'still let in' : 'refused';
        return `Logged out. The thief with the copied session: ${said('redis')}. The thief with the copied token: ${said('jwt')}.`;
      },
    },
    { kind: 'run', counts: 'wait', acts: [clickOf('jwt')], until: isRefused, caption: waiting },
    {
      kind: 'reveal',
      caption: (seen) => {
        const token = isRefused(seen)
          ? `was refused ${sinceSignOut(seen)} after the logout`
          : `still works ${left(seen)}`;
        const session = tally(seen, 'signed out', 'redis').recognised > 0 ? 'was still let in' : 'was refused at once';
        return `The session ${session}: Redis had forgotten it. The token ${token}: nobody is asked about it, so nobody can say no.${guessed(seen)}`;
      },
    },
    {
      kind: 'reveal',
      acts: RESET,
      caption: () => 'Short lifetimes narrow the window; a denylist closes it, and is a session store again.',
    },
  ],
};
