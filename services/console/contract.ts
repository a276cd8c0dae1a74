/** What the page and the console's process tell each other: paths, views, events, acts. Constants and types only; both are compiled from it. */
import type { StrategyName } from '../contract.js';

export const CONSOLE_PATHS = {
  /** GET → server-sent events, each a ConsoleEvent; the first is the whole state. */
  events: '/events',
  /** POST an Act with the token → 200 ActReply; else an ErrorReply: 400, 403 without the token, 409 where it cannot be done now. */
  acts: '/acts',
  /** GET → ReportView[]. */
  reports: '/reports',
} as const;

/** Bears the token of the printed link's fragment. A header, not a cookie: cookies know no ports. */
export const CONSOLE_TOKEN_HEADER = 'x-console-token';

/** What can be done to a part of the cluster. Each part lists those that are possible to it now: no others are offered. */
export const PART_ACTS = ['kill', 'freeze', 'thaw', 'revive', 'drain', 'resume', 'remove', 'stop', 'restart'] as const;
export type PartAct = (typeof PART_ACTS)[number];

export interface PartView {
  /** As in `x-instance`: `instance-2`; or `balancer`, `redis`, `database`. */
  readonly name: string;
  readonly kind: 'instance' | 'balancer' | 'redis' | 'database';
  readonly state: 'starting' | 'up' | 'draining' | 'ejected' | 'frozen' | 'down';
  /** By its own count, of the strategies that keep sessions in it; empty where it was not asked or did not answer. */
  readonly sessions: Readonly<Partial<Record<StrategyName, number>>>;
  /** Agents whose session it holds, as far as the console saw it begin there in this process's life. */
  readonly holds: readonly { readonly agent: string; readonly strategy: StrategyName }[];
  readonly acts: readonly PartAct[];
}

/** How requests to `/<strategy>` are routed now. */
export interface RouteView {
  readonly strategy: StrategyName;
  /** For people, from its traits. */
  readonly summary: string;
  readonly credential: 'cookie' | 'bearer' | 'password';
  readonly policy: string;
  readonly affinity: string;
}

/** A user that the console plays: a client of the balancer with a cookie jar of its own, in the console's process. */
export interface AgentView {
  /** `user3-redis`: the same user may be signed in with several strategies. A thief is `user3-redis-thief` and presents a copy. */
  readonly id: string;
  /** From 0; its colour and shape on the stage. */
  readonly index: number;
  readonly strategy: StrategyName;
  readonly isThief: boolean;
  /** `unknown` until its first request after signing in was answered; `error`: the last answer was neither yes nor no (503, no answer). */
  readonly status: 'signed-out' | 'unknown' | 'recognised' | 'refused' | 'error';
  /** The instance at which it signed in. */
  readonly signedInAt: string | null;
  readonly credential: CredentialView | null;
}

/** These are the demo users' own, made to be looked at, copied and replayed. */
export interface CredentialView {
  /** As it is sent: `cookie: authscale_memory=…`, `authorization: Bearer …`. */
  readonly header: string;
  /** What the login replied: its `set-cookie` lines, or the token. */
  readonly given: readonly string[];
  /** Header and payload of a token, or the parts of the cookie, decoded without any key. */
  readonly decoded: Readonly<Record<string, unknown>> | null;
  /** Milliseconds since the epoch; null where the client cannot know. */
  readonly expiresAtMs: number | null;
}

export interface RequestView {
  /** Grows by one with each. */
  readonly id: number;
  /** Null for a client that is not the console's. */
  readonly agent: string | null;
  readonly strategy: StrategyName | null;
  readonly method: string;
  readonly path: string;
  /** 0 where no answer came. */
  readonly status: number;
  /** Of an agent's: whether the user was recognised; null where that was not the question, or nobody knows. */
  readonly recognised: boolean | null;
  /** Instances tried, in order, by name; the last one answered, unless the balancer did. */
  readonly tried: readonly { readonly instance: string; readonly outcome: string }[];
  /** Whether the request asked the store (by traits). */
  readonly asksStore: boolean;
  readonly affinity: string;
  readonly durationMs: number;
  readonly atMs: number;
}

