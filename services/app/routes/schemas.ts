import Type from 'typebox';
import type { Role } from '../../contract.js';

/** Text that PostgreSQL takes: all but U+0000. */
export const text = (limits: { minLength?: number; maxLength: number }) =>
  Type.String({ ...limits, pattern: '^[^\\u0000]*$' });

/** Replies are serialised by these, so what they do not name does not leave the instance. */
export const User = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string' }),
});

/** A LoginReply. */
export const Login = Type.Object({
  user: User,
  token: Type.Optional(Type.String()),
  expiresInSeconds: Type.Optional(Type.Integer()),
  refreshToken: Type.Optional(Type.String()),
});

export const Post = Type.Object({
  id: Type.Integer(),
  authorId: Type.Integer(),
  title: Type.String(),
  body: Type.String(),
});
