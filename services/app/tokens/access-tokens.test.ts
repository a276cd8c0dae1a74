import t from 'tap';
import { TokenForger } from '../../attacks/token-forger.js';
import { SIGNED_AGAIN, TOKEN_FORGERIES } from '../../attacks/tokens.js';
import { JWT_ALGORITHMS, type UserView } from '../../contract.js';
import { newJwk } from '../../secrets/new-secrets.js';
import { createAccessTokens } from './access-tokens.js';
import { importTokenKeys, publicJwks } from './keys.js';

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;
const OPTIONS = {
  issuer: 'issuer',
  audience: 'audience',
  clientId: 'client',
  lifetimeSeconds: 900,
  clockToleranceSeconds: 5,
};
const USER: UserView = { id: 7, username: 'user7', role: 'user' };

const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

for (const algorithm of JWT_ALGORITHMS) {
  t.test(`${algorithm} tokens`, async (t) => {
    const jwk = await newJwk(algorithm);
    const keys = await importTokenKeys(algorithm, jwk);
    const keyring = { current: keys, accepted: [keys] };
    const tokens = createAccessTokens(keyring, OPTIONS, () => NOW_MS);
    const header = { alg: algorithm, typ: 'at+jwt', kid: keys.kid };
    const forger = new TokenForger(algorithm, jwk);

    t.test('name the user to whom they were issued', async (t) => {
      t.match(await tokens.verify(await tokens.issue(USER)), { user: USER });
    });
    t.test('carry what RFC 9068 asks for', async (t) => {
      const [givenHeader, claims] = (await tokens.issue(USER)).split('.');
      t.same(decode(givenHeader), header);
      t.match(decode(claims), {
        iss: 'issuer',
        aud: 'audience',
        sub: '7',
        iat: NOW,
        exp: NOW + 900,
        client_id: 'client',
        jti: String,
      });
      t.notOk('scope' in decode(claims) || 'sid' in decode(claims));
    });
    t.test('bear the scope and the session that they are issued for', async (t) => {
      const token = await tokens.issue(USER, { scope: 'read', sessionId: 'session' });
      t.match(await tokens.verify(token), { scope: 'read', sessionId: 'session' });
    });
    t.test('tell the millisecond in which they were issued, and are good in it', async (t) => {
      const strict = createAccessTokens(keyring, { ...OPTIONS, clockToleranceSeconds: 0 }, () => NOW_MS + 250);
      const token = await strict.issue(USER);
      t.match(decode(token.split('.')[1]), { iat: NOW + 0.25, exp: NOW + 900 });
      t.match(await strict.verify(token), { user: USER, issuedAtSeconds: NOW + 0.25 });
    });
    t.test('of the key before or after it are good, too, and new ones are signed with the current key', async (t) => {
      const other = await importTokenKeys(algorithm, await newJwk(algorithm));
      const changed = { current: other, accepted: [other, keys] };
      const after = createAccessTokens(changed, OPTIONS, () => NOW_MS);
      const tokensOfBoth = [await tokens.issue(USER), await after.issue(USER)];
      for (const token of [...tokensOfBoth, ...tokensOfBoth]) t.match(await after.verify(token), { user: USER });
      t.equal(await tokens.verify(await after.issue(USER)), null, 'once its key is given up, it is not');
      const renamed = { ...SIGNED_AGAIN, header: { kid: other.kid } };
      const foreign = forger.forge(renamed, await tokens.issue(USER), NOW_MS) ?? '';
      t.equal(await after.verify(foreign), null, 'each key goes by its own id');
      t.same(publicJwks(changed), algorithm === 'HS256' ? [] : [other.publicJwk, keys.publicJwk]);
    });
    t.test('expire with their lifetime and a few seconds of tolerance', async (t) => {
      const token = await tokens.issue(USER);
      const at = (seconds: number) => createAccessTokens(keyring, OPTIONS, () => NOW_MS + seconds * 1000).verify(token);
      t.match(await at(904), { user: USER });
      t.equal(await at(906), null);
    });
    t.test('expire on time where no tolerance is wanted', async (t) => {
      const token = await tokens.issue(USER);
      const strict = { ...OPTIONS, clockToleranceSeconds: 0 };
      const at = (seconds: number) => createAccessTokens(keyring, strict, () => NOW_MS + seconds * 1000).verify(token);
      t.match(await at(899), { user: USER });
      t.equal(await at(901), null);
    });
    t.test('are good when another implementation signs them', async (t) => {
      t.match(await tokens.verify(forger.forge(SIGNED_AGAIN, await tokens.issue(USER), NOW_MS) ?? ''), { user: USER });
    });
    for (const forgery of TOKEN_FORGERIES) {
      t.test(`are refused when forged: ${forgery.name}`, async (t) => {
        const forged = forger.forge(forgery, await tokens.issue(USER), NOW_MS);
        if (forged === undefined) return t.match([algorithm, forgery.signedBy], ['HS256', /public/], 'there is none');
        t.equal(await tokens.verify(forged), null);
      });
    }
    t.test('are refused when they are none', async (t) => {
      for (const token of ['', 'x']) t.equal(await tokens.verify(token), null);
    });
    t.test('leave only the public key to be published', async (t) => {
      const published = publicJwks(keyring);
      if (algorithm === 'HS256') return t.same(published, []);
      t.match(published, [{ kid: keys.kid, alg: algorithm, use: 'sig' }]);
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) t.notOk(Object.hasOwn(published[0] ?? {}, secret));
    });
  });
}
