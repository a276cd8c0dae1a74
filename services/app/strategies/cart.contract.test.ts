import t from 'tap';
import { CART, ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import { type Client, refused, signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';
import { strategies } from './index.js';

/** State that the user of a session changes, and the refusal of those strategies that have no place for it. */
const backing = await startBacking(t);
const { server } = await backing.build();
const names = (Object.keys(strategies) as StrategyName[]).filter((name) => !backing.skip(name));

const ATOMIC = `${ROUTES.cart}?update=atomic`;
const add = (client: Client, item: unknown, path: string = ROUTES.cart) => client.send('POST', path, { item });
const itemsOf = async (client: Client) => (await client.send('GET', ROUTES.cart)).json().items;

for (const name of names.filter((name) => STRATEGIES[name].keepsCart)) {
  t.test(`the ${name} strategy`, async (t) => {
    t.test('keeps what its user puts aside, for this session', async (t) => {
      const client = await signedIn(server, name, 'user1');
      t.same(await itemsOf(client), []);
      const replies = [
        await add(client, 'bread'),
        await add(client, 'mi\u{1F95B}lk "', ATOMIC),
        await add(client, 'bread'),
      ];
      t.same(
        replies.map((reply) => reply.json()),
        [1, 2, 3].map((length) => ({ items: ['bread', 'mi\u{1F95B}lk "', 'bread'].slice(0, length) })),
      );
      t.same(await itemsOf(client), ['bread', 'mi\u{1F95B}lk "', 'bread']);
      t.equal(await client.me(), 'user1');
      t.same(await itemsOf(await signedIn(server, name, 'user1')), [], 'another session has a cart of its own');
    });

    t.test('loses nothing that is added atomically', async (t) => {
      const client = await signedIn(server, name, 'user1');
      const items = Array.from({ length: 50 }, (_, i) => `item ${i}`);
      await Promise.all(items.map((item) => add(client, item, ATOMIC)));
      t.same((await itemsOf(client)).sort(), items.sort());
    });

    t.test('takes so many items and no more', async (t) => {
      const client = await signedIn(server, name, 'user1');
      for (let i = 0; i < CART.itemLimit; i++) t.equal((await add(client, `${i}`, ATOMIC)).statusCode, 200);
      refused(t, await add(client, 'x', ATOMIC), 409, 'cart_full');
      refused(t, await add(client, 'x'), 409, 'cart_full');
      t.equal((await itemsOf(client)).length, CART.itemLimit);
    });

    t.test('refuses what is no item, and takes all other text', async (t) => {
      const client = await signedIn(server, name, 'user1');
      for (const item of ['', 'x'.repeat(CART.itemLength + 1), 1, null, undefined, '\0'])
        refused(t, await add(client, item), 400, 'bad_request');
      refused(t, await add(client, 'x', `${ROUTES.cart}?update=x`), 400, 'bad_request');
      await add(client, 'half \ud800');
      await add(client, `\u2028</script>{"a":[]}`, ATOMIC);
      t.same(await itemsOf(client), ['half \ufffd', '\u2028</script>{"a":[]}']);
    });
  });
}

for (const name of names.filter((name) => !STRATEGIES[name].keepsCart)) {
  t.test(`the ${name} strategy has no place for a cart, and says so`, async (t) => {
    const client = await signedIn(server, name, 'user1');
    refused(t, await client.send('GET', ROUTES.cart), 409, 'no_session_state');
    refused(t, await add(client, 'bread'), 409, 'no_session_state');
    refused(t, await add(client, 'bread', ATOMIC), 409, 'no_session_state');
  });
}
