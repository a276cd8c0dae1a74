import t from 'tap';
import { signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';

const backing = await startBacking(t);
const PATH = '/.well-known/jwks.json';

t.test('the public key is published for algorithms that have one', async (t) => {
  t.equal((await (await backing.build({ STRATEGIES: 'jwt' })).server.inject(PATH)).statusCode, 404);
  for (const algorithm of ['ES256', 'EdDSA', 'RS256']) {
    const { server } = await backing.build({ STRATEGIES: 'jwt', JWT_ALGORITHM: algorithm });
    t.match((await server.inject(PATH)).json(), {
      keys: [{ alg: algorithm, kid: String, use: 'sig', d: undefined }],
    });
    t.equal(await (await signedIn(server, 'jwt', 'user1')).me(), 'user1');
  }
});
