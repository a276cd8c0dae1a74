import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import type { FastifyInstance, FastifyRequest, onSendHookHandler, Session } from 'fastify';
import type { StrategyName, StrategyUsage } from '../../contract.js';
import { InsecureTransport } from '../errors.js';
import type { Resources } from '../resources.js';
import type { Strategy } from '../strategies/strategy.js';
import { refuseOtherAddresses } from './cookie-path.js';
import { CookieSigner } from './cookie-signer.js';
import { createSessionCart } from './session-cart.js';
import { TimedStore } from './timed-store.js';
import { Turn } from './turn.js';
import type { UserSessionStore } from './user-session-store.js';

/** As many as the plugin takes. */
const ID_BYTES = 24;

export interface CookieSessionsOptions {
  readonly name: StrategyName;
  readonly store: UserSessionStore;
  readonly usage: () => StrategyUsage;
}

/** Identity in a server-side session whose signed id a cookie carries. The strategies that do so differ in the store alone. */
export async function mountCookieSessions(
  scope: FastifyInstance,
  { config, sessionSecret }: Pick<Resources, 'config' | 'sessionSecret'>,
  { name, store, usage }: CookieSessionsOptions,
): Promise<Strategy> {
  const cookieName = `authscale_${name}`;
  const path = `/${name}`;
  const { cookieSecure } = config.sessions;
  const turn = new Turn();
  const signer = new CookieSigner(sessionSecret, turn);
  /**
   * The plugin clears a cookie whose session it did not find. But another instance may know that session, and at a sign-in the
   * reply would carry both the cleared and the new cookie. So the plugin is made to forget that a cookie came along.
   */
  const disregardCookie = (request: FastifyRequest) => {
    delete request.cookies[cookieName];
  };

  const save = (request: FastifyRequest) => {
    turn.request = request;
    return request.session.save();
  };

  scope.decorateRequest('verifiedCookie', '');
  scope.addHook('onRequest', turn.begin);
  refuseOtherAddresses(scope, path);
  scope.addHook('onSend', disregardUnchanged);
  await scope.register(fastifyCookie);
  await scope.register(fastifySession, {
    secret: signer,
    store: new TimedStore(store, turn),
    cookieName,
    // No Max-Age: the store decides how long a session lives, and the browser forgets the cookie when it closes.
    cookie: { path, httpOnly: true, sameSite: 'lax', secure: cookieSecure },
    rolling: false,
    saveUninitialized: false,
  });
  scope.setErrorHandler((error, request) => {
    // Without this the failed session would be saved again with the error's reply, and fail again.
    Object.assign(request, { session: null });
    throw error;
  });

  return {
    async signIn(user, request) {
      if (cookieSecure && request.protocol !== 'https') throw new InsecureTransport();
      turn.request = request;
      // Fixation: whoever planted the id that came along must not share the session that begins here.
      if (request.cookies[cookieName] !== undefined) await request.session.regenerate();
      disregardCookie(request);
      request.session.user = user;
      await save(request);
      return {};
    },
    identify(request) {
      const { user } = request.session;
      if (user === undefined) disregardCookie(request);
      return user ?? null;
    },
    async signOut(request, reply) {
      turn.request = request;
      await request.session.destroy();
      reply.clearCookie(cookieName, { path });
    },
    revoke: (userId) => store.revoke(userId),
    async mint(user) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const save = promisify(store.set.bind(store));
      await save(id, { user } as Session);
      return { cookie: `${cookieName}=${signer.sign(id)}` };
    },
    cart: createSessionCart(store, save),
    usage,
  };
}

/**
 * Before each reply the plugin serialises and hashes the session to see whether it has changed. One that came from the store
 * never has: whoever changes a session saves it himself. Registered before the plugin, so that it runs first.
 */
const disregardUnchanged: onSendHookHandler = (request, _reply, _payload, done) => {
  if (request.session?.isStored) Object.assign(request, { session: null });
  done();
};
