import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import type { Mount, Scope } from './mount.js';
import { Post } from './schemas.js';

const LIST_LIMIT = 50;

const PostText = Type.Object(
  { title: Type.String({ minLength: 1, maxLength: 200 }), body: Type.String({ maxLength: 10_000 }) },
  { additionalProperties: false },
);
const PostId = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });
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
    posts.get(request.params.id),
  );
  scope.put(
    onePost,
    { onRequest: authenticate, schema: { params: PostId, body: PostText, response: { 200: Post } } },
    (request) => posts.change(request.user, request.params.id, request.body),
  );
  scope.delete(onePost, { onRequest: authenticate, schema: { params: PostId } }, async (request, reply) => {
    await posts.remove(request.user, request.params.id);
    return reply.code(204).send();
  });
}
