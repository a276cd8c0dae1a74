import { inCalm, inStorm, p99InStorm, stormP99Ms, turnedAway } from '../metrics/storm.js';
import type { Claim } from './claim.js';
import { LOGIN_STORM } from './measurements.js';
import { above, which } from './rules.js';

const STARVES_FROM = 2;

export const loginStarves: Claim = {
  id: 'login-starves',
  group: 'Reach',
  statement: 'A login storm slows everyone',
  ask() {
    const at = (gate: string, strategy = 'jwt') => ({ strategy, gate });
    const times = (gate: string, strategy?: string) => p99InStorm(LOGIN_STORM, at(gate, strategy));
    const p99 = (gate: string, strategy?: string) => stormP99Ms(LOGIN_STORM, inStorm(at(gate, strategy)));
    const calm = (strategy: string) => stormP99Ms(LOGIN_STORM, inCalm({ strategy }));
    return {
      rule: which(
        [
          { name: 'as many password checks at once as come', test: above(times('open'), STARVES_FROM) },
          { name: 'a gate that lets two through at once', test: above(times('closed'), STARVES_FROM) },
        ],
        { passing: 'page views slow down' },
      ),
      shows: [
        calm('jwt'),
        p99('open'),
        p99('closed'),
        turnedAway(LOGIN_STORM, at('closed')),
        times('open', 'redis'),
        times('closed', 'redis'),
        calm('redis'),
        p99('open', 'redis'),
        p99('closed', 'redis'),
      ],
      finding: (words) =>
        `In a storm of logins page views with a token have ${words(times('open'))} the p99 where all passwords are checked at once, ` +
        `${words(times('closed'))} behind a gate that lets two through.`,
      beside: (words) =>
        `It is ${words(calm('jwt'))} without logins, ${words(p99('open'))} without a gate and ${words(p99('closed'))} with it, which turns ${words(turnedAway(LOGIN_STORM, at('closed')))} of the logins away.`,
    };
  },
  misleads: [
    'A round has about a hundred page views, so its p99 is the slowest of them or the one before. What decides is how rounds differ.',
    'A storm that goes on fills the queue behind the gate, which turns logins away from then on. One that ends sooner only keeps them waiting, and how long is not measured.',
    'Load and instance share the cores of this machine, and so do the threads that check passwords: on a machine with more cores than checks at once the gate leaves some free.',
    'The storm is half as many logins again as all cores can check, found out once before the first round, for six tenths of a second at a time.',
    'Tokens signed with HS256 are checked on the main thread. Other algorithms wait for the threads that check passwords.',
  ],
};
