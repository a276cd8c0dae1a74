import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { CART, ROUTES } from '../../contract.js';
import { NoSessionState } from '../errors.js';
import type { Cart, Strategy } from '../strategies/strategy.js';
import type { Mount, Scope } from './mount.js';
import { text } from './schemas.js';

const Items = Type.Object({ items: Type.Array(Type.String()) });
const Addition = Type.Object(
  { item: text({ minLength: 1, maxLength: CART.itemLength }) },
  { additionalProperties: false },
);
const Update = Type.Object({ update: Type.Optional(Type.Literal('atomic')) }, { additionalProperties: false });

/** State of a session that its user changes: what sessions offer beyond an identity. */
export function mountCart(scope: Scope, { cart }: Strategy, { authenticate }: Mount): void {
  scope.get(ROUTES.cart, { onRequest: authenticate, schema: { response: { 200: Items } } }, async (request) => ({
    items: need(cart).read(request),
  }));
  scope.post(
    ROUTES.cart,
    { onRequest: authenticate, schema: { querystring: Update, body: Addition, response: { 200: Items } } },
    async (request) => {
      const add = request.query.update === 'atomic' ? need(cart).addAtomically : need(cart).add;
      return { items: await add(request as FastifyRequest, toWellFormed(request.body.item)) };
    },
  );
}

function need(cart: Cart | null): Cart {
  if (cart === null) throw new NoSessionState();
  return cart;
}

/** Half a surrogate pair has no place in UTF-8, and Redis could not read it from JSON. */
const toWellFormed = (item: string): string => Buffer.from(item).toString();
