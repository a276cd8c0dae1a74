import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'undici';
import { SEED, STRATEGIES, type StrategyName } from '../../../services/contract.js';
import type { BatteryCase } from '../../contract.js';
import { ACTS, windowCase } from '../../metrics/battery.js';
import type { ProtocolContext } from '../protocol.js';
import { type Act, ALL_ACTS } from '../revocation/acts.js';
import { type Copy, caseOf, presentGood, presentUntilRefused, signInAndCopy } from '../revocation/copies.js';
import { Desk } from '../revocation/desk.js';
import { countRefreshes } from '../revocation/refreshes.js';
import { CACHED_STRATEGY, type Sites, startSites } from '../revocation/sites.js';
import type { Battery, Rig, Tried } from './battery.js';

/** Of each act, in each round. Nobody else uses them: their passwords and roles are changed. */
const USERS = 8;
const FIRST_USER = 600;
/** Who sends the password each time makes the instance hash it each time. */
const PASSWORD_USERS = 3;
/** From one user to the next: no two of an act begin in the same part of a second, in whole ones of which tokens expire. */
const STAGGER_MS = 562.5;

/** How long a copy of a credential goes on to be accepted after what ended it. */
export const windows: Battery = {
  requires: ['instances with settings of their own', 'a database of its own'],
  seconds: { setup: 4, sweep: 14 },
  async open(context) {
    const sites = await startSites(context.cluster, context.strategies.includes(CACHED_STRATEGY));
    return new WindowsRig(context, sites);
  },
};

interface Try {
  readonly user: number;
  /** Of the users of the act. */
  readonly turn: number;
  readonly signal: AbortSignal;
}

class WindowsRig implements Rig {
  readonly #context: ProtocolContext;
  readonly #sites: Sites;
  readonly #desk: Desk;

  constructor(context: ProtocolContext, sites: Sites) {
    this.#context = context;
    this.#sites = sites;
    const { benchToken, demoPassword: password } = context.cluster;
    const [strategy = 'jwt'] = context.strategies.filter((name) => STRATEGIES[name].credential !== 'password');
    this.#desk = new Desk({ ...sites.desk, strategy, benchToken, password });
  }

  async tryAll(): Promise<Tried> {
    await this.#desk.open();
    const counts = await countRefreshes(this.#context, this.#sites.home, `${SEED.userPrefix}${FIRST_USER}`);
    const failed = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, failed.signal]);
    const tries = ALL_ACTS.flatMap((act, at) =>
      Array.from({ length: USERS }, (_, turn) =>
        this.#try(act, { user: FIRST_USER + at * USERS + turn, turn, signal }).catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
      ),
    );
    // Of one that fails the others are not left to go on: what they use is about to end.
    await Promise.allSettled(tries);
    return { cases: (await Promise.all(tries)).flat(), counts };
  }

  async close(): Promise<void> {
    await this.#desk.close().finally(() => this.#sites.stop());
  }

  async #try(act: Act, { user, turn, signal }: Try): Promise<BatteryCase[]> {
    await setTimeout(turn * STAGGER_MS);
    signal.throwIfAborted();
    const username = `${SEED.userPrefix}${user}`;
    const visitor = await this.#desk.signIn(username);
    await act.prepare?.(visitor, this.#desk);
    const taking = this.#context.strategies.filter((strategy) => takesPart(strategy, act, turn));
    const copies = await Promise.all(taking.map((strategy) => this.#copy(strategy, username, act)));
    const presented = copies.map((copy) => this.#placesOf(copy, act).map((place) => ({ ...place, copy })));
    const ended = act.ends === 'one' ? presented : [presented.flat()];
    const cases = ended.map(async (places) => {
      const [first] = places;
      if (!first) return [];
      // Also, so that an instance that remembers what was not denied has just begun to.
      await Promise.all(places.map(({ copy, at }) => presentGood(copy, at)));
      await act.carryOut({ visitor, copy: first.copy, desk: this.#desk, home: this.#sites.home.pool });
      const endedAtMs = performance.now();
      return Promise.all(
        places.map(async ({ copy, at, name }) =>
          caseOf(copy, name, await presentUntilRefused(copy, at, endedAtMs, signal), endedAtMs),
        ),
      );
    });
    return (await Promise.all(cases)).flat();
  }

  #copy(strategy: StrategyName, username: string, { path, everyMs }: Act): Promise<Copy> {
    const { benchToken, demoPassword: password } = this.#context.cluster;
    return signInAndCopy({ ...this.#sites.home, strategy, username, path, everyMs, benchToken, password });
  }

  /** Where a copy is presented: to an instance that did not end it, unless none but that one knows it. */
  #placesOf({ strategy }: Copy, { name, ends }: Act): { readonly name: string; readonly at: Pool }[] {
    const { home, desk, cached } = this.#sites;
    const isHeldAtHome = STRATEGIES[strategy].state === 'instance';
    const place = { name, at: (ends === 'one' && !isHeldAtHome ? desk : home).pool };
    if (name !== ACTS.logout || strategy !== CACHED_STRATEGY) return [place];
    return [place, ...[...cached].map(([seconds, { pool }]) => ({ name: windowCase(name, seconds), at: pool }))];
  }
}

function takesPart(strategy: StrategyName, { ends }: Act, turn: number): boolean {
  return STRATEGIES[strategy].credential !== 'password' || (ends === 'one' && turn < PASSWORD_USERS);
}
