import type { onRequestAsyncHookHandler } from 'fastify';
import Type from 'typebox';
import type { Scope } from '../app/routes/mount.js';
import { text } from '../app/routes/schemas.js';
import { type DocumentView, RESOURCE_ROUTES } from '../contract.js';

/** Documents kept; the oldest goes first. */
const KEPT_LIMIT = 1000;
const LIST_LIMIT = 50;

const NewDocument = Type.Object({ title: text({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false });
const Document = Type.Object({ id: Type.Integer(), authorId: Type.Integer(), title: Type.String() });
const Documents = Type.Object({ documents: Type.Array(Document) });

/** Documents in memory: whoever's token is for reading reads all, the newest first, and one for writing adds. */
export function mountDocuments(scope: Scope, authenticate: onRequestAsyncHookHandler): void {
  const documents: DocumentView[] = [];
  let added = 0;

  scope.get(
    RESOURCE_ROUTES.documents,
    { onRequest: authenticate, schema: { response: { 200: Documents } } },
    async () => ({ documents: documents.slice(-LIST_LIMIT).reverse() }),
  );
  scope.post(
    RESOURCE_ROUTES.documents,
    { onRequest: authenticate, schema: { body: NewDocument, response: { 201: Document } } },
    async (request, reply) => {
      const document = { id: ++added, authorId: request.user.id, title: request.body.title };
      documents.push(document);
      if (documents.length > KEPT_LIMIT) documents.shift();
      return reply.code(201).send(document);
    },
  );
}
