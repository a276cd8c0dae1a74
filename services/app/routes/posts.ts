import Type, { type Static } from 'typebox';
import { ROUTES } from '../../contract.js';
import { NotFound } from '../errors.js';
import type { Mount, Scope } from './mount.js';
import { Post, text } from './schemas.js';

const LIST_LIMIT = 50;

const PostText = Type.Object(
  { title: text({ minLength: 1, maxLength: 200 }), body: text({ maxLength: 10_000 }) },
  { additionalProperties: false },
);
/** One way to write each id: as an integer it would be read as a number is, from 0x1 and 1.5 too. */
const PostId = Type.Object({ id: Type.String({ pattern: '^[1-9][0-9]{0,9}$' }) });
const MAX_ID = 2_147_483_647;
const Posts = Type.Object({ posts: Type.Array(Post) });

/** Posts: whoever is signed in reads and writes, only the author or an admin changes. */
export function mountPosts(scope: Scope, { resources, authenticate }: Mount): void {
  const { posts } = resources;
  const onePost = `${ROUTES.posts}/:id`;

  scope.get(ROUTES.posts, { onRequest: authenticate, schema: { response: { 200: Posts } } }, async () => ({
    posts: await posts.list(LIST_LIMIT),
  }));
  scope.post(
    ROUTES.posts,
    { onRequest: authenticate, schema: { body: PostText, response: { 201: Post } } },
    async (request, reply) => {
      const post = await posts.add(request.user, request.body);
      return reply.code(201).send(post);
    },
  );
  scope.get(onePost, { onRequest: authenticate, schema: { params: PostId, response: { 200: Post } } }, (request) =>
    posts.get(toId(request.params)),
  );
  scope.put(
    onePost,
    { onRequest: authenticate, schema: { params: PostId, body: PostText, response: { 200: Post } } },
    (request) => posts.change(request.user, toId(request.params), request.body),
  );
  scope.delete(onePost, { onRequest: authenticate, schema: { params: PostId } }, async (request, reply) => {
    await posts.remove(request.user, toId(request.params));
    return reply.code(204).send();
  });
}

/** @throws NotFound for what no column of the database could hold */
function toId({ id }: Static<typeof PostId>): number {
  if (Number(id) > MAX_ID) throw new NotFound('There is no such post.');
  return Number(id);
}
