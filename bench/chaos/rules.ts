/** What the design promises, held against what happened. Pure: a rule takes an episode and returns what broke it. */
import { STRATEGIES, type StrategyTraits } from '../../services/contract.js';
import type { Outcome } from '../load/steady-load.js';
import { countOf } from '../words/text.js';
import { type Episode, nameFault, type Sender } from './history.js';

/** After a part serves again: for connections to be made anew, and for what waited to be answered. */
export const RECOVERY_MS = 2_500;
export const TOKEN_WAIT_MS = 5_000;
/** The balancer's word on a request that an instance did not answer. */
const UNANSWERED: readonly number[] = [502, 504];
/** An instance's word on a request that took longer than it gives one. */
const GAVE_UP = 503;

/** A request, who sent it, and when it was under way relative to the fault. */
interface Case extends Sender, Outcome {
  readonly phase: 'before' | 'during' | 'after';
}

type Rule = (episode: Episode, cases: readonly Case[]) => readonly string[];

const isToken = ({ strategy }: Sender) => STRATEGIES[strategy].state === 'client';
const tell = ({ strategy, method, status, instance, home, latencyMs, dueAtMs, phase }: Case) =>
  `${strategy} ${method} of a user of ${home}: ${status || 'no answer'} by ${instance ?? 'the balancer'}, ` +
  `due at ${Math.round(dueAtMs)} ms (${phase} the fault), after ${Math.round(latencyMs)} ms`;

const RULES: Readonly<Record<string, Rule>> = {
  // Without this, rules that look for wrong answers would be kept by none at all.
  'requests have answers': ({ outcomes }) => (outcomes.some(({ status }) => status > 0) ? [] : ['there are none']),

  'what was broken serves again': ({ fault, servesAgain }, cases) => {
    if (!servesAgain) return ['it was given up'];
    // Redis answers through the instances: the rules on answers hold it to account.
    if (fault.part === 'redis') return [];
    const answers = cases.some(
      (one) => one.phase === 'after' && one.instance === fault.part && !routesSticky(one.strategy),
    );
    return answers ? [] : ['it answers none of the requests that come in turn'];
  },

  'with tokens no GET fails': (_, cases) =>
    cases.filter((one) => isToken(one) && one.method === 'GET' && one.status !== 200).map(tell),

  [`with tokens no GET waits over ${TOKEN_WAIT_MS / 1000} s`]: (_, cases) =>
    cases.filter((one) => isToken(one) && one.method === 'GET' && one.latencyMs > TOKEN_WAIT_MS).map(tell),

  'POSTs fail only at the killed or frozen instance': ({ fault, failures }, cases) => {
    const elsewhere = Object.entries(failures).filter(([part, count]) => part !== fault.part && count > 0);
    const lost = cases.filter(isLostPost).length;
    const atPart = failures[fault.part] ?? 0;
    return [
      ...elsewhere.map(([part, count]) => `${countOf(count, 'attempt')} failed at ${part}`),
      ...(lost > atPart
        ? [`${countOf(lost, 'POST')} lost, and ${countOf(atPart, 'attempt')} failed at ${fault.part}`]
        : []),
    ];
  },

  'every answer is what the design says': (episode, cases) =>
    cases.filter((one) => !allowed(one, episode).includes(one.status)).map(tell),

  'sticky users leave their instance only while it is away': ({ fault }, cases) =>
    cases
      .filter(({ strategy, instance, home }) => routesSticky(strategy) && instance !== null && instance !== home)
      .filter(({ home, phase }) => fault.harm === 'drained' || home !== fault.part || phase === 'before')
      .map(tell),
};

/** What broke a rule: a line each, the first case of it with the number of all. */
export function judge(episode: Episode): readonly string[] {
  const cases = casesOf(episode);
  return Object.entries(RULES).flatMap(([name, rule]) => {
    const [first, ...more] = rule(episode, cases);
    if (first === undefined) return [];
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return [`${name}: ${nameFault(episode.fault)}: ${first}${others}`];
  });
}

/** POSTs that the balancer answered, as no instance did. */
export function countLostPosts(episode: Episode): number {
  return casesOf(episode).filter(isLostPost).length;
}

function isLostPost({ method, status }: Case): boolean {
  return method === 'POST' && UNANSWERED.includes(status);
}

function casesOf({ senders, outcomes, startMs, mendedMs }: Episode): readonly Case[] {
  return outcomes.flatMap((outcome) => {
    const sender = senders[outcome.sender];
    if (!sender) return [];
    const endedAtMs = outcome.dueAtMs + outcome.latencyMs;
    const phase = endedAtMs < startMs ? 'before' : outcome.dueAtMs > mendedMs + RECOVERY_MS ? 'after' : 'during';
    return [{ ...sender, ...outcome, phase }];
  });
}

/** Statuses that a request may be answered with. */
function allowed(one: Case, { fault }: Episode): readonly number[] {
  const isHit = one.phase === 'during' && fault.part.startsWith('instance-') && fault.harm !== 'drained';
  // One that thaws finds the time for what it has begun used up, and says so itself.
  const byItself = fault.harm === 'frozen' && one.instance === fault.part ? [GAVE_UP] : [];
  const lost = isHit && one.method === 'POST' ? [...UNANSWERED, ...byItself] : [];
  return [...lost, ...STATES[STRATEGIES[one.strategy].state](one, fault)];
}

/** By where a strategy keeps its sessions. */
const STATES: Readonly<Record<StrategyTraits['state'], (one: Case, fault: Episode['fault']) => readonly number[]>> = {
  client: (one) => [okOf(one)],
  nowhere: (one) => [okOf(one)],
  // Nothing breaks the database.
  database: (one) => [okOf(one)],
  // Any instance that is left knows everybody.
  'every instance': (one) => [okOf(one)],

  redis: (one, { part, harm }) => {
    if (part !== 'redis' || one.phase === 'before') return [okOf(one)];
    // It keeps nothing on disk: after its death everybody is logged out.
    if (harm === 'killed') return one.phase === 'after' ? [401] : [okOf(one), 503, 401];
    return one.phase === 'after' ? [okOf(one)] : [okOf(one), 503];
  },

  /** An instance knows the users who have signed in at it since it started, or before where it has a disk, and no others. */
  instance: (one, { part, harm }) => {
    if (one.instance !== one.home) return [401];
    if (STRATEGIES[one.strategy].survivesRestart) return [okOf(one)];
    if (part !== one.home || harm !== 'killed' || one.phase === 'before') return [okOf(one)];
    return one.phase === 'after' ? [401] : [okOf(one), 401];
  },
};

function okOf({ method }: Case): number {
  return method === 'GET' ? 200 : 201;
}

function routesSticky(strategy: Sender['strategy']): boolean {
  return STRATEGIES[strategy].routing === 'sticky';
}
