import Type, { type Static } from 'typebox';
import type { Role } from '../../contract.js';
import { NotFound } from '../errors.js';

/** Text that PostgreSQL takes: all but U+0000. */
export const text = (limits: { minLength?: number; maxLength: number }) =>
  Type.String({ ...limits, pattern: '^[^\\u0000]*$' });

export const Username = text({ minLength: 1, maxLength: 100 });
export const Password = Type.String({ minLength: 1, maxLength: 1000 });
export const RoleName = Type.Union([Type.Literal('user'), Type.Literal('admin')]);

/** One way to write each id: as an integer it would be read as a number is, from 0x1 and 1.5 too. */
export const Id = Type.Object({ id: Type.String({ pattern: '^[1-9][0-9]{0,9}$' }) });
const MAX_ID = 2_147_483_647;

/** @throws NotFound for what no column of the database could hold */
export function toId({ id }: Static<typeof Id>, notFound: string): number {
  if (Number(id) > MAX_ID) throw new NotFound(notFound);
  return Number(id);
}

/** Replies are serialised by these, so what they do not name does not leave the instance. */
export const User = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  role: Type.Unsafe<Role>({ type: 'string' }),
});

export const Post = Type.Object({
  id: Type.Integer(),
  authorId: Type.Integer(),
  title: Type.String(),
  body: Type.String(),
});
