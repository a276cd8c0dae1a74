import { REDIS_TOPOLOGIES, type RedisTopology } from '../../services/contract.js';
import {
  confirmMs,
  errorsWithinMs,
  keyShare,
  loginsLost,
  logoutsUndone,
  losesLogins,
  outageS,
  undoesLogouts,
} from '../metrics/failover.js';
import { capitalise, joinWords } from '../words/text.js';
import type { Claim, Prediction } from './claim.js';
import { nothing } from './counted.js';
import { jointly } from './joined.js';
import { FAILOVERS } from './measurements.js';
import { all, below } from './rules.js';

const LONGEST_OUTAGE_S = 30;
/** Of each store, before that nothing was lost means anything. */
const LEAST_FAILOVERS = 20;

export const storeFailover: Claim = {
  id: 'store-failover',
  group: 'Faults',
  statement: 'A replicated store survives',
  ask() {
    const at = (store: RedisTopology) => ({ strategy: 'redis', store });
    const each = <T>(say: (factors: ReturnType<typeof at>, name: string) => T) =>
      REDIS_TOPOLOGIES.map((store) => say(at(store), capitalise(store)));
    return {
      rule: jointly([
        all(each((factors) => below(outageS(FAILOVERS, factors), LONGEST_OUTAGE_S))),
        nothing(
          each((factors, name) => [
            { name, quantity: losesLogins(FAILOVERS, factors) },
            { name, quantity: undoesLogouts(FAILOVERS, factors) },
          ]).flat(),
          { least: LEAST_FAILOVERS, happening: 'what is lost' },
        ),
      ]),
      shows: [loginsLost, logoutsUndone, confirmMs, keyShare, errorsWithinMs].flatMap((quantity) =>
        each((factors) => quantity(FAILOVERS, factors)),
      ),
      finding: (words) =>
        `A killed master is replaced after ${joinWords(each((factors, name) => `${words(outageS(FAILOVERS, factors))} with Redis ${name}`))}; ` +
        `logins were lost in ${joinWords(each((factors, name) => `${words(losesLogins(FAILOVERS, factors))} of failovers with ${name}`))}, ` +
        `logouts undone in ${joinWords(each((factors) => words(undoesLogouts(FAILOVERS, factors))))}.`,
    };
  },
  predictions: [
    lostInWindow('loginsLost', 'logins', FAILOVERS.settings.loginsRps),
    lostInWindow('logoutsUndone', 'logouts', FAILOVERS.settings.logoutsRps),
  ],
  misleads: [
    'The master is killed, its machine and its network are not. One that is cut off from the others goes on taking writes until it notices, and all of them are lost.',
    'Replicas are on the same machine: what a network adds to the time until they have a write, it adds to what can be lost.',
    'How long a node is silent before it is taken for dead is set to 2 s. Less makes outages shorter, and takes busy nodes for dead ones.',
  ],
};

/** What is acknowledged in the window of replication, before a replica has it. */
function lostInWindow(metric: string, promised: string, perSecond: number): Prediction {
  return {
    metric,
    formula: `${promised} per second × the time until a replica has a write × the share of keys of the killed master`,
    at(factors, of) {
      const [windowMs, share] = [of(confirmMs(FAILOVERS, factors)), of(keyShare(FAILOVERS, factors))];
      return windowMs === undefined || share === undefined ? undefined : (perSecond * share * windowMs) / 1000;
    },
    within: () => 0.5,
  };
}
