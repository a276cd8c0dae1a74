import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import type { Mount, Scope } from './mount.js';
import { Id, Post, text, toId } from './schemas.js';

const LIST_LIMIT = 50;

const PostText = Type.Object(
  { title: text({ minLength: 1, maxLength: 200 }), body: text({ maxLength: 10_000 }) },
  { additionalProperties: false },
);
const NO_SUCH_POST = 'There is no such post.';
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
  scope.get(onePost, { onRequest: authenticate, schema: { params: Id, response: { 200: Post } } }, (request) =>
    posts.get(toId(request.params, NO_SUCH_POST)),
  );
  scope.put(
    onePost,
    { onRequest: authenticate, schema: { params: Id, body: PostText, response: { 200: Post } } },
    (request) => posts.change(request.user, toId(request.params, NO_SUCH_POST), request.body),
  );
  scope.delete(onePost, { onRequest: authenticate, schema: { params: Id } }, async (request, reply) => {
    await posts.remove(request.user, toId(request.params, NO_SUCH_POST));
    return reply.code(204).send();
  });
}
