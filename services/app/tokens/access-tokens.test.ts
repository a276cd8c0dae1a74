import { type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import t from 'tap';
import { JWT_ALGORITHMS, type JwtAlgorithm, type UserView } from '../../contract.js';
import { newJwk } from '../../secrets/new-secrets.js';
import { createAccessTokens } from './access-tokens.js';
import { importTokenKeys } from './keys.js';

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;
const OPTIONS = { issuer: 'issuer', audience: 'audience', lifetimeSeconds: 900, clockToleranceSeconds: 5 };
const USER: UserView = { id: 7, username: 'user7', role: 'user' };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

const goodClaims = {
  username: 'user7',
  role: 'user',
  sub: '7',
  jti: 'id',
  iss: OPTIONS.issuer,
  aud: OPTIONS.audience,
  iat: NOW,
  exp: NOW + 900,
};

/** Changes of an otherwise good token, each signed with the right key. */
const BAD_CLAIMS: Readonly<Record<string, object>> = {
  'an expiry that has passed': { iat: NOW - 60, exp: NOW - 6 },
  'no expiry': { exp: undefined },
  'a validity that has not begun': { nbf: NOW + 60 },
  'an issue in the future': { iat: NOW + 60 },
  'no time of issue': { iat: undefined },
  'an age beyond the lifetime, whatever its expiry says': { iat: NOW - 1000, exp: NOW + 9000 },
  'another issuer': { iss: 'someone' },
  'no issuer': { iss: undefined },
  'another audience': { aud: 'someone' },
  'no audience': { aud: undefined },
  'no subject': { sub: undefined },
  'no id': { jti: undefined },
  'a subject that is no user id': { sub: 'user7' },
  'a role that does not exist': { role: 'root' },
  'no name': { username: undefined },
};
const BAD_HEADERS: Readonly<Record<string, object>> = {
  'another type': { typ: 'JWT' },
  'no type': { typ: undefined },
  'another key id': { kid: 'another' },
  'no key id': { kid: undefined },
};

for (const algorithm of JWT_ALGORITHMS) {
  t.test(`${algorithm} tokens`, async (t) => {
    const jwk = await newJwk(algorithm);
    const keys = await importTokenKeys(algorithm, jwk);
    const tokens = createAccessTokens(keys, OPTIONS, () => NOW_MS);
    const header = { alg: algorithm, typ: 'at+jwt', kid: keys.kid };
    const sign = (claims: object, changes: object = {}, key = keys.signKey) =>
      new SignJWT({ ...claims }).setProtectedHeader({ ...header, ...changes } as JWTHeaderParameters).sign(key);

    t.test('name the user to whom they were issued', async (t) => {
      t.same(await tokens.verify(await tokens.issue(USER)), USER);
      t.same(await tokens.verify(await sign(goodClaims)), USER, 'also when another library made them');
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
        client_id: String,
        jti: String,
      });
    });
    t.test('expire with their lifetime and a few seconds of tolerance', async (t) => {
      const token = await tokens.issue(USER);
      const at = (seconds: number) => createAccessTokens(keys, OPTIONS, () => NOW_MS + seconds * 1000).verify(token);
      t.same(await at(904), USER);
      t.equal(await at(906), null);
    });
    t.test('expire on time where no tolerance is wanted', async (t) => {
      const token = await tokens.issue(USER);
      const strict = { ...OPTIONS, clockToleranceSeconds: 0 };
      const at = (seconds: number) => createAccessTokens(keys, strict, () => NOW_MS + seconds * 1000).verify(token);
      t.same(await at(899), USER);
      t.equal(await at(901), null);
    });
    for (const [what, changes] of Object.entries(BAD_CLAIMS)) {
      t.test(`are refused with ${what}`, async (t) => {
        t.equal(await tokens.verify(await sign({ ...goodClaims, ...changes })), null);
      });
    }
    for (const [what, changes] of Object.entries(BAD_HEADERS)) {
      t.test(`are refused with ${what} in the header`, async (t) => {
        t.equal(await tokens.verify(await sign(goodClaims, changes)), null);
      });
    }
    t.test('are refused with a critical extension that no one here knows', async (t) => {
      const extended = new SignJWT(goodClaims).setProtectedHeader({ ...header, crit: ['x'], x: 1 });
      t.equal(await tokens.verify(await extended.sign(keys.signKey, { crit: { x: true } })), null);
    });
    t.test('are refused when signed with another key of the same id', async (t) => {
      const other = await importTokenKeys(algorithm, { ...(await newJwk(algorithm)), kid: keys.kid });
      t.equal(await tokens.verify(await sign(goodClaims, {}, other.signKey)), null);
    });
    t.test('are refused when any part was changed or is missing', async (t) => {
      const [head, claims, signature = ''] = (await tokens.issue(USER)).split('.');
      const admin = encode({ ...decode(claims), role: 'admin' });
      const none = encode({ ...header, alg: 'none' });
      const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
      const forged = [
        `${head}.${admin}.${signature}`,
        `${head}.${claims}.${flipped}`,
        `${head}.${claims}.`,
        `${head}.${claims}`,
        `${none}.${admin}.`,
        `${none}.${admin}.${signature}`,
        `${head}.${claims}.${signature}.${signature}`,
        '..',
        '',
        'x',
      ];
      for (const token of forged) t.equal(await tokens.verify(token), null, token);
    });
    t.test('are not verified by the algorithm that they ask for', async (t) => {
      for (const asked of confusions(algorithm, jwk)) {
        const token = await new SignJWT(goodClaims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(asked);
        t.equal(await tokens.verify(token), null);
      }
    });
    t.test('leave only the public key to be published', async (t) => {
      if (algorithm === 'HS256') return t.equal(tokens.publicJwk, null);
      t.match(tokens.publicJwk, { kid: keys.kid, alg: algorithm, use: 'sig' });
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
        t.notOk(Object.hasOwn(tokens.publicJwk ?? {}, secret));
    });
  });
}

/** The published key in the forms in which an attacker could use it as an HMAC secret. */
function confusions(algorithm: JwtAlgorithm, jwk: JWK): Uint8Array[] {
  if (algorithm === 'HS256') return [];
  const { d, p, q, dp, dq, qi, ...published } = jwk;
  return [JSON.stringify(published), published.x ?? published.n ?? ''].map((text) => Buffer.from(text));
}
