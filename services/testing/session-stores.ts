import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';

export const USER = { id: 1, username: 'user1', role: 'user' } as const;

export const newSession = () => ({ user: USER, cookie: { originalMaxAge: null } }) as Session;

export const read = (store: SessionStore, id: string) =>
  new Promise<Session | null | undefined>((resolve, reject) =>
    store.get(id, (error, session) => (error ? reject(error) : resolve(session))),
  );

export const write = (store: SessionStore, id: string, session: Session) =>
  new Promise<void>((resolve, reject) => store.set(id, session, (error) => (error ? reject(error) : resolve())));

export const end = (store: SessionStore, id: string) =>
  new Promise<void>((resolve, reject) => store.destroy(id, (error) => (error ? reject(error) : resolve())));
