import { STRATEGIES } from '../../services/contract.js';
import { countOf } from '../words/text.js';
import { type Episode, type Harm, nameFault } from './history.js';
import { countLostPosts } from './rules.js';

/** What all episodes come to. */
export interface Sums {
  readonly faults: Readonly<Record<Harm, number>>;
  readonly requests: number;
  readonly statuses: Readonly<Record<number, number>>;
  readonly tokenGets: number;
  readonly tokenGetsFailed: number;
  readonly slowestTokenGetMs: number;
  readonly postsLost: number;
}

export const NO_SUMS: Sums = {
  faults: { killed: 0, frozen: 0, drained: 0 },
  requests: 0,
  statuses: {},
  tokenGets: 0,
  tokenGetsFailed: 0,
  slowestTokenGetMs: 0,
  postsLost: 0,
};

export function addEpisode(sums: Sums, episode: Episode): Sums {
  const { fault, outcomes } = episode;
  const tokenGets = outcomes.filter(({ sender }) => isTokenGet(episode.senders[sender]));
  const statuses: Record<number, number> = { ...sums.statuses };
  for (const { status } of outcomes) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    faults: { ...sums.faults, [fault.harm]: sums.faults[fault.harm] + 1 },
    requests: sums.requests + outcomes.length,
    statuses,
    tokenGets: sums.tokenGets + tokenGets.length,
    tokenGetsFailed: sums.tokenGetsFailed + tokenGets.filter(({ status }) => status !== 200).length,
    slowestTokenGetMs: Math.max(sums.slowestTokenGetMs, ...tokenGets.map(({ latencyMs }) => latencyMs)),
    postsLost: sums.postsLost + countLostPosts(episode),
  };
}

/** One line. */
export function describeEpisode(episode: Episode): string {
  const { requests, statuses, slowestTokenGetMs, postsLost } = addEpisode(NO_SUMS, episode);
  return [
    `${nameFault(episode.fault)} for ${seconds(episode.mendedMs - episode.startMs)}`,
    `${countOf(requests, 'request')} (${describeStatuses(statuses)})`,
    `${countOf(postsLost, 'POST')} lost`,
    `slowest GET with a token ${seconds(slowestTokenGetMs)}`,
  ].join('; ');
}

/** One line. */
export function describeSums(sums: Sums, broken: number): string {
  const { faults, requests, statuses, tokenGets, tokenGetsFailed, slowestTokenGetMs, postsLost } = sums;
  const harms = Object.entries(faults).map(([harm, count]) => `${count} ${harm}`);
  return [
    `Sums: ${harms.join(', ')}`,
    `${countOf(requests, 'request')} (${describeStatuses(statuses)})`,
    `${countOf(tokenGets, 'GET')} with tokens, ${tokenGetsFailed} failed, slowest ${seconds(slowestTokenGetMs)}`,
    `${countOf(postsLost, 'POST')} lost`,
    broken === 0 ? 'every rule kept' : `${countOf(broken, 'rule')} broken`,
  ].join('; ');
}

function isTokenGet(sender: Episode['senders'][number] | undefined): boolean {
  return sender !== undefined && sender.method === 'GET' && STRATEGIES[sender.strategy].state === 'client';
}

function describeStatuses(statuses: Sums['statuses']): string {
  const names = Object.entries(statuses).map(([status, count]) => `${status === '0' ? 'no answer' : status}: ${count}`);
  return names.join(', ');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
