import t from 'tap';
import { ROUTES, type StrategyName } from '../../contract.js';
import { refused, signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';
import { strategies } from './index.js';

/** Who may do what is the same whichever strategy tells who it is. */
const backing = await startBacking(t);
const { server } = await backing.build();

for (const name of Object.keys(strategies) as StrategyName[]) {
  t.test(`the ${name} strategy`, { skip: backing.skip(name) }, async (t) => {
    t.test('lets only the author and an admin change a post', async (t) => {
      const [author, other, admin] = [
        await signedIn(server, name, 'user1'),
        await signedIn(server, name, 'user2'),
        await signedIn(server, name, 'admin'),
      ];
      const text = { title: 'Title', body: 'Body' };
      for (const remover of [author, admin]) {
        const created = await author.send('POST', ROUTES.posts, text);
        t.equal(created.statusCode, 201);
        const path = `${ROUTES.posts}/${created.json().id}`;
        for (const reader of [author, other, admin]) {
          t.match((await reader.send('GET', path)).json(), text);
          t.match((await reader.send('GET', ROUTES.posts)).json(), { posts: [text] });
        }
        refused(t, await other.send('PUT', path, text), 403, 'forbidden');
        refused(t, await other.send('DELETE', path), 403, 'forbidden');
        const changed = { title: 'Changed', body: '' };
        t.match((await remover.send('PUT', path, changed)).json(), { ...changed, authorId: created.json().authorId });
        t.equal((await remover.send('DELETE', path)).statusCode, 204);
        for (const [method, body] of [['GET'], ['PUT', text], ['DELETE']] as const) {
          refused(t, await remover.send(method, path, body), 404, 'not_found');
        }
      }
      refused(t, await author.send('GET', `${ROUTES.posts}/first`), 400, 'bad_request');
      refused(t, await author.send('POST', ROUTES.posts, { ...text, authorId: 1 }), 400, 'bad_request');
    });

    t.test('shows the users to admins only', async (t) => {
      const reply = await (await signedIn(server, name, 'admin')).send('GET', ROUTES.adminUsers);
      t.equal(reply.statusCode, 200);
      t.match(reply.json().users[0], { id: Number, username: String, role: 'user' });
      t.notOk(reply.body.includes('argon2'), 'no hash leaves the instance');
      refused(t, await (await signedIn(server, name, 'user1')).send('GET', ROUTES.adminUsers), 403, 'forbidden');
    });
  });
}
