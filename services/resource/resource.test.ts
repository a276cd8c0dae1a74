import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import path from 'node:path';
import { type JWK, SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { importTokenKeys } from '../app/tokens/keys.js';
import { JWKS_PATH, type LoginReply, OPS, RESOURCE_ROUTES, type ResourceStats, ROUTES } from '../contract.js';
import { newJwk } from '../secrets/new-secrets.js';
import { DEMO_PASSWORD, instanceEnvironment, setUp } from '../testing/environment.js';
import { findFreePort, type Running, runProcess, startProcess, until } from '../testing/processes.js';

const ISSUER = { JWT_ISSUER: 'authscale', JWT_AUDIENCE: 'authscale' };

const send = (url: string, token?: string, init: RequestInit = {}) =>
  fetch(url + RESOURCE_ROUTES.documents, {
    ...init,
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.timeout(20_000),
  });
const readStatus = async (url: string, token?: string) => (await send(url, token)).status;
const readStats = async ({ opsUrl }: Running) => (await (await fetch(opsUrl + OPS.stats)).json()) as ResourceStats;

async function startResource(t: Test, jwksUrl: string, changes: Record<string, string> = {}) {
  const settings = { PORT: '0', OPS_PORT: '0', JWKS_URL: jwksUrl, ...ISSUER, ...changes };
  const resource = await startProcess('resource/server.js', settings);
  t.teardown(() => resource.stop());
  return resource;
}

t.test('tokens of an instance', async (t) => {
  const database = await startProcess('database/embedded.js', {});
  t.teardown(() => database.stop());
  const secretsDir = t.testdir();
  await setUp(secretsDir, database.url);
  const settings = {
    ...instanceEnvironment(secretsDir, database.url, 'redis://127.0.0.1:1'),
    PORT: String(await findFreePort()),
    STRATEGIES: 'jwt',
    JWT_ALGORITHM: 'ES256',
  };
  const signIn = async ({ url }: Running, scope?: string) => {
    const reply = await fetch(`${url}/jwt${ROUTES.login}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'user1', password: DEMO_PASSWORD, ...(scope && { scope }) }),
    });
    return ((await reply.json()) as LoginReply).token ?? '';
  };
  const first = await startProcess('app/server.js', settings);
  t.teardown(() => first.stop());
  const resource = await startResource(t, first.url + JWKS_PATH, { JWKS_COOLDOWN_SECONDS: '0' });
  const { url } = resource;
  const oldToken = await signIn(first);

  t.test('are accepted with one fetch of its keys', async (t) => {
    t.equal((await fetch(resource.opsUrl + OPS.health)).status, 200);
    t.equal((await readStats(resource)).jwksFetches, 0);
    const statuses = await Promise.all(Array.from({ length: 200 }, () => readStatus(url, oldToken)));
    t.same(new Set(statuses), new Set([200]));
    t.match(await readStats(resource), { requests: 200, jwksFetches: 1, jwtAlgorithm: 'ES256' });
  });

  t.test('do what their scope allows', async (t) => {
    const body = JSON.stringify({ title: 'Title' });
    const readToken = await signIn(first, 'read');
    t.equal(await readStatus(url, readToken), 200);
    const refusal = await send(url, readToken, { method: 'POST', body });
    t.equal(refusal.status, 403);
    t.match(await refusal.json(), { error: 'insufficient_scope' });
    t.equal(refusal.headers.get('www-authenticate'), 'Bearer error="insufficient_scope", scope="write"');

    const created = await send(url, oldToken, { method: 'POST', body });
    t.equal(created.status, 201);
    t.match(await created.json(), { title: 'Title', authorId: Number });
    t.match(await (await send(url, readToken)).json(), { documents: [{ title: 'Title' }] });
    t.equal((await send(url, oldToken, { method: 'POST', body: '{"title":""}' })).status, 400);
  });

  t.test('are accepted over a change of keys', async (t) => {
    const keyFile = path.join(secretsDir, 'app/jwt-ES256.json');
    await first.stop();
    await rename(keyFile, path.join(secretsDir, 'app/jwt-ES256-previous.json'));
    const jwk = await newJwk('ES256');
    await writeFile(keyFile, JSON.stringify(jwk));
    const second = await startProcess('app/server.js', settings);
    t.teardown(() => second.stop());

    const newToken = await signIn(second);
    const before = (await readStats(resource)).jwksFetches;
    for (const token of [newToken, oldToken, newToken]) t.equal(await readStatus(url, token), 200);
    t.equal((await readStats(resource)).jwksFetches - before, 1);
    const me = (token: string) =>
      fetch(`${second.url}/jwt${ROUTES.me}`, { headers: { authorization: `Bearer ${token}` } });
    t.equal((await me(oldToken)).status, 200, 'by the instance, too');
    const { keys } = (await (await fetch(second.url + JWKS_PATH)).json()) as { keys: JWK[] };
    t.same(
      keys.map(({ kid }) => kid),
      [jwk.kid, (JSON.parse(await readFile(keyFile.replace('.json', '-previous.json'), 'utf8')) as JWK).kid],
    );
  });
});

/** A key set whose answers the test decides. */
async function startKeySet(t: Test) {
  let answer = (response: ServerResponse): unknown => response.end('{"keys":[]}');
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    asked: () => asked,
    answerWith(reply: (response: ServerResponse) => unknown) {
      answer = reply;
    },
    publish: (...keys: unknown[]) => {
      answer = (response) => response.end(JSON.stringify({ keys }));
    },
  };
}

async function createSigner(algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256') {
  const keys = await importTokenKeys(algorithm, await newJwk(algorithm));
  const nowSeconds = Date.now() / 1000;
  const claims = {
    username: 'user1',
    role: 'user',
    client_id: 'jwt',
    sub: '1',
    jti: 'id',
    iss: ISSUER.JWT_ISSUER,
    aud: ISSUER.JWT_AUDIENCE,
    iat: nowSeconds,
    exp: Math.floor(nowSeconds) + 900,
  };
  const header = { alg: algorithm, typ: 'at+jwt', kid: keys.kid };
  const sign = (changes: object = {}, headerChanges: object = {}, key: Parameters<SignJWT['sign']>[0] = keys.signKey) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...headerChanges }).sign(key);
  return { ...keys, claims, header, sign };
}

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  t.test(`${algorithm} tokens that are not good are refused`, async (t) => {
    const signer = await createSigner(algorithm);
    const { claims, header, publicJwk, sign } = signer;
    const other = await createSigner(algorithm);
    const keySet = await startKeySet(t);
    // What would be taken for a secret if the token could choose: the published key, and a symmetric one beside it.
    const secret = Buffer.from(JSON.stringify(publicJwk));
    keySet.publish(publicJwk, { kty: 'oct', k: secret.toString('base64url'), kid: 'symmetric', alg: 'HS256' });
    const { url } = await startResource(t, keySet.url, { JWT_ALGORITHM: algorithm, JWKS_COOLDOWN_SECONDS: '3600' });
    t.equal(await readStatus(url, await sign()), 200);

    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const longAgo = claims.iat - 1000;
    const bad: Record<string, string> = {
      'another audience': await sign({ aud: 'someone' }),
      'another issuer': await sign({ iss: 'someone' }),
      'an expiry that has passed': await sign({ iat: longAgo, exp: Math.floor(longAgo) + 900 }),
      'an age beyond the lifetime': await sign({ iat: longAgo, exp: claims.exp }),
      'no id': await sign({ jti: undefined }),
      'a scope that is no text': await sign({ scope: ['write'] }),
      'another type': await sign({}, { typ: 'JWT' }),
      'no key id': await sign({}, { kid: undefined }),
      'another key id': await sign({}, { kid: 'another' }),
      'another key': await sign({}, {}, other.signKey),
      'no signature': `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
      'an HMAC by the public key': await sign({}, { alg: 'HS256' }, secret),
      'an HMAC by a published key': await sign({}, { alg: 'HS256', kid: 'symmetric' }, secret),
    };
    for (const [what, token] of Object.entries(bad)) {
      const reply = await send(url, token);
      t.equal(reply.status, 401, what);
      t.match(await reply.json(), { error: 'invalid_token' });
      t.equal(reply.headers.get('www-authenticate'), 'Bearer realm="authscale", error="invalid_token"');
    }
    const without = await send(url);
    t.equal(without.status, 401);
    t.equal(without.headers.get('www-authenticate'), 'Bearer realm="authscale"');
    t.equal(keySet.asked(), 1, 'an unknown key id is not asked for again at once');
  });
}

t.test('without keys it refuses, and recovers when they are there', async (t) => {
  const { publicJwk, sign } = await createSigner();
  const keySet = await startKeySet(t);
  const { url } = await startResource(t, keySet.url);
  const failures: readonly ((response: ServerResponse) => unknown)[] = [
    () => {},
    (response) => response.writeHead(500).end(),
    (response) => response.end('no JSON'),
    (response) => response.write('{'),
    (response) => response.destroy(),
  ];
  const token = await sign();
  for (const fail of failures) {
    const askedBefore = keySet.asked();
    keySet.answerWith(fail);
    await until(async () => {
      const reply = await send(url, token);
      t.equal(reply.status, 503);
      t.match(await reply.json(), { error: 'unavailable' });
      return keySet.asked() > askedBefore;
    });
  }
  keySet.publish(publicJwk);
  await until(async () => (await readStatus(url, token)) === 200);
});

t.test('with keys it goes on while the key set does not answer', async (t) => {
  const { publicJwk, sign } = await createSigner();
  const keySet = await startKeySet(t);
  keySet.publish(publicJwk);
  const { url } = await startResource(t, keySet.url, { JWKS_COOLDOWN_SECONDS: '0', JWKS_REFRESH_SECONDS: '1' });
  t.equal(await readStatus(url, await sign()), 200);
  keySet.answerWith(() => {});
  const stranger = await createSigner();
  t.equal(await readStatus(url, await stranger.sign()), 503, 'whose key it is cannot be known now');
  t.equal(await readStatus(url, await sign()), 200);

  keySet.publish(stranger.publicJwk);
  const token = await sign();
  await until(async () => (await readStatus(url, token)) === 401);
  t.equal(await readStatus(url, await stranger.sign()), 200, 'a key that is given up is dropped, and a new one known');
});

t.test('a setting that cannot be is named in one line, with exit code 2', async (t) => {
  for (const [changes, start] of [
    [{}, 'JWKS_URL: nothing was given'],
    [{ JWKS_URL: 'file:///keys' }, 'JWKS_URL: a value not shown here was given'],
    [
      { JWKS_URL: 'http://127.0.0.1/', JWT_ALGORITHM: 'HS256' },
      'JWT_ALGORITHM: "HS256" was given, allowed is one of ES256',
    ],
  ] as const) {
    const { code, output } = await runProcess('resource/server.js', changes);
    t.equal(code, 2);
    t.ok(output.startsWith(start), output);
  }
});