/** Over the last second, for each strategy that had requests. */
export interface MeasureView {
  readonly strategy: StrategyName;
  readonly requests: number;
  /** Answered neither 2xx nor 401. */
  readonly failed: number;
  /** Of requests by agents that had signed in and not out. Null where there were none. */
  readonly recognisedRatio: number | null;
  /** What the model says for it now: 1/n for sessions in memory behind round robin, 1 with all else, by what is up. */
  readonly predictedRatio: number | null;
  /** CPU in µs a request, from the seconds that it had to itself; null before there were enough. */
  readonly cpuMicrosPerRequest: TierCosts | null;
  /** Null where no instance counted a request. */
  readonly storeTripsPerRequest: number | null;
}

/** Null where a tier did not tell. */
export interface TierCosts {
  readonly instances: number | null;
  readonly balancer: number | null;
  readonly store: number | null;
}

export interface SampleView {
  readonly atMs: number;
  readonly strategies: readonly MeasureView[];
  /** How many cores each tier had busy over the last second, with what it does by itself. */
  readonly coresBusy: TierCosts;
  readonly requestsPerSecond: number;
  /** Of the requests of this second, how many were told one by one. */
  readonly toldOneByOne: number;
}

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
  /** Who or what did it: an act by somebody at a page, the cluster by itself. */
  readonly by: 'act' | 'cluster';
}

export interface ConsoleState {
  /** Origin of the balancer, for the `curl` of people. */
  readonly balancerUrl: string;
  readonly parts: readonly PartView[];
  readonly routes: readonly RouteView[];
  readonly agents: readonly AgentView[];
  /** Every agent that is signed in sends so many requests a second together; 0 is a pause. */
  readonly pace: { readonly requestsPerSecond: number };
  /** Whether instances can be added here. */
  readonly canAdd: boolean;
  /** Why parts cannot be acted on, where that is so. */
  readonly cannotAct: string | null;
  /** The last 40. */
  readonly requests: readonly RequestView[];
  /** The last two minutes. */
  readonly samples: readonly SampleView[];
  readonly log: readonly LogLine[];
  /** Policies and affinities that a route can be given. */
  readonly policies: readonly string[];
  readonly affinities: readonly string[];
}

export type ConsoleEvent =
  | { readonly type: 'state'; readonly state: ConsoleState }
  /** Parts, routes, agents, pace: whichever changed, whole. */
  | { readonly type: 'change'; readonly change: Partial<ConsoleState> }
  | { readonly type: 'requests'; readonly requests: readonly RequestView[]; readonly skipped: number }
  | { readonly type: 'sample'; readonly sample: SampleView }
  | { readonly type: 'log'; readonly line: LogLine };

export type Act =
  /** Signs in users 1 … count with the strategy; those that are signed in with it already sign in anew. */
  | { readonly do: 'sign-in'; readonly strategy: StrategyName; readonly count: number }
  /** Each named agent, or all, sends so many requests for its page, one after the other; the reply comes when all are answered. */
  | { readonly do: 'click'; readonly agents?: readonly string[]; readonly times: number }
  | { readonly do: 'sign-out'; readonly agent: string }
  /** A thief copies what the agent presents now. */
  | { readonly do: 'steal'; readonly agent: string }
  | { readonly do: 'forget-agents' }
  | { readonly do: 'pace'; readonly requestsPerSecond: number }
  | { readonly do: 'route'; readonly strategy: StrategyName; readonly policy: string; readonly affinity: string }
  | { readonly do: 'part'; readonly part: string; readonly act: PartAct }
  | { readonly do: 'add-instance' }
  /** One instance after the other is drained and replaced. Resolves when all are new. */
  | { readonly do: 'rolling-deploy' }
  /** As after the start: no agents, no pace, what is dead or frozen is up again, drained ones serve, routes as configured, as many instances as at first. */
  | { readonly do: 'reset' };

export interface ActReply {
  /** Of a `click`: what was answered, in order. */
  readonly requests?: readonly RequestView[];
}

export interface ReportView {
  readonly name: string;
  readonly atMs: number;
  /** On this console's origin. */
  readonly href: string;
}
