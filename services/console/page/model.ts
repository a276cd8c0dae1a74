/** What the page knows. One object, changed by events; what is drawn follows from it. */
import type { StrategyName } from '../../contract.js';
import type { AgentView, ConsoleEvent, ConsoleState, RequestView } from '../contract.js';

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

/** Of the last requests whose question was whether the user is known. */
export interface Share {
  readonly asked: number;
  readonly recognised: number;
  readonly ratio: number | null;
  /** By the model, of the latest second that had requests with the strategy. */
  readonly predicted: number | null;
}

export function shareOf({ requests, samples }: ConsoleState, strategy: StrategyName): Share {
  const asked = requests.filter((one) => one.strategy === strategy && isAbout(one));
  const recognised = asked.filter((one) => one.recognised).length;
  const measured = samples.flatMap(({ strategies }) => strategies).filter((one) => one.strategy === strategy);
  return {
    asked: asked.length,
    recognised,
    ratio: asked.length > 0 ? recognised / asked.length : null,
    predicted: measured.at(-1)?.predictedRatio ?? null,
  };
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
