/** What the page knows. One object, changed by events; what is drawn follows from it. */
import type { StrategyName } from '../../contract.js';
import type { AgentView, ConsoleEvent, ConsoleState, MeasureView, RequestView, TierCosts } from '../contract.js';

const KEPT = { requests: 40, samples: 120, log: 50 } as const;

export type Link = { readonly is: 'connecting' | 'open' } | { readonly is: 'lost'; readonly retryAtMs: number };

/** Of the same shape after an hour as after a minute: lists are cut. */
export function applyEvent(state: ConsoleState | null, event: ConsoleEvent): ConsoleState | null {
  if (event.type === 'state') return bounded(event.state);
  if (!state) return null;
  if (event.type === 'change') return bounded({ ...state, ...event.change });
  if (event.type === 'requests') return bounded({ ...state, requests: [...state.requests, ...event.requests] });
  if (event.type === 'sample') return bounded({ ...state, samples: [...state.samples, event.sample] });
  return bounded({ ...state, log: [...state.log, event.line] });
}

function bounded(state: ConsoleState): ConsoleState {
  return {
    ...state,
    requests: state.requests.slice(-KEPT.requests),
    samples: state.samples.slice(-KEPT.samples),
    log: state.log.slice(-KEPT.log),
  };
}

/** Of the last requests whose question was whether the user is known, since somebody changed something. Thieves are no users. */
export interface Share {
  readonly asked: number;
  readonly recognised: number;
  readonly ratio: number | null;
  /** By the model, of the latest second that had requests with the strategy. */
  readonly predicted: number | null;
}

export function shareOf({ requests, samples, agents, log }: ConsoleState, strategy: StrategyName): Share {
  const since = log.findLast(({ by }) => by === 'act')?.atMs ?? 0;
  const thieves = new Set(agents.filter(({ isThief }) => isThief).map(({ id }) => id));
  const asked = requests.filter(
    (one) => one.strategy === strategy && one.atMs >= since && !thieves.has(one.agent ?? '') && isAbout(one),
  );
  const recognised = asked.filter((one) => one.recognised).length;
  const measured = samples.filter(({ atMs }) => atMs >= since).flatMap(({ strategies }) => strategies);
  return {
    asked: asked.length,
    recognised,
    ratio: asked.length > 0 ? recognised / asked.length : null,
    predicted: measured.findLast((one) => one.strategy === strategy)?.predictedRatio ?? null,
  };
}

/** What the last two minutes told of a strategy; its costs are the latest. */
export interface Measured {
  readonly strategy: StrategyName;
  readonly requests: number;
  readonly failed: number;
  readonly costs: TierCosts | null;
  readonly storeTrips: number | null;
}

/** Those that had requests, in the order of the routes: of the users that are there, or with known costs. */
export function measuredOf({ samples, routes, agents }: ConsoleState): Measured[] {
  const all = samples.flatMap(({ strategies }) => strategies);
  const played = new Set(agents.map(({ strategy }) => strategy));
  return routes.flatMap(({ strategy }) => {
    const own = all.filter((one) => one.strategy === strategy);
    const last = own.at(-1);
    if (!last || (last.cpuMicrosPerRequest === null && !played.has(strategy))) return [];
    const sum = (of: (one: MeasureView) => number) => own.reduce((total, one) => total + of(one), 0);
    return {
      strategy,
      requests: sum(({ requests }) => requests),
      failed: sum(({ failed }) => failed),
      costs: last.cpuMicrosPerRequest,
      storeTrips: last.storeTripsPerRequest,
    };
  });
}

/** Whoever gets no answer is not signed in, whatever the server knows. */
function isAbout({ agent, recognised, status }: RequestView): boolean {
  return recognised !== null || (agent !== null && (status === 0 || status >= 500));
}

export type Answer = 'recognised' | 'refused' | 'unavailable' | 'unanswered' | 'done' | 'failed';

/** What a client was told, in one word; each has a mark of its own. */
export function answerOf({ status, recognised }: RequestView): Answer {
  if (status === 0 || status === 499) return 'unanswered';
  if (status === 401 || recognised === false) return 'refused';
  if (status >= 500) return 'unavailable';
  if (status >= 400) return 'failed';
  return recognised ? 'recognised' : 'done';
}

export function byStrategy(agents: readonly AgentView[]): ReadonlyMap<StrategyName, readonly AgentView[]> {
  const groups = new Map<StrategyName, AgentView[]>();
  for (const agent of agents) groups.set(agent.strategy, [...(groups.get(agent.strategy) ?? []), agent]);
  return groups;
}
