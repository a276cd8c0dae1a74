import pMap from 'p-map';
import { type CartReply, ROUTES, type StrategyName } from '../../../services/contract.js';
import type { Identity } from '../../load/identity.js';
import { needsRedis } from '../../strategies.js';
import { signIn } from '../signing-in.js';
import { onCluster, type Race, Statuses } from './race.js';

/** Put into one cart at once. */
const ITEMS = 10;
/** Carts that are filled at once. */
const CARTS = 4;
const WRITES_PER_SECOND = 1_500;

/** Requests that add to one session at the same time, of which each is told that it was added: are all items there afterwards? */
export const cart: Race = {
  requires: ({ strategy }) => (needsRedis(strategy) ? ['Redis'] : []),
  seconds: (trials) => ({ setup: 0, round: trials / WRITES_PER_SECOND }),
  open: onCluster(async ({ strategy, update }, trials, context) => {
    const { signal } = context;
    const users = await signIn(context, strategy as StrategyName, Math.ceil(trials / ITEMS));
    const path = update === 'atomic' ? `${ROUTES.cart}?update=atomic` : ROUTES.cart;
    const statuses = new Statuses();
    const added = new Map<Identity, number>();
    return {
      async run() {
        await pMap(
          users,
          async (user) => {
            const adding = Array.from({ length: ITEMS }, (_, item) => user.post(path, { item: `item ${item}` }));
            const replies = await Promise.all(
              adding.map((reply) =>
                reply.then(
                  ({ status }) => status,
                  () => 0,
                ),
              ),
            );
            added.set(user, replies.filter((status) => statuses.add(status) === 200).length);
          },
          { concurrency: CARTS, signal },
        );
      },
      async look() {
        const lost = await pMap(
          users,
          async (user) => {
            const { items } = JSON.parse((await user.get(ROUTES.cart)).body) as CartReply;
            return (added.get(user) ?? 0) - items.length;
          },
          { concurrency: CARTS, signal },
        );
        return {
          trials: users.map((user) => added.get(user) ?? 0),
          wrong: lost,
          statuses: statuses.counts,
          operations: users.length * ITEMS,
        };
      },
    };
  }),
};
