/** What ends sessions. */
import type { Pool } from 'undici';
import { ROUTES } from '../../../services/contract.js';
import { ACTS } from '../../metrics/battery.js';
import type { Copy } from './copies.js';
import { type Desk, send } from './desk.js';

/** A user with an account of his own, who comes to the desk with another session than the one that is copied. */
export type Visitor = Awaited<ReturnType<Desk['signIn']>>;

export interface Act {
  readonly name: string;
  /** What a copy is presented for. */
  readonly path: string;
  /** How often, after a while: what asks the database holds others up. */
  readonly everyMs: number;
  /** Whether it ends one session where the session began, or at the desk all that the user has. */
  readonly ends: 'one' | 'all';
  prepare?(visitor: Visitor, desk: Desk): Promise<void>;
  carryOut(of: {
    readonly visitor: Visitor;
    readonly copy: Copy;
    readonly desk: Desk;
    readonly home: Pool;
  }): Promise<unknown>;
}

export const ALL_ACTS: readonly Act[] = [
  {
    name: ACTS.logout,
    path: ROUTES.me,
    everyMs: 200,
    ends: 'one',
    carryOut: ({ copy, home }) => send(home, copy.owner, 'POST', ROUTES.logout),
  },
  {
    name: ACTS.passwordChange,
    path: ROUTES.me,
    everyMs: 200,
    ends: 'all',
    carryOut: ({ visitor, desk }) => desk.changePassword(visitor.identity),
  },
  {
    name: ACTS.revocation,
    path: ROUTES.me,
    everyMs: 200,
    ends: 'all',
    carryOut: ({ visitor, desk }) => desk.revoke(visitor.id),
  },
  {
    name: ACTS.demotion,
    path: ROUTES.adminUsers,
    everyMs: 500,
    ends: 'all',
    prepare: ({ id }, desk) => desk.setRole(id, 'admin'),
    carryOut: ({ visitor, desk }) => desk.setRole(visitor.id, 'user'),
  },
];
