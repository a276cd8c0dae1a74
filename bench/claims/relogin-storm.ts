import { loginCpuMicros, loginsPerPageView } from '../metrics/visits.js';
import { type Claim, several } from './claim.js';
import { LOGINS, RELOGINS } from './measurements.js';
import { above, all } from './rules.js';

export const reloginStorm: Claim = {
  id: 'relogin-storm',
  group: 'Mismatch and scaling out',
  statement: 'Logging in again does not help',
  ask(scope) {
    const logins = (instances: number) => loginsPerPageView(RELOGINS, { strategy: 'memory', instances });
    const cost = loginCpuMicros(LOGINS, { strategy: 'memory', instances: 1 });
    const most = Math.max(...scope.instances);
    return {
      rule: all(several(scope).map((instances) => above(logins(instances), 0.25))),
      shows: [cost],
      finding: (words) =>
        `Users who sign in again at every refusal do so for ${words(logins(most))} of page views on ${most} instances.`,
      beside: (words) => `A login takes ${words(cost)} of CPU.`,
    };
  },
  predictions: [
    {
      metric: 'loginsPerPageView',
      formula: '(n − 1)/n',
      at: ({ instances }) => (Number(instances) - 1) / Number(instances),
      within: () => 0.05,
    },
  ],
  misleads: [
    'Logins are counted without the password check, so that many can be made; what one with the check costs is measured apart.',
    'A user here holds the cookie of the last login alone. A browser that kept one for each instance would end up signed in everywhere.',
  ],
};
